"""The corpus doctor: statistics of a text, findings and advice. No torch.

corpora.inspection.inspect("us-baby-names").problems
"""

from corpora.inspection.findings import Findings
from corpora.inspection.inspector import inspect

__all__ = ["Findings", "inspect"]

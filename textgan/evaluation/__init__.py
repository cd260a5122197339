"""What the samples are worth: n-gram divergence and likelihood, with floors and signatures.

`evaluate.evaluate` makes a `report.Report`. No torch here, and rich only in `render/`: a text file
is evaluated as soon as it is read.
"""

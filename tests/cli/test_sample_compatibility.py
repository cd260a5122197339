"""Which options of `sample` go together; that they are refused is tested with the command."""

from cli.sample import sample
from cli.sample_compatibility import FILTERS, INCOMPATIBLE


def test_the_table_names_options_of_the_command():
    known = {parameter.name for parameter in sample.params}
    for option, excluded, _ in INCOMPATIBLE:
        assert {option, *excluded} <= known
    assert known >= FILTERS

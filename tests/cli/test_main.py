"""The `textgan` command itself: what becomes of errors."""

import pytest

import cli.main
from corpora.errors import InputError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("no label 'x'; it has \x1b[2J\nb …"), "no label 'x'; it has ␛[2J␊b …"),
        (OSError(28, "No space left on device", "a\x1bb"), "a␛b: No space left on device"),
    ],
)
def test_an_error_is_one_line_in_which_nothing_acts_on_the_terminal(
    monkeypatch, capsys, error, said
):
    def fails(**_):
        raise error

    monkeypatch.setattr(cli.main, "textgan", fails)
    with pytest.raises(SystemExit) as left:
        cli.main.main()
    assert left.value.code == 1
    assert capsys.readouterr().err == f"textgan: {said}\n"

"""The checkpoint that is used where none is named."""

from corpora import open_corpus
from textgan import runs
from textgan.sampling.sampler import Sampler


def test_the_last_is_used_where_too_few_validation_lines_choose(trained, monkeypatch):
    valid = len(open_corpus(trained / "corpus").valid)
    for fewest, name in ((valid, "best"), (valid + 1, "last")):
        monkeypatch.setattr("textgan.runs.checkpoint_choice.MIN_VALIDATION_LINES", fewest)
        assert runs.default_checkpoint(trained) == name
        loaded, wanted = Sampler.load(trained), Sampler.load(trained, name)
        assert list(loaded.lines(9, 0)) == list(wanted.lines(9, 0))
        assert (runs.reason_for_last(valid) is None) == (name == "best")
    assert runs.reason_for_last(1).startswith("1 validation line, fewer than ")

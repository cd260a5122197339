"""Every command that reads a text reads at most --max-bytes of it."""

import gzip

import pytest
from click.testing import CliRunner

from cli.main import textgan
from corpora.errors import InputError

COMMANDS = {
    "train": ["train", "FILE"],
    "inspect": ["inspect", "FILE"],
    "corrupt": ["corrupt", "FILE", "--kind", "case"],
    "evaluate": ["evaluate", "FILE", "--against", "emoji-names"],
    "evaluate --against": ["evaluate", "SMALL", "--against", "FILE"],
    "evaluate --held-out": ["evaluate", "SMALL", "--against", "SMALL", "--held-out", "FILE"],
    "compare": ["compare", "SMALL", "FILE", "--against", "SMALL"],
    "compare --against": ["compare", "SMALL", "SMALL", "--against", "FILE"],
    "score": ["score", "FILE", "--model", "SMALL"],
    "score --model": ["score", "SMALL", "--model", "FILE"],
    "translate": ["translate", "FILE", "--run", "RUN"],
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_text_beyond_the_limit_is_one_line(command, packed, tmp_path, monkeypatch, pairs_run):
    monkeypatch.chdir(tmp_path)
    lines = "".join(f"line {n}\n" for n in range(20_000)).encode()
    (tmp_path / "small.txt").write_bytes(lines[:3000])
    (tmp_path / "big.gz").write_bytes(gzip.compress(lines))
    names = {"FILE": "big.gz" if packed else "-", "SMALL": "small.txt", "RUN": str(pairs_run)}
    arguments = [names.get(word, word) for word in COMMANDS[command]]
    done = CliRunner().invoke(textgan, [*arguments, "--max-bytes", "50K"], input=lines)
    assert isinstance(done.exception, InputError), done.output
    text = "big.gz" if packed else "standard input"
    assert str(done.exception).startswith(f"{text}: found over 50 kB, the limit set by --max-bytes")
    assert "\n" not in str(done.exception)


def test_a_limit_is_for_files_alone(trained):
    arguments = ["evaluate", str(trained), "--max-bytes", "5M"]
    error = CliRunner().invoke(textgan, arguments).exception
    assert isinstance(error, InputError)
    assert str(error).startswith("--max-bytes goes with a FILE")

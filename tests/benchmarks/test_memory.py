"""The text of the benchmark of memory is as it says, and so are peak and limit."""

import sys

import pytest

from benchmarks import memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc and RLIMIT_DATA")


def test_a_text_is_a_function_of_its_size_and_as_long_as_it_says(tmp_path):
    texts = []
    for number, (size, seed) in enumerate([(2_000_000, 0), (2_000_000, 0), (2_000_000, 1)]):
        path = tmp_path / str(number)
        memory.write_text(path, size, seed=seed)
        texts.append(path.read_text(encoding="utf-8"))
        assert size - 200_000 < path.stat().st_size <= size
        assert texts[-1].endswith("\n")
    assert texts[0] == texts[1]
    assert texts[0][:1_000] != texts[2][:1_000]


def test_a_text_has_many_distinct_lines_of_several_scripts_and_some_are_long(tmp_path):
    memory.write_text(tmp_path / "text", 4_000_000, seed=0)
    lines = (tmp_path / "text").read_text(encoding="utf-8").splitlines()
    assert len(set(lines)) > 0.98 * len(lines)
    for first, letters in memory.SCRIPTS:
        assert sum(any(first <= ord(c) < first + letters for c in line) for line in lines) > 500
    assert max(map(len, lines)) > 10_000


PROGRAM = "import numpy, time; held = bytearray(b'x') * {}; time.sleep(0.2)"


def test_what_a_process_holds_is_its_peak_and_mapped_files_are_not(tmp_path, monkeypatch):
    def peak(program, limit=1000):
        monkeypatch.setattr(memory, "TEXTGAN", ("-c",))
        found = memory.measure((program,), limit)
        return found.errors or found.peak

    small, large = peak(PROGRAM.format(10**6)), peak(PROGRAM.format(60 * 10**6))
    assert 50 < large - small < 70
    file = tmp_path / "file"
    file.write_bytes(bytes(60 * 10**6))
    mapped = f"import numpy; numpy.memmap({str(file)!r}, mode='r').max()"
    assert peak(f"{mapped}; {PROGRAM.format(10**6)}") - small < 10
    assert "MemoryError" in peak(PROGRAM.format(60 * 10**6), limit=50)


def test_commands_that_need_a_run_have_it_trained_first():
    assert memory.with_training(["inspect", "novel"]) == ["train", "inspect", "novel"]
    assert memory.with_training(["novel", "train"]) == ["train", "novel"]
    assert memory.with_training(["inspect"]) == ["inspect"]

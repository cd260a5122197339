"""Free memory: the least that the system, the process and its control groups leave."""

import pytest

from textgan.hardware import free_memory as module
from textgan.hardware.free_memory import free_memory


def test_free_memory_is_the_least_that_anything_leaves(monkeypatch):
    ways = {"_of_system": 7, "_of_process": None, "_of_groups": [9, 5]}
    for name, left in ways.items():
        monkeypatch.setattr(module, name, lambda left=left: left)
    assert free_memory() == 5
    monkeypatch.setattr(module, "_of_groups", list)
    assert free_memory() == 7
    monkeypatch.setattr(module, "_of_system", lambda: None)
    assert free_memory() is None


@pytest.mark.parametrize("version", [1, 2])
def test_control_groups_leave_their_limit_less_what_is_in_use(version, tmp_path):
    limit, usage, idle, base, line = {
        1: ("limit_in_bytes", "usage_in_bytes", "total_inactive_file", "memory", "4:memory:"),
        2: ("max", "current", "inactive_file", "", "0::"),
    }[version]
    for path, most in (("a", "1000"), ("a/b", "max")):
        folder = tmp_path / "root" / base / path
        folder.mkdir(parents=True)
        (folder / f"memory.{limit}").write_text(f"{most}\n")
        (folder / f"memory.{usage}").write_text("700\n")
        (folder / "memory.stat").write_text(f"anon 3\n{idle} 50\n")
    (tmp_path / "own").write_text(f"2:cpu:/elsewhere\n{line}/a/b\n")
    assert module._of_groups(tmp_path / "root", tmp_path / "own") == [350]
    assert module._of_groups(tmp_path, tmp_path / "none") == []

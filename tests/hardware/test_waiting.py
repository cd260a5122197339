"""How threads wait: commands let them sleep, unless the environment sets another way."""

import os
import subprocess
import sys

import pytest

import cli.main
from textgan.hardware.waiting import (
    VARIABLES,
    multiply_on_one_thread,
    sleep_while_waiting,
    waiting,
)

BLAS = "OPENBLAS_NUM_THREADS"


@pytest.fixture(autouse=True)
def silent(monkeypatch):
    for name in (*VARIABLES, BLAS):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)


def test_threads_sleep_where_the_environment_says_nothing():
    assert waiting() == "default"
    sleep_while_waiting()
    assert waiting() == "OMP_WAIT_POLICY=PASSIVE"


@pytest.mark.parametrize("name", VARIABLES)
def test_what_the_user_says_of_waiting_stays(name, monkeypatch):
    monkeypatch.setenv(name, "5")
    sleep_while_waiting()
    assert waiting() == f"{name}=5"


def test_a_command_says_so_before_it_starts(monkeypatch):
    found = []
    monkeypatch.setattr(cli.main, "textgan", lambda **_: found.append(waiting()))
    with pytest.raises(SystemExit):
        cli.main.main()
    assert found == ["OMP_WAIT_POLICY=PASSIVE"]


def test_a_command_multiplies_on_one_thread_unless_the_user_says_how_many(monkeypatch):
    found = []
    monkeypatch.setattr(cli.main, "textgan", lambda **_: found.append(os.environ[BLAS]))
    for number in (None, "3"):
        if number:
            monkeypatch.setenv(BLAS, number)
        with pytest.raises(SystemExit):
            cli.main.main()
    assert found == ["1", "3"]
    multiply_on_one_thread()
    assert os.environ[BLAS] == "3"


def test_no_module_of_the_command_line_loads_numpy_before_that():
    check = "import sys, cli.main; assert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", check], check=True)


def test_the_library_changes_no_environment():
    check = "import os; old = dict(os.environ); import textgan, cli.main; assert old == os.environ"
    subprocess.run([sys.executable, "-c", check], check=True)

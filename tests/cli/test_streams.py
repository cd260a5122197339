"""Standard streams that are closed, full, or read by nobody: one line or silence, never more."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="descriptors and signals")
CORRUPT = "corrupt - --kind case"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (f"{CORRUPT} >/dev/full", 1, "textgan: standard output: No space left on device"),
        ("--version >/dev/full", 1, "textgan: standard output: No space left on device"),
        (f"{CORRUPT} >&-", 1, "textgan: standard output: it is closed"),
        (f"{CORRUPT} <&-", 1, "textgan: standard input is closed; name a file, or redirect one "
         "with <"),
        (f"{CORRUPT} -o /dev/null 2>&-", 0, ""),
        (f"{CORRUPT} -o /dev/null 2>/dev/full", 0, ""),
        ("trian", 2, "textgan: no command 'trian'; did you mean train? (try 'textgan --help')"),
    ],
)  # fmt: skip
def test_one_line_or_silence_and_an_exit_status_that_says_it(arguments, status, said):
    script = f"echo Anna | {sys.executable} -m cli.main {arguments}; echo $?"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == f"{status}\n"
    assert done.stderr.removesuffix("\n") == said


def test_a_reader_that_has_enough_ends_a_command_as_sigpipe_does():
    command = f"{sys.executable} -m cli.main corrupt us-baby-names --kind case"
    script = f"{command} | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("james\tJames\n141\n", "")

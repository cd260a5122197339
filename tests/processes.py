"""Commands in processes of their own, all forked from one that has loaded torch already."""

import multiprocessing
import os
import signal
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

LOADED = ["pytest", "cli.train", "cli.sample", "textgan.training.run"]


def start(*arguments: object, stdout: Path | None, stderr: Path | None) -> BaseProcess:
    """A process that runs `textgan` with these arguments.

    Its output goes to files or named pipes; where there is None, to a pipe that nobody reads.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    process = context.Process(target=_run, args=([*map(str, arguments)], stdout, stderr))
    process.start()
    return process


def _run(arguments: list[str], stdout: Path | None, stderr: Path | None) -> None:
    for number, path in ((1, stdout), (2, stderr)):
        os.dup2(_pipe() if path is None else os.open(path, os.O_WRONLY | os.O_CREAT), number)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as a shell starts a command
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    sys.argv = ["textgan", *arguments]
    from cli.main import main

    main()


def _pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing

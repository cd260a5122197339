"""Runs of the kinds that commands treat differently, each trained a few steps."""

import dataclasses
import os
import signal

import pytest


@pytest.fixture(scope="session")
def labelled_run(quick, corpus_file, tmp_path_factory):
    """A run on labels: the first letter of each line."""
    folder = tmp_path_factory.mktemp("labelled")
    lines = corpus_file.read_text().splitlines()
    (folder / "text.txt").write_text("".join(f"{line[0]}\t{line}\n" for line in lines))
    return _trained(quick, folder / "run", corpus=str(folder / "text.txt"), columns="labels")


@pytest.fixture(scope="session")
def coded_run(quick, tmp_path_factory):
    """A run with a code of three values and a continuous one."""
    return _trained(quick, tmp_path_factory.mktemp("coded") / "run", codes="3,c1")


@pytest.fixture(scope="session")
def pairs_run(quick, corpus_file, tmp_path_factory):
    """A run on pairs: lines in small letters, and as they were."""
    folder = tmp_path_factory.mktemp("pairs")
    lines = corpus_file.read_text().splitlines()
    (folder / "text.txt").write_text("".join(f"{line.lower()}\t{line}\n" for line in lines))
    return _trained(
        quick, folder / "run", corpus=str(folder / "text.txt"), columns="pairs", generator="unet",
        critic="patch",
    )  # fmt: skip


def _trained(quick, out, **changes):
    from textgan.training.run import train

    return train(dataclasses.replace(quick, **changes), out=out)


@pytest.fixture(autouse=True)
def heard_hangups():
    """Hangups are heard, also where the tests run under nohup: what they start inherits that."""
    if os.name != "posix":
        yield
        return
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)

"""Command lines made from the options that there are, with plausible and hostile values."""

import functools
import gzip
import json
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import click

import textgan.training.run
from cli.main import COMMANDS
from cli.main import textgan as textgan_command
from cli.values import Names
from corpora.errors import InputError
from tests.fuzz.draws import Draws
from tests.fuzz.runs import folder_in_memory, make_runs, write_texts
from tests.fuzz.sandbox import OutsideError, Sandbox
from tests.fuzz.values import HOSTILE, NUMBERS, RUNS, VALUES
from textgan.config.settings import Config
from textgan.training.loop import Loop
from textgan.training.memory import estimate

__all__ = ["SEEDS", "target"]

SMALL = 100e6  # bytes that a run needs which is trained
TINY = ["--width", "4", "--noise", "4", "--batch-size", "4", "--samples", "8", "--threads", "1"]
SEEDS = [
    bytes((number, 0)) + bytes((first * 7 + number * 31 + i * 11) % 256 for i in range(40))
    for number in range(len(COMMANDS))
    for first in range(12)
]


@functools.cache
def _commands() -> dict[str, click.Command]:
    context = click.Context(textgan_command)
    return {name: textgan_command.get_command(context, name) for name in COMMANDS}  # type: ignore


@functools.cache
def _sandbox() -> Sandbox:
    folder = folder_in_memory() / "original"
    shutil.copytree(make_runs().parent, folder)
    write_texts(folder)
    text = (folder / "text.txt").read_bytes()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 4)
    (folder / "text.txt.gz").write_bytes(gzip.compress(text))
    (folder / "fake.gz").write_bytes(text)
    (folder / "latin.txt").write_bytes("Größe\ncafé\n".encode("latin-1") * 30)
    (folder / "one.txt").write_bytes(b"one line")
    (folder / "wide.txt").write_bytes(b"word " * 3000 + b"\n" + text)
    (folder / os.fsdecode(b"caf\xe9.txt")).write_bytes(text)
    (folder / "settings.json").write_text('{"corpus": "text.txt", "generator_width": 4}')
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    (folder / "link.txt").symlink_to("one.txt")
    (folder / "runs" / "broken").mkdir()
    (folder / "runs" / "broken" / "config.json").write_text(
        '{"format": 1, "config": {"corpus": 3}}'
    )
    (folder / "runs" / "plain").rename(folder / "runs" / "0001-plain")
    (folder / "runs" / "plain").symlink_to("0001-plain")
    return Sandbox(folder)


def target(data: bytes) -> None:
    """Run a command line; it ends with a result or with a message of one line."""
    draws = Draws(data)
    arguments = _arguments(draws, costly=zlib.crc32(data) % 64 == 0)
    with (
        mock.patch.object(textgan.training.run, "prepare", _prepare_small),
        mock.patch.object(textgan.training.run, "seconds_per_step", return_value=0.01),
        mock.patch.object(Loop, "__call__", _two_steps),
    ):
        try:
            status, out, err = _sandbox().run(arguments, draws.rest())
        except OutsideError:  # as asked by --runs /
            return
    said = (arguments, status, err[-2000:])
    assert status in (0, 1, 2, 3), said
    assert "Traceback" not in err, said
    if status in (1, 2) and arguments:
        assert len(_messages(err)) == 1, said
        assert err.splitlines()[-1].startswith("textgan: "), said
        assert len(err.splitlines()[-1]) < 12_000, said
    text = out.decode("utf-8")
    if status == 0 and "--json" in arguments and not {"-h", "--help"} & set(arguments):
        _check_json(arguments[0], text)


def _messages(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith("textgan: ")]


def _check_json(command: str, text: str) -> None:
    one = command in ("evaluate", "compare", "inspect", "diagnose")
    texts = [text] if one else text.split("\n")
    for part in texts:
        if part:
            json.loads(part, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def _arguments(draws: Draws, *, costly: bool) -> list[str]:
    """Return the arguments; the first choice of everything is a plain one."""
    if draws.one_in(128):
        return [draws.text(12) for _ in range(draws.integer(0, 3))]
    name = draws.choice(tuple(COMMANDS))
    command = _commands()[name]
    positional = [p for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    if not costly:  # a page with plots takes a second
        options = [p for p in options if p.name not in ("html", "full", "sizes", "autoregressive")]
    required = [p for p in options if p.required and not draws.one_in(16)]
    parts = [
        [_value(p, draws)]
        for p in positional
        for _ in range(draws.integer(0, 3) if p.nargs < 0 else 1)
        if not draws.one_in(16)
    ]
    if name == "train" and draws.one_in(2):
        parts.append(TINY)
    chosen = [draws.choice(options) for _ in range(draws.integer(0, 4))]
    parts += [_option(p, draws) for p in (*required, *chosen)]
    if draws.one_in(64):
        parts.append([draws.choice(HOSTILE)])
    if name in ("evaluate", "compare") and not costly:  # which take a second
        parts.append(["--samples", draws.choice(("0", "0", "0", "2", "3"))])
    if draws.one_in(8):
        parts.reverse()
    return [name, *(argument for part in parts for argument in part)]


def _option(option: click.Option, draws: Draws) -> list[str]:
    flag = draws.choice([*option.opts, *option.secondary_opts])
    if option.is_flag:
        return [flag]
    value = _value(option, draws)
    return [f"{flag}={value}"] if draws.one_in(4) and flag.startswith("--") else [flag, value]


def _value(parameter: click.Parameter, draws: Draws) -> str:
    name = parameter.name or ""
    number = isinstance(parameter.type, click.types.IntParamType | click.types.FloatParamType)
    if name in ("count", "samples", "interpolate", "autoregressive"):  # the work grows with them
        return draws.likely(VALUES[name])
    if draws.one_in(32):
        return draws.text(24) if draws.one_in(2) else draws.choice(HOSTILE)
    if name == "run" and isinstance(parameter, click.Option):  # of translate
        return draws.likely(("pairs", "runs/pairs", *RUNS))
    if name in VALUES and not number:
        return draws.likely(VALUES[name])
    if isinstance(parameter.type, click.Choice | Names):
        choices = (
            parameter.type.choices
            if isinstance(parameter.type, click.Choice)
            else parameter.type.names()
        )
        return draws.choice(tuple(choices))
    return draws.likely(NUMBERS)


_prepare, _call = textgan.training.run.prepare, Loop.__call__


def _prepare_small(config: Config, **options: Any) -> Path:
    """Prepare a run that trains in moments; another is checked as far as its text."""
    textgan.training.run.check_threads(config.threads)
    textgan.training.run.check_memory(config)
    need = estimate(config, length=config.length or 32, vocabulary=80, labels=2)
    if sum(need) > SMALL or config.critic_steps > 5:
        raise InputError("found a large run, expected a small one")
    return _prepare(config, **options)


def _two_steps(loop: Loop, callbacks: Any = (), should_stop: Callable[[], bool] = bool) -> str:
    end = loop.step + 2
    return _call(loop, callbacks, lambda: should_stop() or loop.step >= end)

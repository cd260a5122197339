"""A folder that commands run in, and outside of which nothing can be written."""

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from cli import main
from tests.fuzz.runs import folder_in_memory

__all__ = ["OutsideError", "Result", "Sandbox"]

# audit event -> places of the paths among its arguments
WRITES = {
    "os.mkdir": (0,), "os.rename": (0, 1), "os.remove": (0,), "os.rmdir": (0,), "os.truncate": (0,),
    "os.link": (1,), "os.symlink": (1,), "os.chmod": (0,), "os.chown": (0,), "os.utime": (0,),
    "shutil.rmtree": (0,),
}  # fmt: skip
REFUSED = {"subprocess.Popen", "os.system", "os.exec", "os.fork", "socket.connect", "os.kill"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
DEVICES = ("/dev/null", "/dev/full")


class OutsideError(BaseException):
    """A command tried to write outside of its folder, or to start a process."""


class Result(NamedTuple):
    """How a command ended and what it printed."""

    status: object
    out: bytes
    err: str


class Sandbox:
    """A folder with the files of `original`, as they were at the start of each command.

    The folder lies deep: what a command writes to `..` is within the temporary folder too.
    """

    guarded: "Sandbox | None" = None  # whose command runs; the hook of a process stays for ever
    hooked = False

    def __init__(self, original: Path) -> None:
        self.original = original
        self.root = folder_in_memory()
        self.folder = self.root / "a" / "b" / "c"
        self.changed = True

    def run(self, arguments: list[str], stdin: bytes) -> Result:
        """Run a command line as the installed command does."""
        if self.changed:
            shutil.rmtree(self.root / "a", ignore_errors=True)
            shutil.copytree(self.original, self.folder, symlinks=True)
            (self.root / "temporary").mkdir(exist_ok=True)
            self.changed = False
        out, err = io.BytesIO(), io.BytesIO()
        streams = {
            "stdin": io.TextIOWrapper(io.BytesIO(stdin), "utf-8", "surrogateescape"),
            "stdout": io.TextIOWrapper(out, "utf-8", "backslashreplace"),
            "stderr": io.TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True),
        }
        with contextlib.ExitStack() as stack:
            for name, stream in streams.items():
                stack.enter_context(mock.patch.object(sys, name, stream))
            stack.enter_context(mock.patch.object(sys, "argv", ["textgan", *arguments]))
            stack.enter_context(
                mock.patch.object(tempfile, "tempdir", str(self.root / "temporary"))
            )
            stack.enter_context(contextlib.chdir(self.folder))
            stack.enter_context(self._guard())
            try:
                main.main()
            except SystemExit as error:
                status = error.code
            streams["stdout"].flush()
        return Result(status, out.getvalue(), err.getvalue().decode())

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        if not Sandbox.hooked:
            sys.addaudithook(_audit)
            Sandbox.hooked = True
        Sandbox.guarded = self
        try:
            yield
        finally:
            Sandbox.guarded = None

    def check(self, path: Any) -> None:
        """Raise OutsideError for a path outside of the folder; note that the folder changes."""
        if isinstance(path, int):
            return
        place = Path.cwd() / os.fsdecode(path)
        if str(place) in DEVICES:
            return
        # a link itself is removed or replaced, not what it leads to
        real = place.resolve() if place.name == ".." else place.parent.resolve() / place.name
        if not real.is_relative_to(self.root):
            self.changed = True  # whatever was to be tidied up may be left
            raise OutsideError(str(real))
        if not real.is_relative_to(self.root / "temporary"):
            self.changed = True


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    sandbox = Sandbox.guarded
    if sandbox is None:
        return
    if event == "open":
        path, _, flags = arguments
        if flags & WRITING:
            sandbox.check(path)
    elif event in WRITES:
        if -1 in arguments[1:] or len(arguments) < 2 or event == "shutil.rmtree":
            for place in WRITES[event]:
                sandbox.check(arguments[place])
    elif event in REFUSED:
        raise OutsideError(event)

"""Pieces by name: built-in ones, imported on use, and those that plug-ins register.

An entry point of the group `textgan.plugins` names a function without arguments that registers
pieces. Plug-ins are loaded on first need: when all names are listed, or a name is not built in.
One that fails registers nothing. Lists go on without it, with a `PluginWarning`; a name that no
other plug-in registers is an InputError that says why this one failed.
"""

import contextlib
import importlib
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from corpora.errors import InputError, PluginWarning

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["ENCODERS", "GROUP", "Registry", "load_plugins"]

GROUP = "textgan.plugins"
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")  # names become parts of file names

T = TypeVar("T")


class _Plugins:
    """How far the plug-ins of this process are loaded."""

    loaded = False
    current: str | None = None  # the one that is being loaded: "tiny 0.1 (entry point tiny)"
    changed: ClassVar[list["Registry[Any]"]] = []  # by the one that is being loaded
    failures: ClassVar[list[str]] = []  # a sentence for each plug-in that failed
    warned: ClassVar[set[str]] = set()  # failures that a warning has named


class Registry(Mapping[str, T]):
    """Pieces of one kind by name; a dotted path `module:attribute` is imported when it is read.

    Args:
        kind: What the pieces are, in the singular.
        built_in: Name -> piece, or the dotted path to it.
    """

    def __init__(self, kind: str, built_in: Mapping[str, T | str]) -> None:
        self.kind = kind
        self.built_in = tuple(built_in)
        self.plugins: dict[str, str] = {}  # name -> the plug-in that registered it
        self._pieces: dict[str, T | str] = dict(built_in)

    def add(self, name: str, piece: T | str) -> None:
        """Register a piece, or the dotted path to it.

        Raises:
            InputError: The name is built in, is registered by another plug-in, or is no name.
        """
        if not isinstance(name, str) or not NAME.fullmatch(name) or name == "none":
            raise InputError(
                f"found {name!r} as the name of a {self.kind}, expected small letters, digits and "
                "hyphens, as in my-piece"
            )
        if name in self.built_in:
            raise InputError(f"the {self.kind} {name!r} is built in; choose another name")
        before = self.plugins.get(name)
        if name in self._pieces and before != _Plugins.current:
            raise InputError(
                f"the {self.kind} {name!r} is already registered by {before or 'this program'}; "
                "choose another name"
            )
        self._pieces[name] = piece
        if _Plugins.current is not None:
            self.plugins[name] = _Plugins.current
            _Plugins.changed.append(self)

    def __contains__(self, name: object) -> bool:
        """Return whether a piece has the name.

        Raises:
            InputError: None has, and a plug-in failed, which may be the one that registers it.
        """
        if name not in self._pieces:
            load_plugins()
            if name not in self._pieces and _Plugins.failures:
                raise InputError(f"unknown {self.kind} {name!r}: {'; '.join(_Plugins.failures)}")
        return name in self._pieces

    def __getitem__(self, name: str) -> T:
        if name not in self:
            raise KeyError(name)
        piece = self._pieces[name]
        if isinstance(piece, str):
            piece = self._pieces[name] = self._imported(name, piece)
        return piece

    def __iter__(self) -> Iterator[str]:
        load_plugins()
        _warn(*_Plugins.failures)
        return iter(tuple(self._pieces))

    def __len__(self) -> int:
        load_plugins()
        return len(self._pieces)

    def importable(self) -> dict[str, T]:
        """Return all pieces by name but those that cannot be imported; warn of these once."""
        pieces = {}
        for name in self:
            try:
                pieces[name] = self[name]
            except InputError as error:
                _warn(str(error))
        return pieces

    def discard(self, plugin: str) -> None:
        """Remove what a plug-in registered."""
        for name in [name for name, source in self.plugins.items() if source == plugin]:
            del self.plugins[name], self._pieces[name]

    def _imported(self, name: str, path: str) -> Any:  # noqa: ANN401 - whatever is there
        module, _, attribute = path.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except Exception as error:
            if name in self.built_in:
                raise
            raise InputError(
                f"the {self.kind} {name!r} of {self.plugins.get(name, 'this program')} cannot be "
                f"imported from {path} ({_as_phrase(error)}); correct or uninstall it"
            ) from error


def load_plugins() -> None:
    """Load all plug-ins, once in a process, and keep why some fail."""
    if _Plugins.loaded or _Plugins.current is not None:
        return
    from importlib.metadata import entry_points  # which takes longer than all of this package

    failures = [failure for point in entry_points(group=GROUP) if (failure := _load(point))]
    _Plugins.loaded, _Plugins.failures, _Plugins.warned = True, failures, set()


def _warn(*failures: str) -> None:
    """Warn of each failure once in a process."""
    for failure in failures:
        if failure not in _Plugins.warned:
            _Plugins.warned.add(failure)
            warnings.warn(failure, PluginWarning, stacklevel=3)


def _load(point: "EntryPoint") -> str | None:
    """Load a plug-in; return why it failed, in a sentence, None where it did not."""
    package = point.dist
    name = f"{package.name} {package.version}" if package else point.value
    plugin = f"{name} (entry point {point.name})"
    try:
        with _current(plugin):
            point.load()()
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises
        for registry in _Plugins.changed:
            registry.discard(plugin)
        remedy = f"correct it, or uninstall it: pip uninstall {package.name}" if package else ""
        return (
            f"the plug-in {name} (entry point {point.name} = {point.value}) cannot be loaded "
            f"({_as_phrase(error)}); {remedy or 'correct or remove it'}"
        )
    return None


@contextlib.contextmanager
def _current(name: str) -> Iterator[None]:
    _Plugins.current, _Plugins.changed = name, []
    try:
        yield
    finally:
        _Plugins.current = None


def _as_phrase(error: Exception) -> str:
    """Return an error as a part of a line."""
    text = " ".join(str(error).split())
    return text if isinstance(error, InputError) else f"{type(error).__name__}: {text}"


ENCODERS: Registry[Any] = Registry(
    "encoder",
    {
        "char": "corpora.encoders.char:CharEncoder",
        "byte": "corpora.encoders.byte:ByteEncoder",
        "subword": "corpora.encoders.subword:SubwordEncoder",
    },
)

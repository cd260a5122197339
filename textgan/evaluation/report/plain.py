"""From plain values, as JSON has them, back to the dataclasses of a report."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["revive"]

R = TypeVar("R")


def revive(kind: type[R], plain: object) -> R:
    """Return `plain`, as JSON has it, as the `kind` of the field it belongs to."""
    revived: Any
    if is_dataclass(kind):
        if not isinstance(plain, Mapping):
            raise TypeError(f"found {plain!r:.80}, expected the fields of {kind.__name__}")
        hints = get_type_hints(kind)
        missing = {item.name for item in fields(kind)} - set(plain)
        if missing:
            raise KeyError(", ".join(sorted(missing)))
        revived = kind(**{name: revive(hints[name], value) for name, value in plain.items()})
        return revived  # type: ignore[no-any-return]
    outer, inner = get_origin(kind), get_args(kind)
    if outer in (types.UnionType, Union):
        if plain is None:
            return None  # type: ignore[return-value]
        (kind,) = (part for part in inner if part is not types.NoneType)
        return revive(kind, plain)
    if outer is tuple and isinstance(plain, list | tuple):
        if inner[-1] is Ellipsis:
            revived = tuple(revive(inner[0], item) for item in plain)
        else:
            revived = tuple(revive(*pair) for pair in zip(inner, plain, strict=True))
        return revived  # type: ignore[no-any-return]
    if outer is Mapping and isinstance(plain, Mapping):
        revived = {str(name): revive(inner[1], value) for name, value in plain.items()}
        return revived  # type: ignore[no-any-return]
    if kind is float and isinstance(plain, int | float) and not isinstance(plain, bool):
        return float(plain)  # type: ignore[return-value]
    if type(plain) is not kind:
        raise TypeError(f"found {plain!r:.80}, expected {getattr(kind, '__name__', kind)}")
    return plain

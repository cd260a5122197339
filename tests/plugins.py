"""A package with an entry point in `textgan.plugins`: installed by hand, and forgotten."""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpora import registry
from textgan.registry import KINDS, registry_of


def install(folder: Path, files: Mapping[str, str], function: str = "register_all") -> None:
    """Write the package `textgan_example` 0.1 and its metadata into a folder of `sys.path`."""
    package = folder / "textgan_example"
    package.mkdir(parents=True)
    for name, text in files.items():
        (package / name).write_text(text, encoding="utf-8")
    metadata = folder / "textgan_example-0.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: textgan-example\nVersion: 0.1\n"
    )
    (metadata / "entry_points.txt").write_text(
        f"[textgan.plugins]\nexample = textgan_example:{function}\n"
    )


@contextlib.contextmanager
def forgotten() -> Iterator[None]:
    """Have the built-in pieces alone; what is registered meanwhile is forgotten."""
    registries = [registry_of(kind) for kind in KINDS]
    before = [(dict(each._pieces), dict(each.plugins)) for each in registries]
    registry._Plugins.loaded = False
    for each, (pieces, _) in zip(registries, before, strict=True):
        each._pieces = {name: pieces[name] for name in each.built_in}
        each.plugins = {}
    try:
        yield
    finally:
        registry._Plugins.loaded = False
        for each, (pieces, plugins) in zip(registries, before, strict=True):
            each._pieces, each.plugins = pieces, plugins
        for name in [name for name in sys.modules if name.partition(".")[0] == "textgan_example"]:
            del sys.modules[name]

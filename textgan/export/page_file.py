"""A trained generator as one page of HTML that writes lines in a browser, without a network.

The page has the graph of `networks` and its weights, and computes it by the operators of
`page/operators.js`. Its noise is that of `corpora.rng`, so its lines are those of `textgan sample`.

page/
  page.html.j2    the template; what is known of the model, written by this module
  page.css
  *.js            the program, a module a file; `main.js` starts it
"""

import base64
import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from corpora.errors import InputError
from textgan import __version__
from textgan.config.settings import Config
from textgan.evaluation.render.headline import SCALE
from textgan.evaluation.render.template import environment
from textgan.export.card import Card, copied, headline, licence, limits, method, summary
from textgan.export.graph import Graph
from textgan.export.networks import LATENT, to_graph
from textgan.export.onnx_file import no_graph, vocabulary
from textgan.export.score_tables import logged_scores, report_scores
from textgan.sampling.sampler import Sampler

__all__ = ["MODULES", "check_page", "check_size", "page_text", "program"]

MAX_BYTES = 8 << 20  # of weights and labels: a page of 11 MB, whose lines take some milliseconds
WITHOUT = "export the run to a folder: --to DIR"
DIRECTIONS = 8
# Each uses those before it.
MODULES = (
    "random", "latents", "operators", "generator", "lines", "dom", "conditions", "draw", "held",
    "walk", "many", "main",
)  # fmt: skip
IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.MULTILINE)


def check_page(config: Config) -> None:
    """Raise InputError for a run whose lines a page cannot write: pairs, Gumbel noise, plug-ins."""
    if config.columns == "pairs":
        raise InputError(
            "found a run on pairs, whose lines are made from other lines, and a page makes lines "
            f"from noise alone; {WITHOUT}"
        )
    if reason := no_graph(config, "a page"):
        raise InputError(f"{reason}; {WITHOUT}")


def check_size(sampler: Sampler) -> None:
    """Raise InputError for a generator that is too large for a page."""
    size = 4 * sum(weight.numel() for weight in sampler.generator.state_dict().values())
    if sampler.training_labels is not None:
        size += sampler.training_labels.nbytes
    if size > MAX_BYTES:
        raise InputError(
            f"found a generator of {size:,} bytes, expected at most {MAX_BYTES:,} for a page; "
            f"{WITHOUT}, or train a narrower one (--generator-width)"
        )


def page_text(sampler: Sampler, card: Card) -> str:
    """Return the page as HTML; the same model gives the same text.

    Its policy allows this program and this style alone, by their hashes, and no connection. Texts
    of the corpus and the model are data: JSON without `<`, or escaped by the template.

    Raises:
        InputError: The generator is too large.
    """
    check_size(sampler)
    description, weights, labels = _model(sampler, card)
    style, script = _source("page.css"), program()
    logged = logged_scores(card.scores, card.config, card.corpus, card.version)
    template = environment().from_string(_source("page.html.j2"))
    return template.render(
        style=Markup(style),  # both are files of this package
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
        model=Markup(_json(description)),
        weights=Markup(base64.encodebytes(weights).decode()),
        labels=Markup(base64.encodebytes(labels).decode()),
        card=card,
        noise=sampler.latents.noise,
        has_conditions=sampler.latents.size > sampler.latents.noise,
        summary=summary(card),
        headline=headline(card),
        scale=SCALE,
        corpus=Path(card.config.corpus).name,
        method=method(card),
        logged=logged,
        reported=None if card.report is None else report_scores(card.report),
        copied=copied(card),
        limits=limits(card),
        licence=licence(card),
        version=__version__,
    )


def program(modules: tuple[str, ...] = MODULES) -> str:
    """Return modules as one script: a browser loads no module of a file from another file.

    Each becomes a function with its own names; an import reads what an earlier one returned.
    """
    parts = ['(() => {\n"use strict";\nconst modules = {};\n']
    for name in modules:
        source = IMPORT.sub(r"const \1 = modules.\2;", _source(f"{name}.js"))
        body, exported = EXPORT.sub("", source), ", ".join(EXPORT.findall(source))
        parts.append(f"modules.{name} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n")
    return "\n".join([*parts, "})();\n"])


def _model(sampler: Sampler, card: Card) -> tuple[dict[str, Any], bytes, bytes]:
    """Return what the program reads: a description, the weights, and the training labels.

    Weights are float32 and in order; labels are bytes, or pairs of bytes, the low one first.
    """
    config, latents = card.config, sampler.latents
    assert config.length is not None
    shape = {"length": config.length, "vocabulary": sampler.encoder.size}
    graph = to_graph(sampler.generator, latent=latents.size, **shape)
    labels = sampler.training_labels
    rows = b"" if labels is None else labels.astype(labels.dtype.newbyteorder("<")).tobytes()
    description = {
        "name": card.name,
        "unit": sampler.encoder.name,
        "length": config.length,
        "vocabulary": vocabulary(sampler.encoder),
        "sharpness": _sharpness(config),
        "inputs": {
            "latent": latents.size,
            "noise": latents.noise,
            "categorical": latents.codes.categorical,
            "continuous": latents.codes.continuous,
            "labels": sampler.labels,
            "labelBytes": 0 if labels is None else labels.itemsize,
        },
        "directions": _directions(graph, latents.noise).round(5).tolist(),
        "nodes": [node._asdict() for node in graph.nodes],
        "weights": [_weight(name, array) for name, array in graph.weights.items()],
    }
    floats = [array for array in graph.weights.values() if array.dtype == np.float32]
    return description, b"".join(array.astype("<f4").tobytes() for array in floats), rows


def _weight(name: str, array: NDArray[Any]) -> dict[str, Any]:
    """Return the entry of a weight: its shape, and its values where they are whole numbers."""
    entry = {"name": name, "shape": array.shape}
    return entry if array.dtype == np.float32 else {**entry, "values": array.tolist()}


def _sharpness(config: Config) -> float:
    """Return κ of the rows softmax(κ·logits) that the generator was trained with."""
    if config.output == "sharp":
        return config.sharpness
    return 1 / config.temperature if config.output == "straight-through" else 1.0


def _directions(graph: Graph, noise: int) -> NDArray[np.float64]:
    """Return the directions of noise that change the first layer most, (8, Z), the first most.

    They are orthogonal and of length 1: the right singular vectors of the layer's weight W, which
    maximise ‖W v‖ (Shen and Zhou 2021, "Closed-form factorization of latent semantics in GANs",
    equation 3). Of v and −v the one is taken whose largest entry is positive.
    """
    first = next(node for node in graph.nodes if LATENT in node.inputs)
    weight = graph.weights[first.inputs[1]][:, :noise].astype(np.float64)  # (C, Z)
    _, _, vectors = np.linalg.svd(weight, full_matrices=False)
    directions: NDArray[np.float64] = vectors[:DIRECTIONS]
    largest = np.abs(directions).argmax(axis=1)[:, None]
    return directions * np.sign(np.take_along_axis(directions, largest, axis=1))


def _json(value: Any) -> str:  # noqa: ANN401 - anything that JSON has
    """Return JSON that cannot end the element it stands in, nor begin a comment."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _hash(text: str) -> str:
    """Return the source of a content security policy that allows exactly this text."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _source(name: str) -> str:
    return files("textgan.export").joinpath("page", name).read_text(encoding="utf-8")

"""`model.onnx`: the averaged generator with its vocabulary, checked against torch."""

import importlib
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from corpora import encoders
from corpora.errors import InputError
from corpora.files import atomic
from corpora.registry import ENCODERS
from corpora.rng import uniform
from textgan import __version__
from textgan.config.settings import Config
from textgan.export.graph import to_model
from textgan.export.networks import to_graph
from textgan.inputs.noise import one_hot
from textgan.registry import GENERATORS
from textgan.runs.exported import Exported
from textgan.sampling.sampler import Sampler
from textgan.sampling.seeds import line_seeds

__all__ = ["FILE", "check_exportable", "metadata", "no_graph", "vocabulary", "write_onnx"]

FILE = "model.onnx"
CHECKED_LINES = 64
TOLERANCE = 1e-3  # of the largest logit; rounding in float32 differs by 1e-6 of it
MAX_BYTES = 2_000_000_000  # of the weights; the format of the file ends at 2^31
WITHOUT = "leave the graph out: --no-onnx"


def check_exportable(config: Config) -> None:
    """Raise InputError where no ONNX graph can be made of such a run, or nothing to make it with.

    A graph has the built-in generators without Gumbel noise, which numpy alone cannot repeat.
    """
    if reason := no_graph(config, "an ONNX graph"):
        raise InputError(f"{reason}; {WITHOUT}")
    for package in ("onnx", "onnxruntime"):
        try:
            importlib.import_module(package)
        except ImportError as error:
            raise InputError(
                f"an ONNX graph needs the package {package}: pip install 'textgan[export]', or "
                f"{WITHOUT}"
            ) from error


def no_graph(config: Config, what: str) -> str | None:
    """Return why `what` cannot have the graph of such a run's generator; None where it can."""
    if config.output.startswith("gumbel"):
        return (
            f"found output {config.output}, whose text is drawn with Gumbel noise, and {what} has "
            "none"
        )
    for kind, registry, name in (
        ("generator", GENERATORS, config.generator), ("encoder", ENCODERS, config.encoder),
    ):  # fmt: skip
        if name not in registry.built_in:
            return f"the {kind} {name} is that of a plug-in, and {what} has built-in ones alone"
    return None


def write_onnx(path: Path, sampler: Sampler, config: Config, exported: Exported) -> None:
    """Write the generator to `path`; the same weights give the same bytes.

    onnxruntime computes 64 lines, whose logits are compared with those of torch.

    Raises:
        InputError: The weights are too large for the format, or onnxruntime computes other logits.
    """
    assert config.length is not None
    size = 4 * sum(weight.numel() for weight in sampler.generator.state_dict().values())
    if size > MAX_BYTES:
        raise InputError(f"the generator has {size:,} bytes, ONNX files 2 GB at most; {WITHOUT}")
    shape = {"length": config.length, "vocabulary": sampler.encoder.size}
    model = to_model(to_graph(sampler.generator, latent=sampler.latents.size, **shape))
    model.producer_name, model.producer_version = "textgan", __version__
    for key, value in metadata(sampler, config, exported).items():
        model.metadata_props.add(key=key, value=value)
    content = model.SerializeToString(deterministic=True)
    _check(content, sampler, config)
    with atomic(path) as file:
        file.write(content)


def metadata(sampler: Sampler, config: Config, exported: Exported) -> dict[str, str]:
    """Return what a program needs besides the graph, as texts; lists and objects are JSON."""
    codes = sampler.latents.codes
    return {
        "textgan": __version__,
        "columns": config.columns,
        "encoder": exported.encoder,
        "vocabulary": json.dumps(vocabulary(sampler.encoder)),
        "length": str(config.length),
        "latent": str(sampler.latents.size),
        "noise": str(sampler.latents.noise),
        "codes": json.dumps({"categorical": codes.categorical, "continuous": codes.continuous}),
        "labels": json.dumps(exported.labels),
        "label_lines": json.dumps(_label_lines(sampler)),
        "step": str(exported.step),
    }


def vocabulary(encoder: encoders.Encoder) -> list[str]:
    """Return the text of each id, (V,); that of padding, which ends a line, is empty.

    A byte is the character of the same number: joined and encoded as Latin-1 they are UTF-8.
    """
    if encoder.name == "byte":
        return ["", *map(chr, range(256))]
    return encoder.decode_rows(np.arange(encoder.size)[:, None])


def _label_lines(sampler: Sampler) -> list[int]:
    """Return how many training lines each label has; nothing without labels."""
    if sampler.training_labels is None:
        return []
    counts: list[int] = np.bincount(sampler.training_labels, minlength=len(sampler.labels)).tolist()
    return counts


def _check(content: bytes, sampler: Sampler, config: Config) -> None:
    import onnxruntime

    inputs, source = _inputs(sampler, config)
    with torch.inference_mode():
        expected = sampler.generator.logits(None if source else inputs, inputs if source else None)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = torch.get_num_threads(), 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (logits,) = session.run(None, {session.get_inputs()[0].name: inputs.numpy()})
    finite = torch.isfinite(expected)
    differences = (torch.from_numpy(logits) - expected)[finite].abs()
    allowed = TOLERANCE * max(1.0, float(expected[finite].abs().max()))
    if not float(differences.max()) <= allowed:  # NaN too
        raise InputError(
            f"onnxruntime {onnxruntime.__version__} computes logits that differ by "
            f"{float(differences.max()):.1e} from those of torch, expected at most {allowed:.1e}; "
            f"use another version of it, or {WITHOUT}"
        )


def _inputs(sampler: Sampler, config: Config) -> tuple[Tensor, bool]:
    """Return inputs of the graph for a few lines, and whether they are sources."""
    seeds = line_seeds(0, 0, CHECKED_LINES)
    if config.columns != "pairs":
        return sampler.latent(seeds), False
    assert config.length is not None
    symbols = uniform(0, rows=seeds, columns=config.length) * sampler.encoder.size
    return one_hot(symbols.astype(np.int64), sampler.encoder.size, sampler.device), True

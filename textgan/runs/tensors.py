"""Tensors on disk: one safetensors file, written whole or not at all, checked when read.

Nothing is pickled, so reading a file runs no code. Its header gives names, shapes and types. They
are checked before any tensor is read: a file of a few kB may declare tensors larger than memory.
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from corpora.errors import InputError
from corpora.files import atomic, check_regular
from corpora.json_files import parse_object
from textgan.runs.state import is_step

__all__ = [
    "NGRAMS",
    "Forms",
    "check_forms",
    "digest",
    "fill",
    "forms_of",
    "load_weights",
    "read_tensors",
    "weights",
    "write_tensors",
]

FORMAT = 1
DTYPES = {torch.float32: "F32", torch.float64: "F64", torch.int64: "I64", torch.bool: "BOOL"}
OPTIMIZER = re.compile(r"(generator|critic)_optimizer\.(\d{1,6})\.\w+", re.ASCII)
NGRAMS = "ngrams."  # prefix of what n-gram matching keeps
NGRAM_FORMS = {"totals": "F64", "buckets": "I32", "counts": "F32"}  # each of one dimension
MAX_FIELDS = 8  # tensors that an optimiser keeps for a parameter

Form = tuple[str, tuple[int, ...]]  # the type as safetensors writes it, and the shape
Forms = Mapping[str, Form]  # by name


def weights(**networks: nn.Module) -> dict[str, Tensor]:
    """Return all tensors of the named networks, each as `network.tensor`."""
    return {
        f"{prefix}.{name}": tensor
        for prefix, network in networks.items()
        for name, tensor in network.state_dict().items()
    }


def forms_of(tensors: Mapping[str, Tensor]) -> dict[str, Form]:
    """Return the forms of tensors, by name."""
    return {name: (DTYPES[x.dtype], tuple(x.shape)) for name, x in tensors.items()}


def load_weights(path: Path, **networks: nn.Module) -> int:
    """Load the weights of the named networks, and of no others; return the step they belong to.

    Raises:
        InputError: The file is missing, damaged, edited, or of networks of another shape.
    """
    tensors, step = read_tensors(path, lambda forms: check_forms(path, forms, networks))
    for name, target in weights(**networks).items():
        fill(tensors, name, target)
    return step


def check_forms(path: Path, forms: Forms, networks: Mapping[str, nn.Module]) -> None:
    """Refuse a checkpoint whose tensors are not those of the named networks and their optimisers.

    The generator has the shapes of its average. What an optimiser keeps for a parameter is a
    number, or has the parameter's shape, or is a stack of matrices with sides of the flattened
    parameter, at most one for each parameter of that shape.

    Raises:
        InputError: Names the first tensor that does not fit.
    """
    required = weights(**networks)
    networks = {"generator": networks.get("average", nn.Module()), **networks}
    known = forms_of(weights(**networks))
    shapes = {
        name: [tuple(parameter.shape) for parameter in network.parameters()]
        for name, network in networks.items()
    }
    for name in (*(name for name in required if name not in forms), *forms):
        form = forms.get(name)
        if not (form == known[name] if name in known else _of_training(name, forms[name], shapes)):
            found_form = "nothing" if form is None else f"shape {form[1]} {form[0]}"
            expected = "shape {1} {0}".format(*known[name]) if name in known else "nothing"
            raise InputError(
                f"{path} holds {found_form:.80} as {name:.80}, expected {expected}; "
                "the weights fit only the settings they were trained with"
            )
    fields = Counter(name.rpartition(".")[0] for name in set(forms) - set(known))
    for name, count in fields.items():
        if count > MAX_FIELDS:
            raise InputError(
                f"{path} holds {count:,} tensors of {name}, expected at most {MAX_FIELDS}"
            )


def _of_training(name: str, form: Form, shapes: Mapping[str, list[tuple[int, ...]]]) -> bool:
    """Return whether training keeps such a tensor; `shapes` are those of the parameters."""
    if name.startswith(NGRAMS):
        return form[0] == NGRAM_FORMS.get(name.split(".")[1]) and len(form[1]) == 1
    match = OPTIMIZER.fullmatch(name)
    if match is None or match[1] not in shapes:
        return False
    parameters = shapes[match[1]]
    dtype, shape = form
    if int(match[2]) >= len(parameters) or dtype != "F32":
        return False
    expected = parameters[int(match[2])]
    if shape in ((), expected):
        return True
    if len(shape) != 3 or len(expected) != 4:
        return False
    same_shape = parameters.count(expected)
    return shape[0] <= same_shape and set(shape[1:]) <= {expected[0], math.prod(expected[1:])}


def digest(tensors: Mapping[str, Tensor], step: int) -> str:
    """Return the SHA-256 of a step, and of tensors with their names."""
    digest = hashlib.sha256(str(step).encode())
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def write_tensors(path: Path, tensors: Mapping[str, Tensor], step: int) -> None:
    """Write finite `tensors` and the step they belong to; equal tensors give equal files."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = {"format": FORMAT, "step": step, "sha256": digest(tensors, step)}
    with atomic(path) as file:
        file.write(save(tensors, metadata={"textgan": json.dumps(header)}))


def read_tensors(
    path: Path, check: Callable[[Forms], None] = lambda forms: None
) -> tuple[dict[str, Tensor], int]:
    """Return what `write_tensors` wrote, and its step.

    Args:
        path: The file.
        check: Raises InputError for tensors of other names, shapes or types than expected, before
            any is read.

    Raises:
        InputError: The file is missing, damaged, edited or of another format.
    """
    remedy = "restore the file or train again"
    try:
        check_regular(path)
        path.open("rb").close()  # safetensors calls a file that may not be read a missing one
        with safe_open(path, framework="pt") as file:
            header = parse_object((file.metadata() or {})["textgan"])
            if header["format"] != FORMAT:
                raise InputError(
                    f"{path} has format {header['format']!r:.80}, expected {FORMAT}; use the "
                    "version that wrote it"
                )
            step = header["step"]
            if not is_step(step):
                raise ValueError(f"its step is {step!r:.80}")
            names = list(file.keys())
            slices = {name: file.get_slice(name) for name in names}
            check({name: (s.get_dtype(), tuple(s.get_shape())) for name, s in slices.items()})
            tensors = {name: file.get_tensor(name) for name in names}
            expected = header["sha256"]
    except FileNotFoundError as error:
        raise InputError(f"no checkpoint {path}; train the run first, or name another") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}; {remedy}") from error
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error}); {remedy}") from error
    if digest(tensors, step) != expected:
        raise InputError(f"{path} was changed since it was written; {remedy}")
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise InputError(f"{path} is damaged ({name} is not finite); {remedy}")
    return tensors, step


@torch.no_grad()
def fill(tensors: Mapping[str, Tensor], name: str, target: Tensor) -> None:
    """Copy the tensor `name` into `target`, in place; `check_forms` has checked that it fits."""
    target.copy_(tensors[name])

"""Tensors on disk: one safetensors file, written whole or not at all, checked when read.

Nothing is pickled, so reading a file runs no code.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from corpora.errors import InputError

__all__ = ["fill", "load_weights", "read_tensors", "weights", "write_tensors"]

FORMAT = 1


def weights(**networks: nn.Module) -> dict[str, Tensor]:
    """Return all tensors of the named networks, each as `network.tensor`."""
    return {
        f"{prefix}.{name}": tensor
        for prefix, network in networks.items()
        for name, tensor in network.state_dict().items()
    }


def load_weights(path: Path, **networks: nn.Module) -> None:
    """Load the weights of the named networks alone.

    Raises:
        InputError: The file is missing, damaged, edited, or of networks of another shape.
    """
    tensors, _ = read_tensors(path)
    for name, target in weights(**networks).items():
        fill(path, tensors, name, target)


def _digest(tensors: Mapping[str, Tensor], step: int) -> str:
    digest = hashlib.sha256(str(step).encode())
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def write_tensors(path: Path, tensors: Mapping[str, Tensor], step: int) -> None:
    """Write `tensors` and the step they belong to; equal tensors give equal files.

    Raises:
        InputError: A tensor is not finite; what stood at `path` stays.
    """
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise InputError(
                f"step {step}: {name} is not finite; the last good checkpoint was kept: "
                "lower the rates or use a penalty"
            )
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = {"format": FORMAT, "step": step, "sha256": _digest(tensors, step)}
    temporary = path.with_suffix(".partial")
    temporary.write_bytes(save(tensors, metadata={"textgan": json.dumps(header)}))
    temporary.replace(path)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], int]:
    """Return what `write_tensors` wrote.

    Raises:
        InputError: The file is missing, damaged, edited or of another format.
    """
    remedy = "restore the file or train again"
    try:
        path.open("rb").close()  # safetensors calls a file that may not be read a missing one
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {})["textgan"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        found, step, digest = header["format"], int(header["step"]), header["sha256"]
    except FileNotFoundError as error:
        raise InputError(f"no checkpoint {path}; train the run first, or name another") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}; {remedy}") from error
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is damaged ({error}); {remedy}") from error
    if found != FORMAT:
        raise InputError(
            f"{path} has format {found}, expected {FORMAT}; use the version that wrote it"
        )
    if _digest(tensors, step) != digest:
        raise InputError(f"{path} was changed since it was written; {remedy}")
    return tensors, step


@torch.no_grad()
def fill(path: Path, tensors: Mapping[str, Tensor], name: str, target: Tensor) -> None:
    """Copy the tensor called `name` into `target`, in place.

    Raises:
        InputError: There is none, or it has another shape.
    """
    found = tensors.get(name)
    if found is None or found.shape != target.shape:
        shape = "nothing" if found is None else f"shape {tuple(found.shape)}"
        raise InputError(
            f"{path} holds {shape} as {name}, expected shape {tuple(target.shape)}; "
            "the weights fit only the settings they were trained with"
        )
    target.copy_(found)

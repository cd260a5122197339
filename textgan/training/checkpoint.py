"""Checkpoints: what the next step depends on, and what sampling needs.

A resumed run gives the same weights as a run without the stop, for two reasons:

- There is no state of a random generator to save. Every random number is a function of (seed, step,
  update, row, purpose); see `textgan.inputs.noise`. So weights and optimizer state are enough.
- The loop removes what was written after the checkpoint, before it goes on: later lines of
  stats.jsonl and later samples; see `textgan.training.loop`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from corpora.errors import InputError
from corpora.json_files import MAX_EXACT_INTEGER
from textgan.runs.tensors import (
    NGRAMS,
    Forms,
    check_forms,
    fill,
    read_tensors,
    weights,
    write_tensors,
)
from textgan.training.divergence import check_finite
from textgan.training.models import Models
from textgan.training.optimizers.soap import Soap, state_shapes

__all__ = ["restore", "save_best", "save_last"]

T = TypeVar("T")


def save_last(path: Path, models: Models, step: int) -> None:
    """Write all that the next step depends on, to go on exactly.

    Raises:
        DivergenceError: A tensor is not finite; the file before it is kept.
    """
    tensors = _network_weights(models)
    for name, optimizer in _optimizers(models).items():
        for index, fields in optimizer.state_dict()["state"].items():
            for field, value in fields.items():
                tensors[f"{name}.{index}.{field}"] = torch.as_tensor(value)
    if models.ngrams is not None:
        tensors |= {NGRAMS + name: tensor for name, tensor in models.ngrams.state().items()}
    _write(path, tensors, step)


def save_best(path: Path, models: Models, step: int) -> None:
    """Write what sampling needs: the averaged generator, and the critic that scores its lines.

    Raises:
        DivergenceError: A tensor is not finite; the file before it is kept.
    """
    _write(path, weights(average=models.average, critic=models.critic), step)


@torch.no_grad()
def restore(path: Path, models: Models) -> int:
    """Load into `models` what `save_last` wrote; return the step it was written after.

    Raises:
        InputError: The file is missing, damaged, edited, or of networks of another shape.
    """
    tensors, step = read_tensors(path, lambda forms: _check(path, forms, models))
    for name, target in _network_weights(models).items():
        fill(tensors, name, target)
    for name, optimizer in _optimizers(models).items():
        parameters = _parameters(optimizer)
        state = _states(name, tensors)
        if step and not state and _shapes(optimizer, parameters, 0):  # the optimizer has a state
            raise InputError(
                f"{path} is of step {step:,} and holds nothing of {name}; restore the file or "
                "train again"
            )
        for index, fields in state.items():
            steps, like = fields.get("step"), parameters[index]
            if steps is not None and not steps.ndim and not 0 <= steps <= MAX_EXACT_INTEGER:
                raise InputError(
                    f"{path} is damaged ({name}.{index}.step is {float(steps):g}); restore the "
                    "file or train again"
                )
            for field, tensor in fields.items():
                if tensor.shape == like.shape:  # fused updates need the layout of the weight
                    fields[field] = torch.empty_like(like).copy_(tensor)
        optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    if models.ngrams is not None:
        counts = {
            name.removeprefix(NGRAMS): tensor
            for name, tensor in tensors.items()
            if name.startswith(NGRAMS)
        }
        try:
            models.ngrams.restore(counts)
        except ValueError as error:
            raise InputError(
                f"{path} is damaged ({NGRAMS}{error}); restore the file or train again"
            ) from error
    return step


def _write(path: Path, tensors: Mapping[str, Tensor], step: int) -> None:
    check_finite(tensors, step)
    write_tensors(path, tensors, step)


def _check(path: Path, forms: Forms, models: Models) -> None:
    """Refuse tensors of other networks, and optimizers whose state is not complete."""
    present = {name for name in forms if name.startswith(NGRAMS)}
    known = {NGRAMS + name for name in models.ngrams.names} if models.ngrams else set()
    if present != known:
        raise InputError(
            f"{path} holds {len(present)} tensors {NGRAMS}*, expected {len(known)} by "
            "ngram_matching in config.json; restore the file or train again"
        )
    networks = {"generator": models.generator, "critic": models.critic, "average": models.average}
    check_forms(path, forms, networks)
    for name, optimizer in _optimizers(models).items():
        parameters = _parameters(optimizer)
        for index, state in _states(name, forms).items():
            fields = {field: shape for field, (_, shape) in state.items()}
            expected = _shapes(optimizer, parameters, index)
            if expected is not None and fields != expected:
                raise InputError(
                    f"{path} holds {_listed(fields, expected)} of {name}.{index}, expected "
                    f"{_listed(expected, fields)}; restore the file or train again"
                )


def _states(optimizer: str, entries: Mapping[str, T]) -> dict[int, dict[str, T]]:
    """Return the entries of an optimizer: number of a parameter -> name of a field -> entry."""
    states: dict[int, dict[str, T]] = {}
    for name, entry in entries.items():
        if name.startswith(f"{optimizer}."):
            _, index, field = name.split(".")
            states.setdefault(int(index), {})[field] = entry
    return states


def _shapes(
    optimizer: torch.optim.Optimizer, parameters: list[Tensor], index: int
) -> dict[str, tuple[int, ...]] | None:
    """Return the shapes of an optimizer's state of a parameter, after a step; None: unknown."""
    shape = tuple(parameters[index].shape)
    if isinstance(optimizer, Soap) and len(shape) == 4:
        stacked = sum(tuple(parameter.shape) == shape for parameter in parameters)
        return state_shapes(parameters[index], stacked)
    if isinstance(optimizer, torch.optim.Adam):
        return {"step": (), "exp_avg": shape, "exp_avg_sq": shape}
    if isinstance(optimizer, torch.optim.RMSprop):
        return {"step": (), "square_avg": shape}
    return {} if isinstance(optimizer, torch.optim.SGD) else None


def _listed(fields: Mapping[str, tuple[int, ...]], others: Mapping[str, tuple[int, ...]]) -> str:
    """Return the names of the fields; where `others` has the same, the shapes that differ."""
    if set(fields) != set(others):
        return f"{', '.join(sorted(fields)):.80}" or "nothing"
    differ = (f"{name} {shape}" for name, shape in fields.items() if shape != others[name])
    return f"{', '.join(differ):.80}"


def _parameters(optimizer: torch.optim.Optimizer) -> list[Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def _network_weights(models: Models) -> dict[str, Tensor]:
    return weights(generator=models.generator, critic=models.critic, average=models.average)


def _optimizers(models: Models) -> dict[str, torch.optim.Optimizer]:
    return {
        "generator_optimizer": models.generator_optimizer,
        "critic_optimizer": models.critic_optimizer,
    }

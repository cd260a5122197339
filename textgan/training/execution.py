"""How CUDA executes the tensor part of a step: call by call, compiled, or as CUDA graphs.

The CPU launches each of some thousand kernels of a step. For small networks that takes longer than
the kernels. `compiled` lets torch.compile merge them; `graphs` records them once as a CUDA graph,
which is then launched as a whole. Random numbers, checks of losses and optimizers are outside: they
depend on the step.

`compiled` needs first-order derivatives only, so a critic whose input gradient is a formula
(`Critic.input_gradient`); `graphs` goes with every critic.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import torch
from torch import Tensor, nn

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.networks.critics.critic import Critic

__all__ = ["Function", "Replayed", "check_execution", "executed", "gradients_of", "record_graph"]

BACKEND = "inductor"  # of torch.compile
WARM_UP = 3  # calls before a recording: libraries allocate and choose algorithms in the first ones

# inputs (tensors, None and numbers in named tuples and dataclasses) -> tensors
Function = Callable[[Any], list[Tensor]]
Memory = list[Tensor | None]  # that a call writes


def check_execution(config: Config, critic: Critic, workers: int = 1) -> None:
    """Raise InputError for an execution that the critic or several workers do not go with."""
    if config.execution == "eager":
        return
    if workers > 1:
        raise InputError(
            f"execution is {config.execution!r} with {workers} workers, expected 'eager': terms of "
            "a loss may need what other workers compute"
        )
    penalty = config.pieces.penalty
    second_order = penalty == "fd" or (penalty != "none" and critic.input_gradient is None)
    if config.execution == "compiled" and second_order:
        raise InputError(
            "execution is 'compiled', and the penalty differentiates the critic within its loss, "
            "which torch.compile does not support; use --execution graphs or eager"
        )


def executed(execution: str, function: Function) -> Function:
    """Return a function as `execution` says: as it is, or compiled."""
    if execution != "compiled":
        return function
    return torch.compile(function, backend=BACKEND, dynamic=False)


def gradients_of(network: nn.Module, losses: Function) -> Function:
    """Return what computes the gradients of a network's weights, and returns the losses.

    `losses` returns scalars; the first is differentiated.
    """
    parameters = list(network.parameters())

    def gradients(inputs: Any) -> list[Tensor]:  # noqa: ANN401 - see `Function`
        network.zero_grad()
        values = losses(inputs)
        values[0].backward(inputs=parameters)  # type: ignore[no-untyped-call]
        return [value.detach() for value in values]

    return gradients


class Replayed:
    """A function that is recorded in its first call, and replayed in the next ones.

    A replay reads and writes the memory of the recorded call. So inputs are copied to where those
    of the recorded call are; outputs, and gradients that the function leaves in `parameters`, are
    overwritten by the next call. Inputs of other shapes, or with other numbers, are recorded anew.

    Args:
        function: Makes no other choice in Python than one by shapes and numbers of its inputs.
        networks: The function may change their buffers, once a call; recording does not.
        parameters: The function leaves their gradients in `grad`.
    """

    def __init__(
        self,
        function: Function,
        networks: Iterable[nn.Module],
        parameters: Iterable[nn.Parameter] = (),
    ) -> None:
        self.function = function
        self.buffers = [buffer for network in networks for buffer in network.buffers()]
        self.parameters = list(parameters)
        self.key: list[object] | None = None

    def __call__(self, inputs: Any) -> list[Tensor]:  # noqa: ANN401 - see `Function`
        """Return what the function returns; valid until the next call."""
        if (key := [_form(leaf) for leaf in _leaves(inputs)]) != self.key:
            self._record(inputs)
            self.key = key
        for place, leaf in zip(_leaves(self.inputs), _leaves(inputs), strict=True):
            if isinstance(place, Tensor):
                place.copy_(cast("Tensor", leaf))
        self.replay()
        for parameter, gradient in zip(self.parameters, self.gradients, strict=True):
            parameter.grad = gradient  # an optimizer may have removed it
        return self.outputs

    def _record(self, inputs: Any) -> None:  # noqa: ANN401 - see `Function`
        before = [buffer.clone() for buffer in self.buffers]
        self.inputs = _cloned(inputs)
        memory, self.replay = record_graph(self._call)
        count = len(memory) - len(self.parameters)
        self.outputs, self.gradients = cast("list[Tensor]", memory[:count]), memory[count:]
        for buffer, value in zip(self.buffers, before, strict=True):
            buffer.copy_(value)

    def _call(self) -> Memory:
        outputs = self.function(self.inputs)
        return [*outputs, *(parameter.grad for parameter in self.parameters)]


def record_graph(call: Callable[[], Memory]) -> tuple[Memory, Callable[[], None]]:
    """Return what a call writes, recorded as a CUDA graph, and what replays it.

    Recording computes nothing: the memory has values after a replay. Calls before it and the
    recording share a stream of their own, as cuBLAS has a workspace for each stream.
    """
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            call()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        memory = call()
    return memory, graph.replay


def _leaves(value: object) -> Iterator[object]:
    """Yield what nested named tuples and dataclasses hold, in order."""
    if isinstance(value, tuple):
        for part in value:
            yield from _leaves(part)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _leaves(getattr(value, field.name))
    else:
        yield value


def _form(leaf: object) -> object:
    """Return what a recording depends on: of a tensor not its values."""
    return (leaf.shape, leaf.dtype) if isinstance(leaf, Tensor) else leaf


def _cloned(value: Any) -> Any:  # noqa: ANN401 - see `Function`
    """Return named tuples and dataclasses with tensors in memory of their own."""
    if isinstance(value, tuple):
        return type(value)(*map(_cloned, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return dataclasses.replace(value, **{n: _cloned(getattr(value, n)) for n in names})
    return value.clone() if isinstance(value, Tensor) else value

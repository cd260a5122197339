"""A generator's graph, written node by node; what an op receives is a name or a tensor of weights.

The ops are those of ONNX. `Graph` itself needs no package but numpy, so that the page of
`page_file` does not either; `to_model` writes it as ONNX.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    import onnx

__all__ = ["OPSET", "Graph", "Node", "to_model"]

OPSET = 17  # of July 2022: every op that the generators need, and read by all later runtimes
IR_VERSION = 8  # the file format of that opset


class Node(NamedTuple):
    """One op of a graph."""

    op: str
    inputs: list[str]  # of other nodes, of weights, or the graph's own
    output: str
    attributes: dict[str, Any]  # numbers or lists of them


class Graph:
    """The nodes and weights of a graph, numbered in the order in which they are written.

    So equal networks give equal files. A call writes a node and returns the name of its output:

        hidden = graph("Conv", hidden, layer.weight, layer.bias, pads=[2, 2])

    Args:
        source: The name of the input.
        width: The shape of the input without the lines.
        shape: T and V, the shape of the output without the lines.

    Attributes:
        nodes: In the order in which they are computed; the last one's output is `logits`.
        weights: Float32, and int64 of shapes and axes; by name.
    """

    def __init__(self, source: str, width: tuple[int, ...], shape: tuple[int, int]) -> None:
        self.source, self.width, self.shape = source, width, shape
        self.nodes: list[Node] = []
        self.weights: dict[str, NDArray[Any]] = {}

    def __call__(
        self,
        op: str,
        *inputs: str | Tensor | NDArray[Any] | None,
        **attributes: Any,  # noqa: ANN401 - numbers or lists of them
    ) -> str:
        """Write a node and return the name of its output; inputs that are None are left out."""
        names = [each if isinstance(each, str) else self._constant(each)
                 for each in inputs if each is not None]  # fmt: skip
        output = f"{op}_{len(self.nodes)}"
        self.nodes.append(Node(op, names, output, attributes))
        return output

    def reshape(self, x: str, *shape: int) -> str:
        """Return x in another shape; 0 keeps the size of an axis, −1 is what is left."""
        return self("Reshape", x, np.array(shape, np.int64))

    def swap(self, x: str) -> str:
        """Return (B, T, C) as (B, C, T), or back."""
        return self("Transpose", x, perm=[0, 2, 1])

    def first(self, x: str, length: int) -> str:
        """Return the first `length` positions of x (B, C, P)."""
        start, end, axis = (np.array([number], np.int64) for number in (0, length, 2))
        return self("Slice", x, start, end, axis)

    def end(self, output: str) -> None:
        """Make the output of this node the logits, (lines, T, V)."""
        self.nodes.append(Node("Identity", [output], "logits", {}))

    def _constant(self, value: Tensor | NDArray[Any]) -> str:
        """Return the name of a weight."""
        array = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value
        name = f"weight_{len(self.weights)}"
        self.weights[name] = np.ascontiguousarray(array)
        return name


def to_model(graph: Graph) -> "onnx.ModelProto":
    """Return a graph as ONNX, from its input (lines, *width) to logits (lines, T, V)."""
    from onnx import helper, numpy_helper  # of the extra `export`: not before it is used

    nodes = [
        helper.make_node(op, inputs, [output], name=output, **attributes)
        for op, inputs, output, attributes in graph.nodes
    ]
    weights = [numpy_helper.from_array(array, name) for name, array in graph.weights.items()]
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(np.float32))
    entry = helper.make_tensor_value_info(graph.source, kind, ["lines", *graph.width])
    logits = helper.make_tensor_value_info("logits", kind, ["lines", *graph.shape])
    proto = helper.make_graph(nodes, "generator", [entry], [logits], weights)
    return helper.make_model(
        proto, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )

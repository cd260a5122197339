"""An ONNX graph, written node by node; what an op receives is a name or a tensor of weights."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    import onnx

__all__ = ["OPSET", "Graph"]

OPSET = 17  # of July 2022: every op that the generators need, and read by all later runtimes
IR_VERSION = 8  # the file format of that opset


class Graph:
    """The nodes and weights of a graph, numbered in the order in which they are written.

    So equal networks give equal files. A call writes a node and returns the name of its output:

        hidden = graph("Conv", hidden, layer.weight, layer.bias, pads=[2, 2])
    """

    def __init__(self) -> None:
        from onnx import helper, numpy_helper  # of the extra `export`: not before it is used

        self.helper, self.to_proto = helper, numpy_helper.from_array
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

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
        self.nodes.append(self.helper.make_node(op, names, [output], name=output, **attributes))
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

    def model(
        self, name: str, width: tuple[int, ...], output: str, shape: tuple[int, int]
    ) -> "onnx.ModelProto":
        """Return the model from an input (lines, *width) to logits (lines, T, V).

        Args:
            name: Of the input.
            width: Its shape without the lines.
            output: The node whose output the logits are.
            shape: T and V.
        """
        helper = self.helper
        self.nodes.append(helper.make_node("Identity", [output], ["logits"], name="logits"))
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(np.float32))
        entry = helper.make_tensor_value_info(name, kind, ["lines", *width])
        logits = helper.make_tensor_value_info("logits", kind, ["lines", *shape])
        graph = helper.make_graph(self.nodes, "generator", [entry], [logits], self.weights)
        return helper.make_model(  # type: ignore[no-any-return]
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )

    def _constant(self, value: Tensor | NDArray[Any]) -> str:
        """Return the name of a weight."""
        array = value.detach().cpu().numpy() if isinstance(value, torch.Tensor) else value
        name = f"weight_{len(self.weights)}"
        self.weights.append(self.to_proto(np.ascontiguousarray(array), name))
        return name

"""ONNX graphs of generators: onnxruntime computes what torch does."""

import numpy as np
import pytest
import torch

from textgan.export.graph import to_model
from textgan.export.networks import GRAPHS, to_graph
from textgan.registry import GENERATORS

onnx = pytest.importorskip("onnx", reason="needs onnx: pip install 'textgan[export]'")
onnxruntime = pytest.importorskip(
    "onnxruntime", reason="needs onnxruntime: pip install 'textgan[export]'"
)

V, Z = 7, 10
EMITTABLE = torch.arange(V) != 1


def made(name, length, *, width=6, blocks=2):
    torch.manual_seed(length)
    generator = GENERATORS[name](
        length=length, emittable=EMITTABLE, noise=Z, width=width, blocks=blocks
    )
    for module in generator.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # as after training
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
        if hasattr(module, "gate"):
            torch.nn.init.constant_(module.gate, 0.7)
    return generator.eval()


def computed(generator, length, inputs):
    """Logits of torch and of onnxruntime."""
    model = to_model(to_graph(generator, latent=Z, length=length, vocabulary=V))
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (logits,) = session.run(None, {session.get_inputs()[0].name: inputs.numpy()})
    source = inputs if inputs.dim() == 3 else None
    with torch.inference_mode():
        expected = generator.logits(None if source is not None else inputs, source)
    return expected.numpy(), logits


@pytest.mark.parametrize("name", GENERATORS.built_in)
@pytest.mark.parametrize("length", [4, 9, 16])
def test_the_logits_are_those_of_torch(name, length):
    inputs = torch.randn(11, Z)  # neither a multiple of 8 lines, nor one
    if name == "unet":
        inputs = torch.nn.functional.one_hot(torch.randint(V, (11, length)), V).float()
    expected, logits = computed(made(name, length), length, inputs)
    assert np.isneginf(logits[:, :, 1]).all()  # what may not be written
    written = EMITTABLE.numpy()
    assert np.abs(expected[..., written]).mean() > 0.05
    np.testing.assert_allclose(logits[..., written], expected[..., written], atol=1e-5)


def test_wide_convolutions_which_torch_computes_by_frequencies_are_the_same():
    generator = made("resnet", 12, width=192, blocks=1)
    expected, logits = computed(generator, 12, torch.randn(3, Z))
    written = EMITTABLE.numpy()
    np.testing.assert_allclose(logits[..., written], expected[..., written], atol=1e-4)


def test_every_built_in_generator_has_a_graph():
    assert {GENERATORS[name] for name in GENERATORS.built_in} == set(GRAPHS)

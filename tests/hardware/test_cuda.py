"""On a CUDA device: steps are those of a CPU, and every way to execute them is the same step.

Without a device they are skipped. TEXTGAN_CUDA_TESTS=cpu tries them on the CPU: graphs are then
plain calls, and nothing is compiled but only traced.
"""

import copy
import dataclasses
import os

import numpy as np
import pytest
import torch

from benchmarks.card import record_call
from tests.training.kinds import OPTIONS, REGISTERED
from textgan.hardware.device import full_precision, set_up
from textgan.hardware.free_memory import free_memory
from textgan.inputs.latents import Latents
from textgan.sampling.sampler import Sampler
from textgan.sampling.seeds import line_seeds
from textgan.training import execution
from textgan.training.checkpoint import restore, save_last
from textgan.training.models import Models
from textgan.training.optimizers.soap import Soap
from textgan.training.run import open_run, train
from textgan.training.step import Trainer

CARD = torch.device(os.environ.get("TEXTGAN_CUDA_TESTS", "cuda"))
TRIAL = CARD.type == "cpu"
pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(
        CARD.type == "cuda" and not torch.cuda.is_available(), reason="there is no CUDA device"
    ),
    pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Please use the new API settings"),  # of torch 2.9
]
of_cuda = pytest.mark.skipif(TRIAL, reason="only CUDA has it")

KINDS = {
    **REGISTERED,
    **OPTIONS,
    "instance noise": {"instance_noise": 0.5, "instance_noise_steps": 3},
    "Gumbel noise": {"output": "gumbel"},
}
GRAPHS = (
    "wgan-gp", "wgan-fd", "sngan", "rpgan", "critic attention", "generator dcgan", "pairs",
    "labels and codes", "growing text", "instance noise",
)  # fmt: skip


@pytest.fixture(autouse=True)
def device(backends, monkeypatch):
    """Put back what a test changes for the whole process."""
    if TRIAL:
        monkeypatch.setattr(execution, "record_graph", record_call)
        monkeypatch.setattr(execution, "BACKEND", "eager")
    torch.compiler.reset()
    yield
    torch.compiler.reset()


def settings(tiny, **changes):
    """Plain descent: Adam's first steps are signs, also of gradients that are mere rounding."""
    return dataclasses.replace(tiny, **{"optimizer": "sgd", "critic_steps": 1, **changes})


def trainer(config, encoded, device=CARD):
    set_up(config, device)
    corpus = encoded[config.columns]
    return Trainer(config, corpus, Models.build(config, corpus, device))


def gap(ours, theirs):
    """‖a − b‖ / ‖b‖ of all tensors of two lists together."""
    pairs = [(a.double().cpu(), b.double().cpu()) for a, b in zip(ours, theirs, strict=True)]
    difference = sum(float((a - b).square().sum()) for a, b in pairs)
    return (difference / sum(float(b.square().sum()) for _, b in pairs)) ** 0.5


def numbers(stats):
    return {name: value for name, value in stats._asdict().items() if value is not None}


def gradients(subject):
    networks = subject.models.critic, subject.models.generator
    return [weight.grad for network in networks for weight in network.parameters()]


def weights(subject):
    networks = subject.models.critic, subject.models.generator, subject.models.average
    tensors = [tensor for network in networks for tensor in network.state_dict().values()]
    return [tensor for tensor in tensors if tensor.is_floating_point()]


@pytest.mark.parametrize("name", KINDS)
def test_a_step_is_that_of_the_cpu(name, tiny, encoded):
    config = settings(tiny, **KINDS[name])
    expected = trainer(config, encoded, torch.device("cpu"))
    subject = trainer(config, encoded)
    stats, wanted = subject.step(1), expected.step(1)
    assert numbers(stats) == pytest.approx(numbers(wanted), rel=1e-3, abs=1e-4)
    assert gap(gradients(subject), gradients(expected)) < 1e-3
    assert gap(weights(subject), weights(expected)) < 1e-5
    assert {gradient.device.type for gradient in gradients(subject)} == {CARD.type}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_step_as_graphs_is_an_eager_step(name, tiny, encoded):
    config = settings(tiny, **KINDS[name])
    eager = trainer(config, encoded)
    graphs = trainer(dataclasses.replace(config, execution="graphs"), encoded)
    for step in (1, 2, 3, 4):
        wanted = numbers(eager.step(step))
        assert numbers(graphs.step(step)) == pytest.approx(wanted, rel=1e-3, abs=1e-4)
        assert gap(gradients(graphs), gradients(eager)) < 1e-3
    assert gap(weights(graphs), weights(eager)) < 1e-5


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_graphs_with_soap_train_as_eager_steps(precision, tiny, encoded):
    config = dataclasses.replace(tiny, precision=precision)
    eager = trainer(config, encoded)
    graphs = trainer(dataclasses.replace(config, execution="graphs"), encoded)
    for step in range(1, 13):  # the bases are updated in step 10
        wanted, stats = eager.step(step), graphs.step(step)
        assert stats.critic_loss == pytest.approx(wanted.critic_loss, rel=0.05, abs=0.05)


@of_cuda
@pytest.mark.parametrize("name", KINDS)
def test_the_tensor_part_of_a_step_waits_for_nothing(name, tiny, encoded, monkeypatch):
    subject = trainer(settings(tiny, **KINDS[name]), encoded)
    subject.step(1)

    def watched(function):
        def call(given):
            torch.cuda.set_sync_debug_mode("error")
            try:
                return function(given)
            finally:
                torch.cuda.set_sync_debug_mode("default")

        return call

    for part in ("texts", "critic_gradients", "generator_gradients"):
        monkeypatch.setattr(subject, part, watched(getattr(subject, part)))
    subject.step(2)


def test_bfloat16_is_near_float32(tiny, encoded):
    exact = trainer(settings(tiny), encoded)
    expected = exact.step(1)
    near = trainer(settings(tiny, precision="bfloat16"), encoded)
    assert near.step(1) == pytest.approx(expected, rel=0.1, abs=0.05)
    assert 1e-5 < gap(gradients(near), gradients(exact)) < 0.3


@of_cuda
@pytest.mark.parametrize(
    ("precision", "least", "most"), [("float32", 0, 1e-6), ("tf32", 1e-5, 2e-3)]
)
def test_precisions_round_products_and_convolutions_as_they_say(tiny, precision, least, most):
    if precision == "tf32" and torch.cuda.get_device_capability() < (8, 0):
        pytest.skip("this device has no TF32")
    set_up(dataclasses.replace(tiny, precision=precision), CARD)
    a, b = torch.randn(2, 256, 256, device=CARD)
    rows, kernel = torch.randn(8, 64, 8, 32, device=CARD), torch.randn(64, 64, 1, 5, device=CARD)
    exact = (a.double() @ b.double(), torch.nn.functional.conv2d(rows.double(), kernel.double()))
    assert least <= gap([a @ b], exact[:1]) < most
    assert least <= gap([torch.nn.functional.conv2d(rows, kernel)], exact[1:]) < most
    with full_precision(CARD):
        assert gap([a @ b], exact[:1]) < 1e-6


@pytest.mark.parametrize("optimizer", ["soap", "adam", "rmsprop"])
def test_training_goes_on_exactly_from_a_checkpoint(optimizer, tiny, encoded, tmp_path):
    config = dataclasses.replace(tiny, optimizer=optimizer, precision="bfloat16")
    first, second = trainer(config, encoded), trainer(config, encoded)
    for step in (1, 2, 3):
        first.step(step)
    save_last(tmp_path / "stop", first.models, 3)
    assert restore(tmp_path / "stop", second.models) == 3
    for step in (4, 5):
        assert first.step(step) == second.step(step)
    assert all(torch.equal(*pair) for pair in zip(weights(first), weights(second), strict=True))
    if optimizer == "soap":
        states = second.models.critic_optimizer.state.values()
        steps = [state["step"] for state in states if "second" in state]
        assert {step.device.type for step in steps} == {"cpu"}


def test_a_run_is_trained_stopped_resumed_and_sampled(tiny, tmp_path):
    config = dataclasses.replace(tiny, device=CARD.type, steps=4)
    run = train(config, out=tmp_path / "run")
    assert next(open_run(run, steps=6).trainer.models.critic.parameters()).device.type == CARD.type
    open_run(run, steps=6)()
    lines = list(Sampler.load(run, "last", device=CARD.type).lines(300, 1))
    expected = list(Sampler.load(run, "last").lines(300, 1))
    same = sum(line == other for line, other in zip(lines, expected, strict=True))
    assert same >= 270  # the others are near-ties


@pytest.mark.parametrize(
    "name", ["wgan-gp", "generator resnet", "labels and codes", "Gumbel noise"]
)
def test_lines_are_those_of_the_cpu_up_to_near_ties(name, tiny, encoded):
    config = dataclasses.replace(tiny, **KINDS[name])
    corpus = encoded[config.columns]
    models = Models.build(config, corpus, torch.device("cpu"))
    latents = Latents.from_config(config, len(corpus.labels))
    samplers = [
        Sampler(
            copy.deepcopy(models.average).to(device), copy.deepcopy(models.critic).to(device),
            corpus.encoder, latents, labels=corpus.labels,
            training_labels=corpus.condition("train") if corpus.labels else None,
        )
        for device in (CARD, torch.device("cpu"))
    ]  # fmt: skip
    set_up(dataclasses.replace(config, precision="bfloat16"), CARD)  # sampling uses no TF32
    seeds = line_seeds(1, 0, 512)
    ours, theirs = (sampler.batch(seeds).ids for sampler in samplers)
    differ = (ours != theirs).any(axis=1)
    assert differ.mean() < 0.05
    with full_precision(CARD):
        logits = [sampler.generator.logits(sampler.latent(seeds)) for sampler in samplers]
    finite = [tensor.clamp_min(-1e3) for tensor in logits]  # −∞ where a symbol is never written
    assert gap(finite[:1], finite[1:]) < 1e-4
    batches = (samplers[0].batch(seeds[part]).ids for part in (slice(0, 7), slice(7, 512)))
    assert (np.concatenate(list(batches)) != ours).any(axis=1).mean() < 0.05


def test_soap_is_that_of_the_cpu():
    random = torch.Generator().manual_seed(0)
    given = torch.randn(24, 6, 5, generator=random)
    moved = []
    for device in (CARD, torch.device("cpu")):
        weight = torch.nn.Parameter(torch.zeros(6, 5, 1, 1, device=device))
        optimizer = Soap([weight], beta2=0.9)
        optimizer.param_groups[0]["lr"] = 1.0
        for gradient in given:
            weight.grad = gradient[:, :, None, None].to(device)
            optimizer.step()
        moved.append(weight.detach())
    assert gap(moved[:1], moved[1:]) < 1e-3


@of_cuda
def test_new_networks_leave_random_numbers_of_the_device_alone(tiny, encoded):
    before = torch.cuda.get_rng_state()
    Models.build(tiny, encoded["text"], CARD)
    assert torch.equal(torch.cuda.get_rng_state(), before)


@of_cuda
def test_free_memory_is_that_of_the_device():
    free, total = torch.cuda.mem_get_info()
    assert 0.5 * free < free_memory("cuda") <= total


def test_a_compiled_step_is_an_eager_step(tiny, encoded):  # last, as it takes longest
    config = settings(tiny)
    eager = trainer(config, encoded)
    compiled = trainer(dataclasses.replace(config, execution="compiled"), encoded)
    for step in (1, 2):
        wanted = numbers(eager.step(step))
        assert numbers(compiled.step(step)) == pytest.approx(wanted, rel=1e-3, abs=1e-4)
        assert gap(gradients(compiled), gradients(eager)) < 1e-3

"""Execution: compiled and recorded steps are eager steps, and nothing in them reads a number."""

import contextlib
import dataclasses

import pytest
import torch

from benchmarks.card import record_call
from corpora.errors import InputError
from tests.training.kinds import OPTIONS, PAIRS, REGISTERED
from textgan.inputs.generator_inputs import GeneratorInputs
from textgan.objectives import ngram_matching
from textgan.objectives.ngram_matching import NgramMatching
from textgan.registry import OUTPUTS
from textgan.training import execution
from textgan.training.models import Models
from textgan.training.optimizers import build_optimizer
from textgan.training.run import prepare
from textgan.training.step import Trainer

KINDS = {
    **OPTIONS,
    "relativistic pairs": {**PAIRS, "objective": "rpgan", "feature_matching": 1.0},
    "layer normalisation": {"normalisation": "layer"},
    "chords": {"objective": "wgan-fd", "fd_points": "chord"},
    "instance noise": {"instance_noise": 0.5, "instance_noise_steps": 3, "codes": "3"},
    "batch normalisation": {"objective": "gan", "generator": "dcgan", "normalisation": "batch"},
    "bfloat16": {"precision": "bfloat16"},
}
ALL = {**REGISTERED, **{f"output {name}": {"output": name} for name in OUTPUTS}, **KINDS}
RECORDED = ["wgan-gp", "wgan-fd", "sngan", "critic attention", *KINDS]


def settings(tiny, name):
    return dataclasses.replace(tiny, **{"batch_size": 4, **ALL[name]})


def steps(trainer, count):
    return [trainer.step(step) for step in range(1, count + 1)]


def weights(trainer):
    networks = trainer.models.critic, trainer.models.generator, trainer.models.average
    return [tensor for network in networks for tensor in network.state_dict().values()]


@pytest.fixture
def recorded(monkeypatch):
    """In place of CUDA graphs: the call is made again, into the same memory. Counts recordings."""
    calls = []

    def record(call):
        calls.append(call)
        return record_call(call)

    monkeypatch.setattr(execution, "record_graph", record)
    return calls


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_step_is_an_eager_step(name, tiny, encoded, make_trainer, recorded):
    config = settings(tiny, name)
    corpus = encoded[config.columns]
    eager = make_trainer(config, corpus)
    replayed = make_trainer(dataclasses.replace(config, execution="graphs"), corpus)
    assert steps(eager, 4) == steps(replayed, 4)
    assert all(torch.equal(*pair) for pair in zip(weights(eager), weights(replayed), strict=True))
    # texts, critic and generator; both again at each L after the first, and without noise
    again = {"growing text": 2 * 3, "instance noise": 1}
    assert len(recorded) == 3 + again.get(name, 0)


def test_what_a_recording_returns_is_overwritten_by_the_next_call(recorded):
    replayed = execution.Replayed(lambda inputs: [2 * inputs.latent], [])
    (first,) = replayed(GeneratorInputs(torch.ones(3)))
    (second,) = replayed(GeneratorInputs(torch.full((3,), 2.0)))
    assert first is second
    assert first.tolist() == [4, 4, 4]


@pytest.mark.parametrize("name", [name for name in ALL if name != "bfloat16"])
def test_the_tensor_part_of_a_step_reads_no_number_and_is_on_one_device(
    name, tiny, encoded, monkeypatch
):
    """On torch's device meta numbers do not exist, and tensors of another device are refused."""
    config = settings(tiny, name)
    autocast, meta = torch.autocast, torch.device("meta")
    without = contextlib.nullcontext()  # meta has no autocast
    monkeypatch.setattr(
        torch, "autocast", lambda d, *a, **k: without if d == "meta" else autocast(d, *a, **k)
    )
    models = Models.build(config, encoded[config.columns], torch.device("cpu"))
    for network in (models.generator, models.critic, models.average):
        network.to(meta)
    models.generator_optimizer = build_optimizer(models.generator, config)
    models.critic_optimizer = build_optimizer(models.critic, config)
    if models.ngrams is not None:
        corpus = encoded[config.columns]
        models.ngrams = NgramMatching(corpus.train, corpus.encoder.size, meta)
        monkeypatch.setattr(NgramMatching, "remember", lambda *_: None)  # outside of that part
        monkeypatch.setattr(ngram_matching, "ENTRIES", 500)  # of which not all lines have slopes
    trainer = Trainer(config, encoded[config.columns], models)
    measured = []

    def unread(_trainer, _network, values):
        measured.extend(values)
        return [0.0] * len(values)

    monkeypatch.setattr(Trainer, "reduce", unread)
    monkeypatch.setattr(Trainer, "descend", lambda *_: None)
    trainer.step(1)
    assert len(measured) >= config.critic_steps * 3 + 1
    assert {value.device for value in measured} == {meta}
    for network in (models.generator, models.critic):
        assert {weight.grad.device for weight in network.parameters()} == {meta}


@pytest.fixture
def compiled(monkeypatch):
    """Trace what is compiled whole, but compile it to torch's own calls: seconds, not minutes."""
    compile_with = torch.compile
    monkeypatch.setattr(execution, "BACKEND", "eager")
    monkeypatch.setattr(
        torch, "compile", lambda function, **k: compile_with(function, fullgraph=True, **k)
    )
    torch.compiler.reset()
    yield
    torch.compiler.reset()


def check_compiled(config, encoded, make_trainer):
    corpus = encoded[config.columns]
    eager = make_trainer(config, corpus)
    subject = make_trainer(dataclasses.replace(config, execution="compiled"), corpus)
    assert steps(eager, 2) == steps(subject, 2)
    assert torch.compiler.is_compiling() is False


OF_TORCH = "ignore:.*should not be instantiated:DeprecationWarning"  # torch's own, as it traces


@pytest.mark.filterwarnings(OF_TORCH)
def test_a_compiled_step_is_an_eager_step(quick, encoded, make_trainer, compiled):
    check_compiled(quick, encoded, make_trainer)


SECOND_ORDER = ("wgan-fd", "critic attention", "layer normalisation", "chords")


@pytest.mark.slow
@pytest.mark.filterwarnings(OF_TORCH)
@pytest.mark.parametrize("name", [name for name in ALL if name not in SECOND_ORDER])
def test_all_that_needs_first_derivatives_alone_is_compiled_whole(
    name, tiny, encoded, make_trainer, compiled
):
    check_compiled(settings(tiny, name), encoded, make_trainer)


@pytest.mark.parametrize("name", SECOND_ORDER)
def test_a_loss_that_differentiates_the_critic_is_not_compiled(name, tiny, encoded, make_trainer):
    config = dataclasses.replace(settings(tiny, name), execution="compiled")
    with pytest.raises(InputError, match="use --execution graphs or eager"):
        make_trainer(config, encoded["text"])


def test_several_workers_execute_call_by_call(tiny, encoded):
    config = dataclasses.replace(tiny, execution="graphs")
    critic = Models.build(config, encoded["text"], torch.device("cpu")).critic
    execution.check_execution(config, critic)
    with pytest.raises(InputError, match="'graphs' with 2 workers, expected 'eager'"):
        execution.check_execution(config, critic, 2)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"execution": "graphs"}, "execution is 'graphs', which only CUDA has.*--execution eager"),
        ({"execution": "compiled"}, "execution is 'compiled', which only CUDA has"),
        ({"precision": "tf32"}, "precision is 'tf32', which only CUDA has.*--precision float32"),
    ],
)
def test_a_cpu_refuses_a_new_run_of_what_only_cuda_has(changes, message, quick, tmp_path):
    with pytest.raises(InputError, match=message):
        prepare(dataclasses.replace(quick, **changes), out=tmp_path / "run")
    assert not (tmp_path / "run").exists()

"""Data parallelism: the workers' shares of a batch together are the batch of a single worker."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from corpora.errors import InputError
from tests.training.kinds import PAIRS
from textgan.config.settings import Config
from textgan.inputs import noise
from textgan.objectives import ngram_matching
from textgan.registry import CRITICS, GENERATORS, OBJECTIVES
from textgan.training.distributed import ALONE, BatchShare, Workers, check_workers, join_workers
from textgan.training.models import Models
from textgan.training.step import Trainer

SMALL = {
    "generator_width": 8, "critic_width": 8, "generator_blocks": 1, "critic_blocks": 1,
    "noise": 8, "batch_size": 7, "steps": 2, "threads": 1, "device": "cpu",
    "precision": "float32", "length": 8,
    "optimizer": "adam",  # SOAP makes much of rounding: it divides by the smallest eigenvalues
}  # fmt: skip
# of a batch: normalisation by it, and chords between its lines
REFUSED = [
    {"generator": "dcgan"},
    {"objective": "gan", "normalisation": "batch"},
    {"objective": "wgan-fd", "fd_points": "chord"},
]
CASES = [
    *({"objective": name} for name in OBJECTIVES.built_in),
    *({"generator": name} for name in GENERATORS.built_in if name not in ("unet", "dcgan")),
    *({"critic": name} for name in CRITICS.built_in if name != "patch"),
    *({"normalisation": name} for name in ("layer", "instance")),
    *({"objective": "sngan", "output": name} for name in ("softmax", "gumbel", "straight-through")),
    {"curriculum": "critics"},
    {"curriculum": "length"},
    {"instance_noise": 0.1},
    {"feature_matching": 1.0},
    {"symbol_matching": 1.0, "output": "softmax"},
    {"ngram_matching": 1.0},
    {"columns": "labels", "codes": "3,c1"},
    {"initialisation": "published"},
    PAIRS,
    {**PAIRS, "critic": "conv"},
]


class Threads(Workers):
    """Workers that are threads of this process."""

    def __init__(self, rank, size, shared):
        super().__init__(rank, size)
        object.__setattr__(self, "shared", shared)

    @classmethod
    def group(cls, size):
        shared = threading.Barrier(size), [None] * size
        return [cls(rank, size, shared) for rank in range(size)]

    def add(self, tensor):
        barrier, tensors = self.shared
        tensors[self.rank] = tensor.clone()
        barrier.wait(60)
        total = sum(tensors[1:], start=tensors[0])
        barrier.wait(60)
        tensor.copy_(total)


class Recorded(Trainer):
    """Keeps the gradients of every update."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.gradients = []

    def reduce(self, network, values):
        values = super().reduce(network, values)
        self.gradients.append(
            {name: weight.grad.clone() for name, weight in network.named_parameters()}
        )
        return values


def at_once(group, work):
    """Have each worker of a group do its work, at the same time."""
    with ThreadPoolExecutor(len(group)) as pool:
        return list(pool.map(work, group))


@pytest.fixture
def double(monkeypatch):
    """Compute in float64: sums in another order are then equal to 1e-12 or so."""
    to_device = noise.on_device

    def as_double(values, device):
        tensor = to_device(values, device)
        return tensor.double() if tensor.is_floating_point() else tensor

    monkeypatch.setattr(noise, "on_device", as_double)
    monkeypatch.setattr(torch.Tensor, "float", torch.Tensor.double)
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def trainers(config, corpus, group):
    models = [Models.build(config, corpus, torch.device("cpu")) for _ in group]
    return [Recorded(config, corpus, *pair) for pair in zip(models, group, strict=True)]


def name_of(case):
    return "-".join(str(value) for value in case.values())


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_three_workers_have_the_gradients_and_losses_of_one(case, encoded, corpus_file, double):
    config = Config.build({"corpus": str(corpus_file), **SMALL, **case})
    assert_three_are_as_one(config, encoded[config.columns])


def test_lines_without_slopes_are_those_of_the_batch_not_of_a_worker(
    encoded, corpus_file, double, monkeypatch
):
    config = Config.build({"corpus": str(corpus_file), **SMALL, "ngram_matching": 1.0})
    corpus = encoded["text"]
    entries = config.batch_size * corpus.length * corpus.encoder.size
    monkeypatch.setattr(ngram_matching, "ENTRIES", -(-entries // 3))  # every third line has slopes
    assert_three_are_as_one(config, corpus)


def assert_three_are_as_one(config, corpus):
    (alone,) = trainers(config, corpus, [ALONE])
    several = trainers(config, corpus, Threads.group(3))  # of 2, 2 and 3 rows
    stats = alone.step(1)
    for trainer, of_worker in zip(
        several, at_once(several, lambda trainer: trainer.step(1)), strict=True
    ):
        numbers = [(value, getattr(stats, name)) for name, value in of_worker._asdict().items()]
        assert all(
            value is expected is None or value == pytest.approx(expected, rel=1e-6, abs=1e-9)
            for value, expected in numbers
        )
        for gradients, expected in zip(trainer.gradients, alone.gradients, strict=True):
            largest = max(gradient.abs().max().item() for gradient in expected.values())
            torch.testing.assert_close(gradients, expected, rtol=1e-6, atol=1e-6 * largest)


def test_all_workers_have_equal_weights(tiny, encoded):
    config = dataclasses.replace(tiny, batch_size=7)
    several = trainers(config, encoded["text"], Threads.group(3))
    at_once(several, lambda trainer: [trainer.step(step) for step in (1, 2, 3)])
    first, *others = (trainer.models.parameters() for trainer in several)
    for other in others:
        assert all(torch.equal(weight, other[name]) for name, weight in first.items())


def test_a_share_of_means_is_the_mean_of_all_rows_with_the_gradient_of_its_own():
    rows = torch.arange(10.0, dtype=torch.float64).reshape(5, 2)

    def work(workers):
        share = BatchShare(workers, 5)
        own = rows[share.rows].requires_grad_()
        mean = share.mean(own.mean(0))
        mean.square().sum().backward()
        return mean.detach(), own.grad * share.weight

    results = at_once(Threads.group(2), work)
    for mean, _ in results:
        torch.testing.assert_close(mean, rows.mean(0))
    # d‖mean‖²/dx_i = 2 mean / 5
    gradient = torch.cat([gradient for _, gradient in results])
    torch.testing.assert_close(gradient, (2 * rows.mean(0) / 5).expand(5, 2))


def test_workers_share_the_rows_of_a_batch():
    shares = [Workers(rank, 3).rows(8).tolist() for rank in range(3)]
    assert shares == [[0, 1], [2, 3, 4], [5, 6, 7]]
    assert ALONE.rows(4).tolist() == [0, 1, 2, 3]


def test_all_workers_stop_where_one_is_to_stop_and_hear_worker_0():
    group = Threads.group(3)
    assert at_once(group, lambda workers: workers.any(workers.rank == 2)) == [True] * 3
    assert at_once(group, lambda workers: workers.any(False)) == [False] * 3
    name = "läufe/0001"
    assert at_once(group, lambda w: w.from_first(name if w.rank == 0 else "other")) == [name] * 3
    assert ALONE.from_first(name) == name
    assert ALONE.any(True)


@pytest.mark.parametrize("case", REFUSED, ids=name_of)
def test_what_couples_the_lines_of_a_batch_is_for_one_worker(case, corpus_file):
    config = Config.build({"corpus": str(corpus_file), **case})
    check_workers(config, 1)
    with pytest.raises(InputError, match="with several workers"):
        check_workers(config, 2)


def test_each_worker_has_a_line(tiny):
    check_workers(tiny, tiny.batch_size)
    with pytest.raises(InputError, match="found 9 workers for a batch of 8 lines"):
        check_workers(tiny, 9)


def test_without_torchrun_this_process_is_the_only_worker(monkeypatch):
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    assert join_workers() == ALONE
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "x")
    monkeypatch.setenv("WORLD_SIZE", "1")
    assert join_workers() == ALONE

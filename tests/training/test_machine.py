"""What a run asks of the machine before it starts."""

import dataclasses
import time

import pytest
import torch
from torch import nn

from textgan.training import machine

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("objective", "hardware", "gain", "expected"),
    [
        ("wgan-gp", True, 1.2, "bfloat16"),
        ("wgan-gp", True, 1.05, "float32"),
        ("wgan-gp", False, None, "float32"),
        ("wgan-fd", True, 1.2, "bfloat16"),
    ],
)
def test_the_precision_is_the_faster_one_where_both_will_do(
    objective, hardware, gain, expected, tiny, monkeypatch
):
    monkeypatch.setattr(machine, "has_bfloat16", lambda _device: hardware)
    measured = []
    monkeypatch.setattr(machine, "gain", lambda *given: measured.append(given) or gain)
    config = dataclasses.replace(tiny, objective=objective, precision="auto")
    assert machine.choose_precision(config, 12) == expected
    assert measured == ([] if gain is None else [(config, 12, CPU)])


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_precision_that_is_asked_for_is_not_measured(precision, tiny, monkeypatch):
    monkeypatch.delattr(machine, "gain")
    config = dataclasses.replace(tiny, precision=precision)
    assert machine.choose_precision(config, 12) == precision


class Slow(nn.Module):
    """A block that takes its time in full precision."""

    seen: tuple[int, ...] = ()

    def __init__(self, width):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        type(self).seen = tuple(x.shape)
        if not torch.is_autocast_enabled("cpu"):
            time.sleep(0.003)
        return x * self.bias[:, None, None]


def test_the_gain_is_that_of_a_block_on_a_batch_of_both_kinds_of_text(tiny, monkeypatch):
    monkeypatch.setattr(machine, "ResidualBlock", Slow)
    assert machine.gain(tiny, 12, CPU) > 1.5
    images, width, rows, length = Slow.seen
    assert (images * rows, width, length) == (2 * tiny.batch_size, tiny.critic_width, 12)


def test_measuring_leaves_global_randomness_alone(tiny):
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    assert machine.gain(tiny, 12, CPU) > 0
    assert torch.equal(torch.rand(3), wanted)


def test_a_gain_is_the_median_of_ratios_after_a_first_time():
    times = iter([100.0, 1.0, *[2.0, 1.0] * 4, *[9.0, 1.0] * 3])
    assert machine.median_ratio(lambda: next(times), lambda: next(times)) == 2.0
    assert next(times, None) is None


@pytest.fixture
def backends():
    """Put back what a test changes for the whole process."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    exact = torch.backends.cudnn.deterministic
    threads = torch.get_num_threads()
    yield torch.backends
    torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before
    torch.backends.cudnn.deterministic = exact
    torch.set_num_threads(threads)


@pytest.mark.parametrize(
    ("objective", "precision", "rounded"),
    [("wgan-gp", "bfloat16", True), ("wgan-gp", "float32", False), ("wgan-fd", "bfloat16", False)],
)
def test_cuda_rounds_to_tf32_only_where_the_rest_is_in_bfloat16_and_nothing_differs(
    objective, precision, rounded, tiny, backends
):
    backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = not rounded
    machine.set_up(dataclasses.replace(tiny, objective=objective, precision=precision), CUDA)
    assert backends.cuda.matmul.allow_tf32 == backends.cudnn.allow_tf32 == rounded
    assert backends.cudnn.deterministic


def test_a_run_on_a_cpu_changes_nothing_of_cuda(tiny, backends):
    backends.cudnn.allow_tf32 = True
    machine.set_up(dataclasses.replace(tiny, precision="float32", threads=1), CPU)
    assert backends.cudnn.allow_tf32
    assert torch.get_num_threads() == 1

"""The device, the precision and the threads that a run chooses."""

import dataclasses
from types import SimpleNamespace

import pytest
import torch

from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.hardware import device
from textgan.training.run import prepare

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize("objective", ["wgan-gp", "wgan-fd"])
@pytest.mark.parametrize(("hardware", "expected"), [(True, "bfloat16"), (False, "float32")])
def test_the_precision_is_what_the_hardware_has(objective, hardware, expected, tiny, monkeypatch):
    monkeypatch.setattr(device, "has_bfloat16", lambda _device: hardware)
    config = dataclasses.replace(tiny, objective=objective, precision="auto")
    assert device.choose_precision(config) == expected


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_precision_that_is_set_is_used(precision, tiny, monkeypatch):
    monkeypatch.delattr(device, "has_bfloat16")
    config = dataclasses.replace(tiny, precision=precision)
    assert device.choose_precision(config) == precision


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ({}, False),  # a version of torch that knows of none
        ({"_is_avx512_bf16_supported": False, "_is_amx_tile_supported": False}, False),
        ({"_is_avx512_bf16_supported": True, "_is_amx_tile_supported": False}, True),
        ({"_is_amx_tile_supported": True}, True),
    ],
)
def test_a_processor_has_bfloat16_with_either_extension(probes, expected, monkeypatch):
    probes = {name: lambda found=found: found for name, found in probes.items()}
    monkeypatch.setattr(torch, "cpu", SimpleNamespace(**probes))
    assert device.has_bfloat16(CPU) is expected


def test_the_precision_of_a_run_depends_on_no_clock(tiny, tmp_path, monkeypatch):
    now = iter(range(10**6, 0, -1))  # a clock that runs backwards
    monkeypatch.setattr("time.perf_counter", lambda: next(now))
    run = prepare(dataclasses.replace(tiny, precision="auto"), out=tmp_path / "run")
    expected = "bfloat16" if device.has_bfloat16(CPU) else "float32"
    assert runs.read_config(run).precision == expected


@pytest.mark.parametrize(
    ("settings", "length", "threads"),
    [
        ({}, 16, 1),  # quick: a layer of 24 million operations
        ({}, 32, 1),
        ({"critic_width": 512}, 32, 7),
        ({"generator_width": 96}, 32, 7),  # best: 189 million
        ({"batch_size": 1024}, 16, 7),
        ({"threads": 2}, 16, 2),
        ({"threads": 2, "critic_width": 512}, 16, 2),
    ],
)
def test_small_networks_have_one_thread_and_wide_ones_all(settings, length, threads, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(device, "DEFAULT_THREADS", 7)
    assert device.choose_threads(Config(corpus="x", **settings), length) == threads


def test_threads_that_the_environment_names_come_before_the_rule(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setattr(device, "DEFAULT_THREADS", 2)
    assert device.choose_threads(Config(corpus="x"), 16) == 2


def test_threads_do_not_depend_on_earlier_runs_of_the_process(tiny, monkeypatch, backends):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    wide = Config(corpus="x", critic_width=512)
    before = device.choose_threads(wide, 32)
    device.set_up(dataclasses.replace(tiny, threads=before + 1), CPU)
    assert device.choose_threads(wide, 32) == before


@pytest.mark.parametrize(
    ("settings", "workers", "threads"),
    [
        ({}, 2, 1),
        ({"critic_width": 512}, 2, 4),
        ({"critic_width": 512}, 3, 2),
        ({"critic_width": 512}, 16, 1),
        ({"generator_width": 96}, 2, 1),  # 94 million for the half of a batch
        ({"critic_width": 512, "threads": 3}, 2, 3),
    ],
)
def test_workers_divide_the_processors(settings, workers, threads, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # as torchrun sets it: it does not count
    monkeypatch.setattr(device, "DEFAULT_THREADS", 7)
    monkeypatch.setattr(device, "processors", lambda: 8)
    assert device.choose_threads(Config(corpus="x", **settings), 32, workers) == threads


def test_more_threads_than_processors_are_refused(monkeypatch):
    monkeypatch.setattr(device, "processors", lambda: 8)
    for threads, workers in ((8, 1), (4, 2), (None, 100)):
        device.check_threads(threads, workers)
    for threads, workers, most in ((9, 1, 8), (5, 2, 4), (3, 3, 2)):
        with pytest.raises(InputError, match=rf"may use 8 processors: give at most {most}$"):
            device.check_threads(threads, workers)


@pytest.mark.parametrize(
    ("objective", "precision", "rounded"),
    [
        ("wgan-gp", "bfloat16", True),
        ("wgan-gp", "tf32", True),
        ("wgan-gp", "float32", False),
        ("wgan-fd", "bfloat16", False),
    ],
)
def test_cuda_rounds_to_tf32_where_it_is_asked_to_or_the_rest_is_in_bfloat16(
    objective, precision, rounded, tiny, backends
):
    backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = not rounded
    device.set_up(dataclasses.replace(tiny, objective=objective, precision=precision), CUDA)
    assert backends.cuda.matmul.allow_tf32 == backends.cudnn.allow_tf32 == rounded
    assert backends.cudnn.deterministic


def test_a_run_on_a_cpu_changes_nothing_of_cuda(tiny, backends):
    backends.cudnn.allow_tf32 = True
    device.set_up(dataclasses.replace(tiny, precision="float32", threads=1), CPU)
    assert backends.cudnn.allow_tf32
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize(("products", "convolutions"), [(True, False), (False, True)])
def test_full_precision_is_without_tf32_until_its_end(products, convolutions, backends):
    flags = backends.cuda.matmul, backends.cudnn
    backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32 = products, convolutions
    seen = []

    def fails():
        seen.extend(each.allow_tf32 for each in flags)
        raise KeyError

    with pytest.raises(KeyError), device.full_precision(CUDA):
        fails()
    assert seen == [False, False]
    assert [each.allow_tf32 for each in flags] == [products, convolutions]
    with device.full_precision(CPU):
        assert [each.allow_tf32 for each in flags] == [products, convolutions]


def test_a_run_goes_on_on_a_cpu_without_what_only_cuda_has(tiny):
    config = dataclasses.replace(tiny, precision="tf32", execution="graphs")
    assert device.adapt_to_cpu(config, CUDA) is config
    adapted = device.adapt_to_cpu(config, CPU)
    assert (adapted.precision, adapted.execution) == ("float32", "eager")
    device.check_device(adapted, CPU)
    lowered = dataclasses.replace(tiny, precision="bfloat16")
    assert device.adapt_to_cpu(lowered, CPU) is lowered

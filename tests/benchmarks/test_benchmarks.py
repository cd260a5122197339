"""The reference does what the paper says, and the benchmark times the same mathematics twice."""

import dataclasses
import itertools
import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import corpora
from benchmarks import busy, methods, operations, processes, reference, speed
from benchmarks.reference import BATCH, BLOCKS
from benchmarks.variants import VARIANTS
from corpora.errors import InputError
from textgan.config.objectives import other_settings
from textgan.config.settings import Config
from textgan.registry import OBJECTIVES
from textgan.training.divergence import DivergenceError


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0, 3.0])
def test_the_reference_penalty_of_a_linear_critic_of_slope_s_is_s_minus_1_squared(slope):
    class Linear(nn.Module):
        def forward(self, text):
            return slope * text.flatten(1)[:, 0]

    real, fake = torch.rand(2, 5, 4, 3)
    penalty = reference.penalty(Linear(), real, fake, torch.rand(5, 1, 1))
    if slope:  # at 0 the norm's derivative is not asked for here
        assert penalty.item() == pytest.approx((slope - 1) ** 2, abs=1e-6)
    else:
        assert penalty.item() == pytest.approx(1.0)


def test_the_reference_starts_from_the_published_weights():
    torch.manual_seed(0)
    model = reference.Reference(np.zeros((1, 32)), 100, 64)
    deviations = {
        "generator": {"spread": 2 / (128 + 32 * 64), "first": 4 / 640, "write": 4 / 164},
        "critic": {"read": 4 / 164, "second": 4 / 640, "score": 2 / (32 * 64 + 1)},
    }
    for side, expected in deviations.items():
        for name, variance in expected.items():
            network = getattr(model, side)
            layer = getattr(network, name, None) or getattr(network.blocks[0], name)
            assert layer.weight.std().item() == pytest.approx(variance**0.5, rel=0.03), name
            assert layer.weight.abs().max().item() <= (3 * variance) ** 0.5
            assert not layer.bias.any()


def test_the_reference_penalty_reaches_the_weights():
    """D(x) = w · x: d/dw (‖w‖ − 1)² = 2(‖w‖ − 1) w / ‖w‖; w = (3, 4) gives 8 · (0.6, 0.8)."""
    critic = nn.Sequential(nn.Flatten(), nn.Linear(2, 1))
    critic[1].weight.data = torch.tensor([[3.0, 4.0]])
    real, fake = torch.rand(2, 7, 1, 2)
    reference.penalty(critic, real, fake, torch.rand(7, 1, 1)).backward()
    assert torch.allclose(critic[1].weight.grad, torch.tensor([[4.8, 6.4]]))


@pytest.mark.parametrize("T", [4, 9])
def test_reference_and_textgan_have_equal_gradients_from_equal_weights(T):
    theirs, ours = speed.pair(8, T, 1, speed.FEW)
    assert speed.closest(theirs, ours) < speed.EQUAL


@pytest.mark.parametrize("network", ["critic", "generator"])
def test_gradients_of_networks_that_are_not_equal_are_told_apart(network, monkeypatch):
    theirs, ours = speed.pair(8, 4, 1, speed.FEW)
    getattr(theirs, network).blocks[2].first.weight.data.mul_(1.01)
    monkeypatch.setattr(speed, "make_equal", lambda *_: None)
    assert speed.gradient_gap(theirs, ours) > 10 * speed.EQUAL


def test_a_whole_step_of_both_gives_the_same_weights_from_the_same_draws():
    theirs, ours = speed.pair(8, 4, 1)
    ours.models.set_schedule(ours.config, 1)
    speed.gradient_gap(theirs, ours)  # one update of each network, both from equal weights
    for first, second in speed.networks(theirs, ours):
        for (name, weight), expected in zip(
            second.named_parameters(), first.parameters(), strict=True
        ):
            found = speed.as_published(name, weight, 4).reshape(expected.shape)
            close = torch.isclose(found, expected, atol=1e-6)
            assert (
                close.float().mean() > 0.99
            )  # Adam's first step is a sign, also of a gradient ~ 0


def test_operations_are_those_that_torch_counts_less_products_with_padding():
    """Each convolution of 5 over T positions multiplies 6 times by padding, a channel pair."""
    width, T, critic_steps = 8, 16, 2
    ours = speed.pair(width, T, critic_steps)[1]
    counter = FlopCounterMode(display=False)
    with counter:
        ours.step(1)
    passes = critic_steps * (10 + 1) + (3 + 2)  # of the blocks, by samples; generator and critic
    padding = 2 * BATCH * passes * (2 * BLOCKS) * 6 * width**2
    found = 1e9 * operations.step_gflop(width, T, critic_steps)
    assert found == pytest.approx(counter.get_total_flops() - padding, rel=1e-3)


def test_the_reference_samples_text_that_ends_at_the_first_padding():
    model = reference.Reference(np.zeros((1, 6)), 3, 4)
    ids = model.sample(100)
    assert ids.shape == (100, 6)
    assert not (ids[:, 1:][ids[:, :-1] == 0]).any()
    model.step(critic_steps=1)
    assert not np.array_equal(model.sample(100), ids)


def test_the_reference_reads_lines_as_tuples(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("abcde\nb\n", encoding="utf-8")
    lines, characters = reference.load(str(path), 3)
    assert lines == [("a", "b", "c"), ("b", "`", "`")]
    assert characters == ["`", "a", "b", "c"]


def test_the_reference_is_scored_as_it_trains(corpus_file, tmp_path):
    corpus = corpora.encode(corpus_file, tmp_path, length=8)
    scores = list(reference.train(corpus, 4, 0.005, 0.1))
    assert scores[-1].seconds >= 0.3
    assert all(first.steps < second.steps for first, second in itertools.pairwise(scores))
    assert all(0.5 < score.jsd4 <= 1 and score.dictionary > 0 for score in scores)


def test_steps_and_peaks_print_a_row_a_width(monkeypatch, capsys):
    monkeypatch.setattr(speed, "CRITIC_STEPS", 2)
    speed.steps([8], [4, 5], 1)
    speed.peaks([8], 5, 1, size=64)
    said = capsys.readouterr().out.splitlines()
    rows = [line.split() for line in said if line.startswith("     8")]
    assert [row[:3] for row in rows] == [["8", "4", "2"], ["8", "5", "2"], ["8", "5", "2"]]


@pytest.mark.slow
def test_sampling_counts_lines_and_memory(trained, monkeypatch, capsys):
    """1 s for 10 lines and 3 s for 2,000: (2000 - 10) / (3 - 1) = 995 a second after the start.

    The command of the 10 lines is run as it is; that of the 2,000 differs by a number.
    """
    commands, run = [], processes.child

    def child(*command):
        commands.append(command)
        few = command[-1] == 10
        peak = run(*command).peak if few else 222.0
        return processes.Child(1.0 if few else 3.0, peak, "")

    monkeypatch.setattr(processes, "small_run", lambda folder: trained)
    monkeypatch.setattr(processes, "child", child)
    processes.sampling(2000, few=10)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[3:]]
    assert [row[0] for row in rows] == ["10", "2,000", "10"]
    assert [row[1] for row in rows[:2]] == ["10", "995"]
    assert float(rows[0][2]) > 20  # MB
    assert rows[1][2] == "222"
    assert commands[1] == (*commands[0][:-1], 2000)


@pytest.mark.slow
def test_ingestion_reads_files_of_the_sizes_asked_for(capsys, tmp_path):
    processes.write_text(tmp_path / "text.txt", 0.1)
    lines = (tmp_path / "text.txt").read_bytes().splitlines()
    assert len(set(lines)) == len(lines)
    assert 0.1e6 <= (tmp_path / "text.txt").stat().st_size < 0.101e6
    processes.ingestion([0.1, 1e9])
    said = capsys.readouterr().out
    assert "textgan" in said
    assert "reference" in said
    assert "skipped: it takes" in said


@pytest.mark.slow
def test_starts_are_beside_the_first_command(capsys):
    processes.starts({"nothing": ("-c", "pass"), "help": ("-m", "textgan", "--help")}, 1)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert [(row[0], row[-1]) for row in rows] == [("nothing", "no"), ("help", "no")]
    assert rows[0][2] == "1.00"


def test_a_command_that_fails_is_not_timed():
    with pytest.raises(RuntimeError, match="No such command"):
        processes.child("-m", "textgan", "nothing")


@pytest.mark.slow
def test_time_to_reads_both_curves(corpus_file, capsys):
    speed.time_to(str(corpus_file), [4, 6], 0.01, every=1)
    said = capsys.readouterr().out
    assert "at width 4" in said
    assert "at width 6" in said
    assert "textgan, quick: " in said
    assert speed.first_below([(1, 0.9), (2, 0.5), (3, 0.6)], 0.7) == 2
    assert speed.first_below([(1, 0.9), (2, 0.7)], 0.7) == 2
    assert speed.first_below([(1, 0.9)], 0.7) is None


RESULT = {
    "row": "wgan-gp", "corpus": "us-baby-names", "minutes": 3, "jsd4_floor": 0.1, "steps": 9,
    "settings": methods.settings_of("wgan-gp", 3),
}  # fmt: skip


def test_the_stored_results_are_of_the_rows_as_they_are_now():
    rows = {result["row"] for result in methods.read(methods.RESULTS)}
    assert rows == set(methods.ROWS)


@pytest.mark.parametrize("row", methods.ROWS)
def test_every_row_of_the_table_of_methods_is_a_run_that_can_be_made(row):
    Config.build({"corpus": "x", **methods.run_settings(row, 3)})


def test_runs_that_stand_in_the_results_are_not_made_again(tmp_path):
    results = tmp_path / "methods.jsonl"
    results.write_text(json.dumps({**RESULT, "seed": 1}) + "\n")
    options = SimpleNamespace(
        results=results, seeds=[0, 1], corpora=["us-baby-names"], rows=["wgan-gp", "gan"],
        minutes=3, part=(1, 1),
    )  # fmt: skip
    keys = [(key["row"], key["seed"]) for key in methods.missing(options)]
    assert keys == [("wgan-gp", 0), ("gan", 0), ("gan", 1)]
    options.corpora = ["texts/us-baby-names.txt"]  # a file goes by its stem
    assert [(key["row"], key["seed"]) for key in methods.missing(options)] == keys
    options.minutes = 2
    assert len(list(methods.missing(options))) == 4


def test_two_processes_share_all_runs_whenever_they_start(tmp_path):
    results = tmp_path / "methods.jsonl"
    options = SimpleNamespace(
        results=results, seeds=[0, 1], corpora=["us-baby-names"], minutes=3,
        rows=["wgan-gp", "wgan-lp", "gan"],
    )  # fmt: skip
    options.part = methods.part("1/2")
    first = list(methods.missing(options))
    digest = methods.settings_of("wgan-gp", 3)
    results.write_text(json.dumps({**first[0], "settings": digest}) + "\n")
    options.part = methods.part("2/2")
    second = list(methods.missing(options))
    made = [(key["row"], key["seed"]) for key in first + second]
    assert len(made) == 6
    assert set(made) == {(row, seed) for row in options.rows for seed in (0, 1)}
    for wrong in ("0/2", "3/2"):
        with pytest.raises(ValueError, match=wrong):
            methods.part(wrong)


def test_results_of_other_settings_count_for_nothing(tmp_path):
    results = tmp_path / "methods.jsonl"
    lines = [RESULT, {**RESULT, "settings": "0"}, {**RESULT, "row": "an old name"}]
    results.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert methods.read(results) == [RESULT]
    digests = {methods.settings_of(row, 3) for row in methods.ROWS}
    assert len(digests) == len(methods.ROWS)
    assert methods.settings_of("wgan-gp", 2) not in digests
    whole = methods.settings_of.__wrapped__("wgan-gp", 3)
    assert whole == methods.settings_of.__wrapped__("wgan-gp", 3.0) in digests


@pytest.fixture
def names(tmp_path):
    parts = ["Anna", "Bella", "Osa", "Ilo", "Cu", "Mar", "Den"]
    path = tmp_path / "names.txt"
    path.write_text("".join(f"{''.join(name)}\n" for name in itertools.product(*[parts] * 3)))
    return str(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "measures"),
    [
        ("labels", ["labels_kept"]),
        ("codes", ["codes_recovered", "codes_change"]),
        ("pairs", ["errors"]),
    ],
)
def test_runs_of_labels_codes_and_pairs_are_judged_by_what_they_are_given(row, measures, names):
    result = methods.measured(row, names, 0, 0.01)
    assert (result["row"], result["corpus"]) == (row, "names")
    assert 0 < result["jsd4"] <= 1
    for measure in measures:
        assert 0 <= result[measure] < (float("inf") if row == "pairs" else 1.5)


def test_labels_are_first_letters_and_sources_of_pairs_small_letters(tmp_path, names):
    path = tmp_path / "corpus.tsv"
    assert methods.prepared(names, None, path) == names
    for columns, line in (("labels", "A\tAnnaAnnaAnna"), ("pairs", "annaannaanna\tAnnaAnnaAnna")):
        assert methods.prepared(names, columns, path) == str(path)
        assert path.read_text().splitlines()[0] == line


@pytest.mark.slow
def test_a_run_of_the_table_is_judged_by_its_validation_text(names):
    result = methods.measured("wgan-gp", names, 0, 0.01)
    assert (result["corpus"], result["seed"]) == ("names", 0)
    assert result["steps"] > 0
    assert 0 < result["jsd4_excess"] < result["jsd4"] <= 1
    assert result["reverse"] > result["reverse_real"] > 0


def test_a_run_of_the_table_that_diverges_says_so(monkeypatch):
    def diverge(*_, **__):
        raise DivergenceError("step 3: loss is nan; lower the rates", step=3, tensor=None)

    monkeypatch.setattr(methods, "train", diverge)
    result = methods.measured("wgan", "us-baby-names", 0, 3)
    assert result["error"] == "step 3: loss is nan"


def test_a_run_that_cannot_be_made_is_no_run_that_diverged():
    with pytest.raises(InputError, match="no such file"):
        methods.measured("wgan-gp", "no-such-corpus", 0, 3)


def test_the_table_of_methods_has_the_median_over_seeds_and_says_what_diverged():
    scores = [(0.3, 0.9), (0.1, 1.0), (0.2, 0.8)]
    results = [
        {**RESULT, "seed": seed, "jsd4": jsd4, "unique": unique}
        for seed, (jsd4, unique) in enumerate(scores)
    ]
    results.append({**RESULT, "row": "wgan", "seed": 0, "error": "step 3: not finite"})
    lines = methods.table(results, 3, ["us-baby-names"]).splitlines()
    assert lines[2].startswith("| wgan-gp | `--objective wgan-gp` | Gulrajani et al. 2017 | ")
    assert [line.split(" | ", 4)[4] for line in lines[2:]] == [
        "0.200 (0.100 to 0.300) | 90% | 3 |",
        "diverged |   | 1 |",
    ]
    results = [{**RESULT, "seed": 0, "reverse": 1.25}, {**RESULT, "seed": 1, "reverse": 1.5}]
    lines = methods.table(results, 3, ["x/us-baby-names.txt"], ["reverse"]).splitlines()
    assert lines[0].endswith(" | when | us-baby-names: reverse likelihood | seeds |")
    assert [line.split(" | ", 4)[4] for line in lines[2:]] == ["1.375 (1.250 to 1.500) | 2 |"]


TYPED = {
    **{name: (row.flags, row.settings, "quick") for name, row in methods.ROWS.items()},
    **{f"{n} of the study": (v.flags, v.settings, v.preset) for n, v in VARIANTS.items()},
}


@pytest.mark.parametrize("name", TYPED)
def test_the_flags_of_a_row_and_of_a_variant_are_what_train_takes(name):
    from cli.options import chosen_columns
    from cli.train import train as command

    typed, expected, preset = TYPED[name]
    flags = command.make_context("train", ["x", *typed.split()]).params
    flags["columns"] = chosen_columns(flags["labels"], flags["pairs"])
    names = {field.name for field in dataclasses.fields(Config)}
    settings = {k: v for k, v in flags.items() if k in names and v is not None}
    config = Config.build(settings, preset=flags["preset"] or "quick")
    assert config == Config.build({"corpus": "x", **expected}, preset=preset)


@pytest.mark.parametrize("name", list(filter(other_settings, OBJECTIVES.built_in)))
def test_a_loss_with_the_settings_of_quick_is_made_of_the_pieces_of_its_objective(name):
    row = methods.ROWS[f"{name}, quick's settings"]
    config = Config.build({"corpus": "x", **row.settings})
    assert config.pieces == Config(corpus="x", objective=name).pieces
    assert (config.optimizer, config.output) == ("soap", "sharp")


def test_steps_beside_other_work_stand_with_their_ratios_to_one_thread():
    rates = {(way.name, load): [2.0, 4.0, 3.0] for way in busy.WAYS for load in busy.LOADS}
    rates["one thread", 1] = [1.0, 1.0, 1.0]
    rates["two, torch's default", 1] = [0.5, 0.25, 2.0]
    rows = dict(line.strip("| ").split(" | ", 1) for line in busy.table(rates).splitlines()[2:])
    assert list(rows) == [way.name for way in busy.WAYS]
    assert rows["one thread"] == "3.00 (1.00, 1.00) | 1.00 (0.33, 1.00) | 3.00 (1.00, 1.00)"
    # ratios of each round: to one thread alone 1/4, 1/16, 2/3; beside one process 0.5, 0.25, 2
    assert rows["two, torch's default"].split(" | ")[1] == "0.50 (0.25, 0.50)"

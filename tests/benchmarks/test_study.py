"""The study: equal seconds are steps, and a study that was stopped goes on."""

import json
import sys
from types import SimpleNamespace

import pytest

import corpora
from benchmarks import costs, records, study, study_cells
from benchmarks.costs import cost_key, relative_cost, steps_for, take_turns
from benchmarks.methods import digest_of
from benchmarks.molecules import valid_share
from benchmarks.study_cells import config_of
from benchmarks.variants import VARIANTS, Variant
from corpora.errors import InputError
from textgan.config.field import settings_of
from textgan.config.settings import Config
from textgan.training.divergence import DivergenceError

TINY = {
    "generator": "mlp", "critic": "mlp", "generator_width": 8, "critic_width": 8, "noise": 8,
    "batch_size": 8, "critic_steps": 1, "optimizer": "adam", "samples": 64, "precision": "float32",
}  # fmt: skip


def test_every_variant_is_another_run_and_sets_nothing_that_the_study_chooses():
    configs = [config_of(name, "us-baby-names", "x") for name in VARIANTS]
    assert len({digest_of(config) for config in configs}) == len(VARIANTS)
    groups = {name: about.group for name, about in settings_of(Config).items()}
    chosen = ("Text", "When to stop", "Hardware", "Scores and checkpoints")
    for name, variant in VARIANTS.items():
        assert not [x for x in variant.settings if groups[x] in chosen], name
        assert variant.reason


def test_a_cost_is_the_ratio_of_turns_whatever_slows_them_down():
    """A block costs 2 and 3 seconds; each round is slower than the last, and the first is long."""
    now, order, slower = [0.0], [], iter([100, 100, 1, 1, 2, 2, 10, 10])

    def block(name, seconds):
        def run():
            now[0] += seconds * next(slower)
            order.append(name)

        return run

    times = take_turns([block("a", 2.0), block("b", 3.0)], 3, lambda: now[0])
    assert times == [[2, 4, 20], [3, 6, 30]]
    assert "".join(order) == "ab" + "abbaab"
    assert relative_cost({"baseline": times[0], "seconds": times[1]}) == 1.5


def test_steps_are_seconds_by_what_a_step_takes_in_tens():
    baseline = {"baseline": [0.05, 0.04, 0.9], "seconds": [0.05, 0.04, 0.9]}  # the median is 0.05
    variant = {"baseline": [0.1, 0.2, 0.1], "seconds": [0.2, 0.4, 0.9]}  # twice as long
    assert steps_for(60, baseline, baseline) == 1200
    assert steps_for(60, baseline, variant) == 600
    assert steps_for(1, baseline, variant) == 10
    assert steps_for(0.001, baseline, variant) == 10
    assert steps_for(2.6, baseline, variant) == 30  # 26, to the nearest ten


def test_rates_and_sharpness_cost_nothing_and_widths_and_terms_of_the_loss_do():
    def key(**settings):
        return cost_key(Config.build({"corpus": "x", **settings}))

    same = [
        {"sharpness": 3.0}, {"generator_rate": 1e-3}, {"beta2": 0.9}, {"decay_steps": 9},
        {"penalty_weight": 3}, {"average_share": 0.5}, {"initialisation": "published"},
        {"steps": 7}, {"seed": 5}, {"loss": "wasserstein"}, {"samples": 9},
    ]  # fmt: skip
    other = [
        {"critic_width": 48}, {"batch_size": 32}, {"critic_steps": 1}, {"output": "softmax"},
        {"feature_matching": 1.0}, {"average": 0.0, "average_share": 0.0}, {"optimizer": "adam"},
        {"objective": "wgan-lp"}, {"loss": "hinge"}, {"length": 8},
    ]  # fmt: skip
    assert {key(**settings) for settings in same} == {key()}
    keys = [key(**settings) for settings in other]
    assert len({key(), *keys}) == len(other) + 1


def test_costs_are_measured_in_seconds_per_step(corpus_file, monkeypatch):
    monkeypatch.setattr(costs, "BLOCK_STEPS", 2)
    config = Config.build({"corpus": str(corpus_file), "device": "cpu", "threads": 1, **TINY})
    both = costs.measure(config, config, rounds=2)
    assert [len(column) for column in both] == [2, 2]
    assert all(value > 0 for column in both for value in column)
    assert len(costs.measure(config, None, rounds=1)) == 1


@pytest.fixture
def tiny_study(tmp_path, corpus_file, monkeypatch):
    """(arguments) -> the study of two tiny variants whose costs are stored: 1 and 2."""
    monkeypatch.setattr(costs, "VALIDATIONS", 2)
    monkeypatch.setitem(VARIANTS, "quick", Variant(TINY, "tiny"))
    monkeypatch.setitem(VARIANTS, "twice", Variant({**TINY, "critic_steps": 2}, "tiny"))
    results = tmp_path / "results" / "study.jsonl"
    runs = tmp_path / "runs"
    sha = study.texts_of(options(results, corpus_file))["pairs"][1]
    for name, seconds in (("quick", 0.01), ("twice", 0.02)):
        cost = {**study.cost_of(name, "pairs"), "baseline": [0.01], "seconds": [seconds]}
        records.append(results, {**cost, "text": sha})

    def run(*arguments):
        study.main([
            "--variants", "twice", "--corpora", str(corpus_file), "--seconds", "0.08",
            "--samples", "50", "--results", str(results), "--runs", str(runs), *arguments,
        ])  # fmt: skip

    run.results, run.runs = results, runs
    return run


def options(results, *texts):
    return SimpleNamespace(results=results, texts=None, corpora=list(map(str, texts)))


def made(path):
    """The runs of a file, without what differs from time to time."""
    passing = ("machine", "commit", "cpu_seconds")
    lines = [record for record in records.read(path) if record["kind"] == "run"]
    return [{k: v for k, v in record.items() if k not in passing} for record in lines]


def no_training(*_, **__):
    raise AssertionError("it trains")


def test_a_study_goes_on_where_it_stopped_and_its_table_needs_no_training(
    tiny_study, monkeypatch, capsys
):
    tiny_study("--seeds", "0", "1")
    table = capsys.readouterr().out
    whole = made(tiny_study.results)
    assert [(run["variant"], run["seed"], run["steps"]) for run in whole] == [
        ("quick", 0, 8), ("twice", 0, 4), ("quick", 1, 8), ("twice", 1, 4),
    ]  # fmt: skip
    assert not any(tiny_study.runs.iterdir())
    assert " | 2 of 2 | " in table or " | 1 of 2 | " in table or " | 0 of 2 | " in table
    lines = tiny_study.results.read_text().splitlines()
    tiny_study.results.write_text("\n".join(lines[:3] + lines[4:]) + "\n" + lines[3][:40])
    tiny_study("--seeds", "0", "1")
    again = made(tiny_study.results)
    assert [again[0], again[3], again[1], again[2]] == whole
    assert capsys.readouterr().out == table
    monkeypatch.setattr(study_cells, "prepare", no_training)
    tiny_study("--seeds", "0", "1")
    tiny_study("--seeds", "0", "1", "--table")
    assert capsys.readouterr().out == table + table


def test_a_run_that_was_stopped_half_way_has_the_result_of_one_that_was_not(
    tiny_study, monkeypatch
):
    tiny_study("--seeds", "3", "--keep-runs")
    (whole, _) = made(tiny_study.results)
    (kept,) = [path for path in tiny_study.runs.iterdir() if whole["settings"] in path.name]
    text = study.texts_of(options(tiny_study.results, json_of(kept)["corpus"]))
    stored = records.read(tiny_study.results)
    arguments = SimpleNamespace(seeds=[3], variants=["quick"], seconds=0.08, samples=50)
    (cell,) = study.cells_of(arguments, stored, text)
    folder = tiny_study.runs / "again"
    study_cells.prepare(cell.config, out=folder / cell.folder)
    study_cells.open_run(folder / cell.folder)(should_stop=stop_after(5))
    with monkeypatch.context() as patched:
        patched.setattr(study_cells, "prepare", no_training)
        result = study_cells.result_of(cell, folder)
        assert {k: v for k, v in result.items() if k in whole} == whole
        patched.setattr(study_cells, "open_run", no_training)
        study_cells.train(folder / cell.folder, cell.config)  # it is finished
    (folder / cell.folder / "state.json").write_text("{")  # damaged: it is made anew
    assert study_cells.result_of(cell, folder)["lines"] == whole["lines"]


def json_of(run):
    return json.loads((run / "config.json").read_text())["config"]


def stop_after(steps):
    left = iter([False] * steps)
    return lambda: next(left, True)


def test_no_test_text_is_read_and_fresh_lines_are_of_the_checkpoint_that_a_run_chooses(
    tiny_study, monkeypatch
):
    read, loaded = corpora.Corpus.lines, study_cells.Sampler.load
    parts, checkpoints = set(), []

    def lines(self, part, *places):
        parts.add(part)
        return read(self, part, *places)

    def load(run, *arguments):
        checkpoints.append(arguments)
        return loaded(run, *arguments)

    monkeypatch.setattr(corpora.Corpus, "lines", lines)
    monkeypatch.setattr(study_cells.Sampler, "load", load)
    tiny_study("--seeds", "0")
    assert parts == {"train", "valid"}
    assert checkpoints == [(), ()]


def test_a_run_that_diverges_is_a_result(tiny_study, monkeypatch, capsys):
    def diverge(*_, **__):
        raise DivergenceError("step 3: the loss is nan; lower the rates", step=3, tensor=None)

    monkeypatch.setattr(study_cells, "train", diverge)
    tiny_study("--seeds", "0")
    assert [run["error"] for run in made(tiny_study.results)] == ["step 3: the loss is nan"] * 2
    assert "1, 1 diverged" in capsys.readouterr().out


def test_another_text_of_the_same_name_is_refused(tiny_study, tmp_path, capsys):
    other = tmp_path / "other" / "pairs.txt"
    other.parent.mkdir()
    other.write_text("another text\n" * 100)
    with pytest.raises(SystemExit, match="take that text, or name another file with --results"):
        tiny_study("--corpora", str(other))


def test_corpora_are_found_in_a_folder_and_what_is_not_there_is_named(tmp_path):
    (tmp_path / "pd-english.txt").write_text("x\n")
    assert study.located("pd-english", tmp_path) == ("pd-english", str(tmp_path / "pd-english.txt"))
    assert study.located("us-baby-names", tmp_path)[0] == "us-baby-names"
    with pytest.raises(InputError, match="found no corpus pd-english; name a folder"):
        study.located("pd-english", None)


def test_a_screening_is_short_and_what_is_typed_wins():
    short, full = study.parse(["--screen"]), study.parse([])
    assert (short.seconds, short.seeds) == (60, [0])
    assert (full.seconds, full.seeds, full.processes) == (180, [0, 1, 2], 1)
    typed = study.parse(["--screen", "--seconds", "30", "--seeds", "4", "--variants", "κ 3"])
    assert (typed.seconds, typed.seeds, typed.variants) == (30, [4], ["quick", "κ 3"])


@pytest.mark.slow
def test_two_processes_have_the_results_of_one(tmp_path, corpus_file):
    texts = study.texts_of(options(tmp_path / "none", corpus_file))
    ((name, (file, sha)),) = texts.items()
    cells = [
        study_cells.Cell(
            "adam", name, sha, 1.0, 50,
            Config.build({"corpus": file, **study_cells.THREAD, **TINY, "seed": seed, "steps": 4}),
        )
        for seed in (0, 1, 2)
    ]  # fmt: skip
    alone = [result for _, result in study.results_of(cells, tmp_path / "a", 1)]
    shared = [result for _, result in study.results_of(cells, tmp_path / "b", 2)]
    figures = [
        sorted((result["seed"], result["jsd4_excess"], result["lines"]) for result in results)
        for results in (alone, shared)
    ]
    assert figures[0] == figures[1]


def test_only_a_corpus_of_molecules_has_valid_ones():
    assert "valid" in study.measures_of("smiles-moses")
    assert "valid" not in study.measures_of("us-baby-names")


def test_the_share_of_molecules_is_unknown_without_rdkit(monkeypatch):
    monkeypatch.setitem(sys.modules, "rdkit", None)
    assert valid_share(["CCO"]) is None


def test_molecules_are_valid_where_rings_close_and_valences_fit():
    pytest.importorskip("rdkit")
    # ethanol, benzene; an open ring, five bonds at a carbon, a bracket, nothing
    assert valid_share(["CCO", "c1ccccc1", "c1cccc", "C(C)(C)(C)(C)C", "C(", ""]) == 2 / 6

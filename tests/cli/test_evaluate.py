import json
import os
import re
import shutil
from dataclasses import replace
from threading import Thread
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from cli.evaluate import _save, evaluate
from corpora import open_corpus
from corpora.errors import InputError
from textgan import runs
from textgan.config.codes import NO_CODES
from textgan.config.settings import Config
from textgan.evaluation import evaluate as evaluation
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.report.report import Report

# Of tests that look at neither n-grams nor likelihoods, which take most of the time
QUICK = ("--orders", "1", "--model-order", "1")
QUICK_SETTINGS = {"orders": (1,), "model": Setting(order=1)}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samples.txt").write_text("ab\n\nab\ncd\n[red]\x1b[31m\n")
    (tmp_path / "corpus.txt").write_text("".join(f"{a}{b}\n" for a in "abcd" for b in "abcd"))
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "folder").mkdir()
    return tmp_path


def run(*arguments, **settings):
    return CliRunner().invoke(evaluate, arguments, catch_exceptions=False, **settings)


def test_a_file_is_evaluated_against_a_corpus(files):
    flags = ("--length", "32", "--model-order", "1")
    arguments = ("samples.txt", "--against", "corpus.txt", *flags)
    short, result = run(*arguments), run(*arguments, "--tables")
    for each in (short, result):
        assert each.exit_code == 0
        assert each.stdout.startswith("samples.txt against corpus.txt: 5 lines against 16\n")
    assert "JSD-4 is " in " ".join(result.stdout.split())
    assert "5 lines against 16, cut at 32" in result.stdout
    assert "5 lines against 16, cut at 32" not in short.stdout
    assert "20.0% of the samples are empty lines" in result.stdout
    assert result.stderr == ""
    assert "[red]␛[31m" in result.stdout
    assert "\x1b" not in result.stdout


def test_t_is_that_of_training_on_the_corpus_which_is_said(files):
    result = run("samples.txt", "--against", "corpus.txt", "--json", *QUICK)
    assert json.loads(result.stdout)["length"] == 4
    assert "cut at 4 characters: at least 99.5% of the lines" in result.stderr


def test_json_is_the_report_unrounded(files):
    result = run("samples.txt", "--against", "corpus.txt", "--length", "2", "--seed", "3", "--json")
    report = Report.from_dict(json.loads(result.stdout))
    corpus = (files / "corpus.txt").read_text().split()
    assert report == evaluation.evaluate(
        ["ab", "", "ab", "cd", "[red]\x1b[31m"],
        corpus,
        length=2,
        seed=3,
        evaluated="samples.txt",
        against="corpus.txt",
    )


def test_standard_input_and_bundled_corpora_are_files_too(files):
    flags = ("--samples", "2", "--json", *QUICK)
    result = run("-", "--against", "emoji-names", *flags, input="a\nb\nc\n")
    report = Report.from_dict(json.loads(result.stdout))
    assert (report.m, report.evaluated, report.against) == (2, "-", "emoji-names")


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_pipes_are_files(files):
    expected = json.loads(run("samples.txt", "--against", "corpus.txt", "--json", *QUICK).stdout)
    for name in ("samples", "corpus"):
        os.mkfifo(files / name)
        text = (files / f"{name}.txt").read_bytes()
        Thread(target=(files / name).write_bytes, args=(text,), daemon=True).start()
    report = json.loads(run("samples", "--against", "corpus", "--json", *QUICK).stdout)
    assert {**report, "evaluated": "samples.txt", "against": "corpus.txt"} == expected


def test_an_encoding_is_that_of_both_files(files):
    for name in ("a.txt", "b.txt"):
        (files / name).write_bytes("é\n".encode("cp1252"))
    result = run("a.txt", "--against", "b.txt", "--encoding", "cp1252", "--json", *QUICK)
    assert json.loads(result.stdout)["examples"][0]["symbols"] == ["é"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["samples.txt"], "add --against CORPUS"),
        (["us-baby-names"], "add --against CORPUS"),
        (["-"], "add --against CORPUS"),
        (["missing.txt", "--against", "corpus.txt"], "missing.txt"),
        (["samples.txt", "--against", "missing.txt"], "missing.txt"),
        (["empty.txt", "--against", "corpus.txt"], "empty.txt: found no text"),
        (["samples.txt", "--against", "empty.txt"], "empty.txt: found no text"),
        (["samples.txt", "--against", "folder"], "folder"),
        (["samples.txt", "--against", "corpus.txt", "--seed", "-1"], "found --seed -1"),
        (["samples.txt", "--against", "corpus.txt", "--encoding", "no"], "encoding"),
        (["-", "--against", "-"], "more than once"),
        (["folder", "--against", "corpus.txt"], "--against goes with a FILE"),
        (["folder", "--length", "9"], "--length goes with a FILE"),
        (["samples.txt", "--against", "corpus.txt", "--orders", "x"], "found --orders x"),
        (["samples.txt", "--against", "corpus.txt", "--orders", "0-3"], "orders"),
        (["samples.txt", "--against", "corpus.txt", "--orders", "5-2"], "lower first; write 2-5"),
        (["samples.txt", "--against", "corpus.txt", "--orders", "1-"], "found --orders 1-,"),
        (["samples.txt", "--against", "corpus.txt", "--orders", "1-99999999"], "found --orders"),
        (["--autoregressive", "nan"], "found --autoregressive nan"),
        (["--autoregressive", "inf"], "found --autoregressive inf"),
        (["--held-out", "corpus.txt"], "--held-out goes with a FILE"),
        (["samples.txt", "--against", "corpus.txt", "--held-out", "missing.txt"], "missing.txt"),
        (["samples.txt", "--against", "-", "--held-out", "-"], "more than once"),
        (
            ["samples.txt", "--against", "corpus.txt", "--fail-above", "bleu4=1"],
            "--full measures it",
        ),
        (["samples.txt", "--against", "corpus.txt", "--fail-above", "jsd=1"], "one of jsd1, "),
        (["samples.txt", "--against", "corpus.txt", "--autoregressive", "1"], "goes with a run"),
        (["samples.txt", "--against", "corpus.txt", "--candidates", "2"], "goes with a run"),
        (["samples.txt", "--against", "corpus.txt", "--html", "no/a.html"], "no/a.html: no such"),
        (["no", "--html", "folder"], "folder is a directory"),  # before the run is looked for
        (["no", "--html", ""], "is a directory"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(files, arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        run(*arguments, input="")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--length", "0"), ("--samples", "0"), ("--model-order", "0")],
)
def test_a_number_out_of_its_range_is_a_usage_error(files, option, value):
    result = run("samples.txt", "--against", "corpus.txt", option, value)
    assert result.exit_code == 2
    assert option in result.stderr


@pytest.fixture
def a_run(files, monkeypatch):
    """A run folder, and stand-ins for its networks; one token of its text is two characters."""
    lines = {"train": ["abc", "abcd", "cab"], "test": ["bca"]}

    def load(run, checkpoint=None, **_):
        assert run.resolve() == (files / "runs" / "0001-abc").resolve()
        return SimpleNamespace(
            lines=lambda n, seed: iter([f"{checkpoint or 'best'}{seed}", *"abc"][:n]),
            latents=SimpleNamespace(codes=NO_CODES), candidates=None, candidates_per_line=None,
        )  # fmt: skip

    corpus = SimpleNamespace(
        length=3, columns="text", labels=(), normalise=True,
        rows=lines.__getitem__, lines=lambda part, start, stop: lines[part][start:stop],
    )  # fmt: skip
    monkeypatch.setattr("textgan.sampling.sampler.Sampler.load", load)
    monkeypatch.setattr("corpora.open_corpus", lambda folder: corpus)
    header = {"sizes": {"valid": 100}}
    monkeypatch.setattr("textgan.runs.checkpoint_choice.read_header", lambda path: header)
    run = files / "runs" / "0001-abc"
    (run / "checkpoints").mkdir(parents=True)
    runs.write_config(run, Config(corpus="abc"))
    runs.write_state(run, {"step": 20, "seconds": 6.0, "status": "finished", "best": None})
    runs.checkpoint(run, "best").touch()
    stats = [
        {"step": 5, "seconds": 1.5, "slope": 1.0},
        {
            "step": 10,
            "seconds": 3.0,
            "slope": 0.9,
            "scores": {"jsd1": 0.5, "unique": 0.75, "choice": 0.5},
        },
        {
            "step": 20,
            "seconds": 6.0,
            "slope": 0.8,
            "scores": {"jsd1": 0.25, "unique": 1.0, "choice": 0.2},
        },
    ]
    for line in stats[1:]:
        line["scores"]["choice"] = 0.5
    (run / "stats.jsonl").write_text("".join(json.dumps(line) + "\n" for line in stats))
    return run


@pytest.mark.parametrize("target", [[], ["0001-abc"], ["runs/0001-abc"], ["1"]])
def test_a_run_is_evaluated_by_its_test_text_and_keeps_the_report(a_run, target):
    result = run(*target, "--samples", "4", "--seed", "7", "--json", *QUICK)
    report = Report.from_dict(json.loads(result.stdout))
    assert replace(report, curves=None) == evaluation.evaluate(
        ["best7", "a", "b", "c"],
        ["abc", "abcd", "cab"],
        ["bca"],
        length=4,  # a training line of more characters than tokens is not cut
        seed=7,
        evaluated="0001-abc",
        against="training text of 0001-abc",
        **QUICK_SETTINGS,
    )
    assert report.curves.steps == (10, 20)
    assert report.curves.values["jsd1"] == (0.5, 0.25)
    assert report.curves.values["slope"] == (0.9, 0.8)
    assert report.curves.values["wasserstein_held_out"] == (None, None)
    assert Report.load(a_run / "report.json") == report


def test_a_file_is_evaluated_by_the_text_of_a_run(a_run, files):
    expected = evaluation.evaluate(
        "samples.txt", ["abc", "abcd", "cab"], ["bca"], length=4,
        against="training text of 0001-abc", **QUICK_SETTINGS,
    )  # fmt: skip
    for against in ("0001-abc", "runs/0001-abc", "1"):
        result = run("samples.txt", "--against", against, "--json", *QUICK)
        assert Report.from_dict(json.loads(result.stdout)) == expected
        assert "lines are cut at 4 characters, the T of 0001-abc" in result.stderr
    other = run("samples.txt", "--against", "1", "--held-out", "corpus.txt", "--json", *QUICK)
    assert json.loads(other.stdout)["held_out"] == 16
    with pytest.raises(InputError, match="--length goes with a CORPUS"):
        run("samples.txt", "--against", "1", "--length", "9")


def test_real_lines_may_be_held_out_in_a_file(files):
    (files / "held.txt").write_text("da\nad\n")
    flags = ("--held-out", "held.txt", "--json", *QUICK)
    result = run("samples.txt", "--against", "corpus.txt", *flags)
    report = Report.from_dict(json.loads(result.stdout))
    assert (report.held_out, report.held_out_drawn) == (2, False)
    assert "|split:given|" in report.measures["jsd1"].real_signature


def test_a_run_is_sampled_from_the_checkpoint_named(a_run):
    result = run("--samples", "1", "--checkpoint", "last", "--json", *QUICK)
    assert json.loads(result.stdout)["examples"][0]["symbols"] == list("last")  # cut at 4


@pytest.mark.parametrize("length", ["0", "-1", str(10**20), "x"])
def test_lines_are_cut_at_a_length_that_a_line_can_have(files, length):
    refused = run("samples.txt", "--against", "corpus.txt", "--length", length)
    assert refused.exit_code == 2
    assert "--length" in refused.stderr


def test_a_limit_sets_the_exit_code(files):
    flags = ("--json", "--orders", "4", "--model-order", "1")
    arguments = ("samples.txt", "--against", "corpus.txt", *flags)
    jsd4 = json.loads(run(*arguments).stdout)["measures"]["jsd4"]["samples"]
    below = run(*arguments, "--fail-above", f"jsd4={jsd4 + 0.01}", "--fail-above", "unique=1")
    assert below.exit_code == 0
    above = run(*arguments, "--fail-above", f"jsd4={jsd4 - 0.01}", "--fail-above", "unique=1")
    assert above.exit_code == 3
    assert f"jsd4 is {jsd4:.4f}, above" in above.stderr
    assert "unique" not in above.stderr
    assert json.loads(above.stdout)  # the report comes all the same
    for limit in ("jsd4", "jsd4=x", "fid=1"):
        refused = run(*arguments, "--fail-above", limit)
        assert refused.exit_code == 2
        assert "expected for example jsd4=0.3" in refused.stderr
    refused = run(*arguments, "--fail-above", "label-accuracy=0.9")
    assert refused.exit_code == 2
    assert "of label-accuracy higher is better" in refused.stderr


def test_units_orders_and_models_are_passed_on(files):
    lines = [f"{a}{b}{c}{d}" for a in "ab" for b in "cd" for c in "ef" for d in "gh"]
    (files / "lines.txt").write_text("\n".join(lines) + "\n")
    arguments = ("--unit", "byte", "--orders", "1,3-4", "--model-order", "2")
    result = run(
        "samples.txt", "--against", "lines.txt", "--samples", "3", "--json", *arguments,
        "--smoothing", "kneser-ney", "--sizes",
    )  # fmt: skip
    plain = json.loads(result.stdout)
    assert [name for name in plain["measures"] if name.startswith("jsd")] == [
        "jsd1",
        "jsd3",
        "jsd4",
    ]
    assert (
        "|n:2|unit:byte|smoothing:kneser-ney+uniform|" in plain["measures"]["forward"]["signature"]
    )
    assert plain["sizes"]["sizes"] == [3]


@pytest.mark.usefixtures("no_pictures")
def test_a_page_is_written_with_all_that_takes_longer(files):
    lines = [f"{a}{b}{c}" for a in "abcd" for b in "efgh" for c in "<&["]
    (files / "lines.txt").write_text("\n".join([*lines, "<script>alert(1)</script>"]) + "\n")
    result = run("lines.txt", "--against", "lines.txt", "--full", "--html", "page.html")
    assert result.exit_code == 0
    assert "page: page.html" in result.stderr
    page = (files / "page.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert not re.search("<script", page)
    assert "baselines" not in result.stdout


def test_a_page_that_cannot_be_written_after_all_costs_the_page_alone(files, monkeypatch):
    def full(*_):
        raise InputError("a.html: no space")

    monkeypatch.setattr("cli.evaluate.write_page", full)
    flags = ["--html", "a.html", "--json", *QUICK]
    done = CliRunner().invoke(evaluate, ["samples.txt", "--against", "corpus.txt", *flags])
    assert str(done.exception) == "a.html: no space"
    assert json.loads(done.stdout)["evaluated"] == "samples.txt"


@pytest.mark.usefixtures("no_pictures")
def test_a_reader_that_stops_early_does_not_cost_the_page(files, monkeypatch):
    def closed(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr("cli.evaluate._print", closed)
    CliRunner().invoke(
        evaluate, ["samples.txt", "--against", "corpus.txt", "--html", "a.html", *QUICK]
    )
    assert "</html>" in (files / "a.html").read_text()


def test_a_network_is_trained_as_a_baseline_on_request(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "run")  # which keeps the report
    flags = ("--samples", "20", "--autoregressive", "0.01", "--json", "--orders", "4")
    result = run(str(tmp_path / "run"), *flags, "--model-order", "1")
    plain = json.loads(result.stdout)
    assert "autoregressive" in plain["measures"]["jsd4"]["baselines"]
    assert "training a recurrent network for 0.01 minutes" in result.stderr


def evaluated(run_folder, tmp_path, *arguments):
    """The report on a run, all as `run` has it; of a copy, for the report is kept in its folder."""
    shutil.copytree(run_folder, tmp_path / "run")
    result = run(str(tmp_path / "run"), *arguments)
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.usefixtures("no_pictures")
def test_a_run_on_labels_is_evaluated_by_label_too(labelled_run, tmp_path):
    page = ("--html", str(tmp_path / "page.html"))
    arguments = ("--samples", "100", "--seed", "5", "--tables", "--signatures", *page, *QUICK)
    result = evaluated(labelled_run, tmp_path, *arguments)
    report = Report.load(tmp_path / "run" / "report.json")
    corpus = open_corpus(labelled_run / "corpus")
    assert report.m == 100
    assert [one.name for one in report.labels.labels] == list(corpus.labels)
    shares = corpus.rows_of_labels("train")
    for one in report.labels.labels:
        assert one.training == shares[one.name]
        assert one.lines == max(20, round(100 * one.training / len(corpus.train)))
    assert report.labels.real.lines == len(corpus.test)
    assert report.codes is None
    page = (tmp_path / "page.html").read_text()
    assert "Check-up of training" in page
    for text in (result.stdout, page):
        assert "By label" in text
        assert f"{report.labels.samples.share:.1%}" in text
        assert report.labels.signature in text


@pytest.mark.usefixtures("no_pictures")
def test_the_page_of_a_run_whose_last_checkpoint_is_gone_has_no_check_up(coded_run, tmp_path):
    shutil.copytree(coded_run, tmp_path / "run")
    (tmp_path / "run" / "checkpoints" / "last.safetensors").unlink()
    flags = ("--checkpoint", "best", "--html", str(tmp_path / "page.html"), *QUICK)
    result = run(str(tmp_path / "run"), "--samples", "50", *flags)
    assert result.exit_code == 0, result.output
    assert "the page has no check-up" in result.stderr
    assert "Check-up" not in (tmp_path / "page.html").read_text()


def test_the_report_says_from_how_many_candidates_samples_were_chosen(
    quick_ratios, labelled_run, tmp_path
):
    plain = evaluated(labelled_run, tmp_path / "plain", "--samples", "60", *QUICK)
    arguments = ("--samples", "60", "--candidates", "3", "--signatures", *QUICK)
    result = evaluated(labelled_run, tmp_path / "chosen", *arguments)
    assert "each line is 1 of 3 candidates (yield 1/3), chosen by a" in result.stderr
    assert "candidates" not in plain.stdout + plain.stderr
    report = Report.load(tmp_path / "chosen" / "run" / "report.json")
    label = report.labels.labels[0]
    for each in (*report.measures.values(), label.jsd, label.unique):
        assert "|candidates:3|" in each.signature
        assert each.real_signature is None or "|candidates:3|" in each.real_signature
    assert "|candidates:3|" in report.labels.signature
    assert "|candidates:3|" in result.stdout


@pytest.mark.usefixtures("no_pictures")
def test_a_run_with_codes_is_evaluated_by_them_too(coded_run, tmp_path):
    page = ("--html", str(tmp_path / "page.html"))
    arguments = ("--samples", "100", "--tables", "--signatures", *page, *QUICK)
    result = evaluated(coded_run, tmp_path, *arguments)
    report = Report.load(tmp_path / "run" / "report.json")
    assert [one.name for one in report.codes] == ["code 0", "code 1"]
    assert [one.values for one in report.codes] == [3, None]
    assert [one.lines for one in report.codes] == [100, 100]
    assert report.labels is None
    page = (tmp_path / "page.html").read_text()
    for text in (result.stdout, page):
        assert "Codes" in text
        assert f"{report.codes[0].recovered.share:.1%}" in text
        assert report.codes[1].signature in text


def test_a_run_on_pairs_is_evaluated_by_its_translations(pairs_run, tmp_path):
    result = evaluated(pairs_run, tmp_path, "--json")
    plain = json.loads(result.stdout)
    assert plain == json.loads((tmp_path / "run" / "restoration.json").read_text())
    assert not (tmp_path / "run" / "report.json").exists()
    corpus = open_corpus(pairs_run / "corpus")
    assert (plain["evaluated"], plain["part"], plain["pairs"]) == ("run", "test", len(corpus.test))
    found = plain["restoration"]
    targets = corpus.lines("test")
    assert found["characters"] == sum(map(len, targets))
    # Without their capitals: two letters in each line
    assert found["copying"] == pytest.approx(2 * len(targets) / found["characters"])
    assert {one["target"] for one in plain["examples"]} <= set(targets)
    shown = run(str(tmp_path / "run"), "--samples", "7")
    assert f"7 of {len(targets)} test pairs" in shown.stdout


def test_limits_on_a_run_on_pairs(pairs_run, tmp_path):
    cer = json.loads(evaluated(pairs_run, tmp_path, "--json").stdout)["restoration"]["error_rate"]
    folder = str(tmp_path / "run")
    assert run(folder, "--fail-above", f"cer={cer + 0.01}").exit_code == 0
    above = run(folder, "--fail-above", f"cer={cer - 0.01}", "--fail-above", "cer-ratio=1e9")
    assert above.exit_code == 3
    assert f"cer is {cer:.4f}, above" in above.stderr
    assert "cer-ratio" not in above.stderr
    with pytest.raises(InputError, match="jsd4: not measured; expected one of cer, "):
        run(folder, "--fail-above", "jsd4=1")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--html", "page.html"), ("--full", None), ("--sizes", None), ("--unit", "char"),
        ("--orders", "4"), ("--model-order", "6"), ("--smoothing", "laplace"),
        ("--autoregressive", "1"), ("--candidates", "4"),
    ],
)  # fmt: skip
def test_what_would_be_ignored_on_pairs_is_refused(pairs_run, option, value):
    arguments = [option] if value is None else [option, value]
    with pytest.raises(InputError, match=f"{option} has no effect on run, which was trained on "):
        run(str(pairs_run), *arguments)


def test_a_report_is_not_saved_through_a_link(tmp_path, capsys):
    victim, path = tmp_path / "victim", tmp_path / "report.json"
    victim.write_text("precious")
    path.symlink_to(victim)
    _save(evaluation.evaluate(["ab", "cd"], ["ab", "ce", "fg"], **QUICK_SETTINGS), path)
    assert victim.read_text() == "precious"
    assert "report.json is a link" in capsys.readouterr().err

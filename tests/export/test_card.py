"""The model card: the head is YAML, texts are shown as they are, scores have signatures."""

import dataclasses
import json

import pytest

from tests.evaluation.render.reports import graded
from textgan.evaluation.render.headline import words
from textgan.evaluation.render.markdown import escaped
from textgan.export.card import write_card
from textgan.export.hub import front_matter
from textgan.export.score_tables import logged_scores


def head(text):
    yaml = pytest.importorskip("yaml", reason="needs pip install pyyaml")
    return yaml.safe_load(text.split("---\n")[1])


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("CC0-1.0", {"license": "cc0-1.0"}),
        ('my: "own"\n---', {"license": "other", "license_name": 'my: "own"␊---'}),
        (None, {}),
    ],
)
def test_the_licence_is_a_name_of_the_hub_or_another(licence, expected):
    found = head(front_matter(licence, pairs=False, onnx=True, name="x", report=None))
    assert {key: value for key, value in found.items() if "licen" in key} == expected
    assert found["pipeline_tag"] == "text-generation"
    assert "onnx" in found["tags"]


@pytest.fixture
def card(run_of_kind, card_of):
    return card_of(run_of_kind("labels and codes"), name="a*b", samples=["``` <b>"], licence="mine")


def test_the_card_says_what_is_known_and_what_is_not(card, tmp_path):
    write_card(tmp_path / "README.md", card)
    text = (tmp_path / "README.md").read_text()
    assert "# a\\*b\n" in text
    assert "None was measured of this checkpoint." in text
    assert card.corpus.sha256 in text
    for name, number in card.corpus.rows_of_labels("train").items():
        assert f"| {name} | {number} |" in text
    assert "as stated by whoever made this model: mine." in text
    write_card(tmp_path / "README.md", dataclasses.replace(card, licence=None))
    assert "was not stated" in (tmp_path / "README.md").read_text()


def test_a_version_cannot_end_the_block_of_signatures(card, tmp_path):
    scores = {"jsd4": 0.25, "unique": 0.5, "floor_lines": 60}
    line = {"step": 4, "seconds": 1.0, "scores": scores}
    write_card(
        tmp_path / "README.md", dataclasses.replace(card, scores=line, version="1\n```\n# Heading")
    )
    text = (tmp_path / "README.md").read_text().split("## Scores\n")[1].split("## Limits")[0]
    rows = [row for row in text.splitlines() if row and not row.startswith("|")][1:]
    assert [row for row in rows if row.startswith(rows[0])] == [rows[0], rows[-1]]
    assert not any(row.startswith("#") for row in rows)


def test_the_headline_of_a_report_follows_the_title(card, tmp_path):
    report = graded(0.25, 3.0)
    write_card(tmp_path / "README.md", dataclasses.replace(card, report=report))
    text = (tmp_path / "README.md").read_text()
    places = [text.index(escaped(word.sentence(full=True))) for word in words(report)]
    assert len(places) == 3
    assert [*places, text.index("## Use")] == sorted([*places, text.index("## Use")])


def test_scores_of_the_log_have_signatures_with_step_and_version(card):
    scores = {"jsd4": 0.25, "jsd4_floor": 0.125, "jsd4_at_floor": 0.3, "unique": 0.5,
              "choice": 0.25, "floor_lines": 60}  # fmt: skip
    line = {"step": 4, "seconds": 1.0, "scores": scores}
    table = logged_scores(line, card.config, card.corpus, "9.8")
    assert ["JSD-4", "0.2500", "0.3000", "0.1250"] in table.rows
    assert "60 samples" in table.heads
    (signature,) = table.signatures
    assert signature.startswith("jsd|n:4|unit:char|padding:counted|T:16|")
    assert "settings:validation,step=4" in signature
    assert signature.endswith("|v:9.8")


def test_the_exported_card_has_the_scores_of_the_log(exported, run_of_kind):
    text = (exported("text", onnx=False) / "README.md").read_text()
    best = json.loads((run_of_kind("text") / "state.json").read_text())
    best = best["last"] if best["step"] == 4 else best["best"]
    assert f"| JSD-4 | {best['jsd4']:.4f} |" in text
    assert "generated lines" in text
    assert head(text)["license"] == "cc0-1.0"

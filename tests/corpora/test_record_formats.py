"""Records of some format are told from samples; text that is meant as it stands never is one."""

import json
import random
import subprocess
import sys

import pytest

import corpora
from corpora.errors import InputError
from corpora.inspection import inspect
from corpora.record_formats import MAX_CHARACTERS, MAX_LINES, add_first, looks_like

DRAW = random.Random(0)
WORDS = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "two", "old", "birds", "fly"]
NAMES = ["Anna", "Bert", "Chloé", "Dora", "Emil", "Frida", "Gül", "Hugo", "Ida", "Jan"]
CITIES = ["Rome", "Oslo", "Nice", "Bonn", "Graz"]


def sentence():
    return " ".join(DRAW.choices(WORDS, k=DRAW.randint(3, 9)))


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def table(separator=",", quotes=True):
    yield separator.join(["id", "name", "text"])
    for number in range(60):
        text = f"{sentence()}{separator} {sentence()}" if quotes else sentence()
        text = quoted(text) if quotes else text
        yield separator.join([str(number), DRAW.choice(NAMES), text])


RECORDS = {
    "CSV with quotes": (list(table()), "CSV, a table of 3 columns", "column 'text'.*row[2]"),
    "CSV with numbers": (list(table(quotes=False)), "CSV, a table of 3", "column 'text'.*row[2]"),
    "CSV with semicolons": (list(table(";")), "CSV, a table of 3", "'text'.*delimiter=\";\""),
    "two columns in quotes": (
        ["name,quote", *(f"{DRAW.choice(NAMES)},{quoted(sentence())}" for _ in range(20))],
        "CSV, a table of 2 columns",
        "column 'quote'",
    ),
    "JSON lines": (
        [json.dumps({"id": n, "text": sentence(), "tags": ["a"]}) for n in range(20)],
        "JSON, an object a line",
        "the values of 'text'.*json.loads(line)",
    ),
    "a JSON array": (
        ["[", *(json.dumps({"name": DRAW.choice(NAMES)}) + "," for _ in range(20)), "]"],
        "JSON, an object a line",
        "the values of 'name'",
    ),
    "JSON without texts": ([json.dumps({"n": n}) for n in range(20)], "JSON", "only the texts"),
    "a JSON document": (
        json.dumps([{"name": name, "n": 1} for name in NAMES], indent=1).splitlines(),
        "a JSON document",
        "one a line",
    ),
    "labels": (
        [f"{DRAW.choice('mf')}\t{DRAW.choice(NAMES)}" for _ in range(50)],
        "2 columns separated by TABs",
        "--labels, if .* cut -f2 FILE",
    ),
    "pairs": (
        [f"{n} {sentence()}\t{sentence()}" for n in range(50)],
        "2 columns separated by TABs",
        "--pairs, if .* cut -f1 FILE",
    ),
    "many columns": (
        [f"{n}\t{DRAW.choice(NAMES)}\t{sentence()}\t" for n in range(50)],
        "4 columns separated by TABs",
        "cut -f3 FILE",
    ),
    "HTML": (["<!DOCTYPE html>", "<p>Anna</p>"], "HTML or XML", "extract its text"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_told_with_what_to_do(tmp_path, name):
    lines, kind, advice = RECORDS[name]
    look = looks_like(lines)
    assert look is not None
    assert kind in look.kind
    for part in advice.split(".*"):
        assert part in look.advice
    found = inspect(lines)
    assert look.kind in found.problems
    assert look.advice in found.suggestions
    notes = corpora.encode(lines, tmp_path).notes()
    assert notes[0] == f"the text {look.kind}; {look.advice}"


SAMPLES = {
    "names with commas": [f"{name}, {other}" for name in NAMES for other in NAMES],
    "a header of such": ["Name, First", *(f"{a}, {b}" for a in NAMES for b in NAMES)],
    "places": ["City, Country, Year", *(f"{city}, Land, old" for city in CITIES * 9)],
    "places with numbers": [f"{city}, Land, {n}" for n, city in enumerate(CITIES * 9)],
    "sentences": [f"{sentence()}, {sentence()}; {sentence()}." for _ in range(50)],
    "speech": [f'"{sentence()}," said {name}, "{sentence()}"' for name in NAMES * 5],
    "quotes alone": [quoted(sentence()) for _ in range(50)],
    "prices": [f"{n},{n % 100:02}" for n in range(50)],
    "Python lists": [f"[{n}, {n + 1}]" for n in range(50)],
    "braces": [f"{{{name}}}" for name in NAMES],
    "numbers": [str(n) for n in range(50)],
    "molecules": ["CC(=O)Nc1ccc(O)cc1", "[O-][N+](=O)c1ccccc1", "{[*]CC[*]}"] * 9,
    "a TAB in some lines": [*(f"a\t{sentence()}" for _ in range(30)), *NAMES, *NAMES],
    "TABs at the beginning": [f"\t{sentence()}" for _ in range(50)],
    "code": ["if (a) {", "\treturn b;", "}", "", "\tc = {1, 2};"] * 9,
    "log": [f"2024-01-{n:02} 10:00:00,123 INFO {sentence()}" for n in range(1, 29)],
    "few": ['{"a": "b"}', '{"a": "c"}'],
    "arrows": ["<3", "<html is a word>", "->"] * 9,
    "nothing": [],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_never_taken_for_records(name):
    assert looks_like(SAMPLES[name]) is None


@pytest.mark.parametrize("name", list(corpora.bundled()))
def test_no_corpus_of_ours_looks_like_records(name):
    lines = [line for block in corpora.read_lines(name) for line in block]
    for start in range(0, len(lines), 10 * MAX_LINES):  # a tenth of all
        assert looks_like(lines[start : start + MAX_LINES]) is None


@pytest.mark.parametrize("name", ["CSV with quotes", "CSV with semicolons", "JSON lines"])
def test_the_command_that_is_advised_takes_the_texts_out(tmp_path, name):
    lines, _, _ = RECORDS[name]
    (tmp_path / "FILE").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = looks_like(lines).advice.split(": ", 1)[1].replace("python3", sys.executable)
    subprocess.run(["bash", "-c", command], cwd=tmp_path, check=True)
    texts = (tmp_path / "text.txt").read_text(encoding="utf-8").splitlines()
    assert len(texts) == sum(not line.startswith("id") for line in lines)
    assert set(" ".join(texts).replace(",", "").replace(";", "").split()) <= set(WORDS)


def test_what_lacks_its_columns_is_told_what_it_looks_like(tmp_path):
    with pytest.raises(InputError, match=r"expected label<TAB>text.*; the text looks like CSV"):
        corpora.encode(RECORDS["CSV with quotes"][0], tmp_path, columns="labels")
    labelled = corpora.encode(RECORDS["labels"][0], tmp_path, columns="labels")
    assert labelled.remarks == ()


def test_few_lines_are_kept_to_look_at():
    first = []
    add_first(first, ["a"] * MAX_LINES)
    add_first(first, ["b"] * MAX_LINES)
    assert first == ["a"] * MAX_LINES
    long = []
    for _ in range(9):
        add_first(long, ["c" * (MAX_CHARACTERS // 2)] * 9)
    assert len(long) == 2


def test_a_remark_that_a_terminal_would_obey_is_refused(tmp_path):
    corpora.encode(NAMES, tmp_path)
    header = tmp_path / "header.json"
    plain = json.loads(header.read_text())
    for remarks in (["\x1b[31m"], [1], "text"):
        header.write_text(json.dumps({**plain, "remarks": remarks}))
        with pytest.raises(InputError, match="remarks"):
            corpora.open_corpus(tmp_path)
    del plain["remarks"]
    header.write_text(json.dumps(plain))
    assert corpora.open_corpus(tmp_path).remarks == ()

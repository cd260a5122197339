"""Lines are told apart by hashes that depend on the line alone."""

import random

import numpy as np
import pytest

import corpora.inspection.statistics
from corpora.columns import parse_columns
from corpora.counts import Counts
from corpora.inspection.statistics import SHORT, TextStatistics, line_hashes


def lines_of_all_sizes():
    draw = random.Random(0)
    sizes = [*range(1, 60, 3), SHORT - 1, SHORT, SHORT + 1, 3 * SHORT, 20_000]
    lines = ["".join(draw.choices("ab 한é😀", k=size)) for size in sizes for _ in range(3)]
    draw.shuffle(lines)
    return lines


@pytest.mark.parametrize("cells", [1, 100, 1 << 16])
def test_the_hash_of_a_line_depends_on_nothing_beside_it(monkeypatch, cells):
    lines = lines_of_all_sizes()
    alone = np.concatenate([line_hashes([line]) for line in lines])
    monkeypatch.setattr(corpora.inspection.statistics, "CELLS", cells)
    assert (line_hashes(lines) == alone).all()
    assert len(set(alone.tolist())) == len(set(lines))
    assert line_hashes([]).shape == (0,)


def test_every_character_and_its_place_matter():
    line = "abcdefgh" * 4
    others = [line[:at] + "x" + line[at + 1 :] for at in range(len(line))]
    others += [line[:at] + line[at + 1] + line[at] + line[at + 2 :] for at in range(30)]
    hashes = line_hashes([line, line + "a", line[:-1], *others]).tolist()
    assert len(set(hashes)) == len(hashes)


def test_a_survey_in_parts_is_a_survey():
    lines = [*lines_of_all_sizes(), "a\u00a0b", "a\u00a0c\u200b", "a\u00a0c\u200b"]
    whole, parts = TextStatistics(), TextStatistics()
    whole(parse_columns("text", lines)[0], Counts(lines=len(lines), invisible=3))
    for line in lines:
        parts(parse_columns("text", [line])[0], Counts(lines=1, invisible=int("\u00a0" in line)))
    for survey in (whole, parts):
        assert survey.invisible == {"\u00a0": 3, "\u200b": 2}
        assert survey.lines.number == len(set(lines))
        assert survey.codes.sum() == sum(map(len, lines))
        assert survey.codes[ord("한")] == "".join(lines).count("한")
        assert survey.lengths[4] == 2 + 3
    assert (whole.lengths == parts.lengths).all()
    assert (whole.codes == parts.codes).all()
    assert whole.counts == parts.counts

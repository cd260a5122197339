"""Texts that many tests of corpora encode, and the rows of a corpus as text again."""

import random

PARTS = ("train", "valid", "test")
ENCODERS = ("char", "byte", "subword")
NAMES = [f"name {number}" for number in range(400)]


def labelled_lines(count=3000):
    """Lines of which every word is made of its label alone, so that any piece shows the label."""
    draw = random.Random(0)
    for _ in range(count):
        label = draw.choice("abcdefgh")
        words = [label * draw.randint(1, 8) for _ in range(draw.randint(1, 6))]
        yield f"{label}\t{' '.join(words)}"


def paired_lines(count=2000):
    """Lines of which the target is the source in capitals, each source three times."""
    draw = random.Random(1)
    for number in range(count):
        source = f"{number // 3:04}-{''.join(draw.choices('xyz', k=draw.randint(0, 12)))}"
        yield f"{source}\t{source.upper()}"


def all_lines(corpus):
    """The text of the rows of all parts."""
    return [line for part in PARTS for line in corpus.lines(part)]


def all_conditions(corpus):
    """(condition, line) of all parts: the name of the label or the text of the source."""
    for part in PARTS:
        condition = corpus.condition(part)
        assert len(condition) == len(corpus.rows(part))
        if corpus.columns == "labels":
            names = [corpus.labels[index] for index in condition]
        else:
            names = corpus.encoder.decode_rows(condition)
        yield from zip(names, corpus.lines(part), strict=True)

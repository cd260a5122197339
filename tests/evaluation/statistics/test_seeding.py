"""Draws depend on their seed and purpose alone."""

import numpy as np

from textgan.evaluation.statistics.seeding import choose, generator


def test_places_are_drawn_without_replacement_by_seed_and_purpose():
    places = choose(50, 30, 3, "floor").tolist()
    assert places == sorted(set(places))
    assert len(places) == 30
    assert choose(50, 30, 3, "floor").tolist() == places
    assert choose(50, 30, 4, "floor").tolist() != places
    assert choose(50, 30, 3, "split").tolist() != places
    assert choose(50, 50, 3, "floor").tolist() == choose(50, 60, 3, "floor").tolist()
    assert choose(50, 60, 3, "floor").tolist() == list(range(50))


def test_a_stream_depends_on_the_seed_and_the_purpose():
    # The purpose's bytes are one big-endian number: reports made before must not change.
    expected = np.random.default_rng((3, int.from_bytes(b"parts"))).random(4)
    assert generator(3, "parts").random(4).tolist() == expected.tolist()
    assert generator(4, "parts").random() != generator(3, "parts").random()
    assert generator(3, "sizes").random() != generator(3, "parts").random()

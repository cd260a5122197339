"""The seed of a line depends on the seed of all and its number alone."""

from textgan.sampling.seeds import line_seeds


def test_line_seeds_are_the_same_wherever_a_batch_begins():
    seeds = line_seeds(9, 0, 50)
    assert (line_seeds(9, 20, 30) == seeds[20:]).all()
    assert (seeds >= 0).all()
    assert len(set(seeds)) == 50

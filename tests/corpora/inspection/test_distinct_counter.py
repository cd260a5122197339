"""DistinctCounter things are counted exactly while they fit, and estimated after that."""

import numpy as np

from corpora.inspection.distinct_counter import DistinctCounter
from corpora.rng import bits


def test_copies_are_counted_once():
    counter = DistinctCounter()
    for hashes in ([1, 2, 3], [3, 2], [], [2**64 - 1]):
        counter.add(np.array(hashes, np.uint64))
    assert counter.number == 4
    assert counter.exact


def test_the_number_does_not_depend_on_how_the_hashes_come():
    hashes = bits(0, rows=np.arange(300_000) % 120_000, columns=1)[:, 0]
    numbers = set()
    for size in (1 << 10, 1 << 16, len(hashes)):
        counter = DistinctCounter(max_hashes=1 << 13)
        assert counter.number == 0
        for start in range(0, len(hashes), size):
            counter.add(hashes[start : start + size])
        numbers.add((counter.number, counter.exact))
    assert len(numbers) == 1


def test_beyond_its_memory_the_number_is_estimated():
    counter = DistinctCounter(max_hashes=4096)
    for _ in range(2):  # everything twice
        for block in range(10):
            rows = np.arange(block * 10_000, (block + 1) * 10_000)
            counter.add(bits(0, rows=rows, columns=1)[:, 0])
    assert not counter.exact
    assert abs(counter.number / 100_000 - 1) < 0.08  # four times 1.2 / √4096

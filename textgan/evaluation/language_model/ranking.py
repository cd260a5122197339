"""Lines sorted by a number in memory of a fixed size: sorted runs in a temporary file, merged."""

import heapq
import os
import struct
from collections.abc import Iterable, Iterator
from itertools import pairwise

from corpora.temporary import temporary_file

__all__ = ["in_order"]

RUN_CHARACTERS = 1 << 24  # sorted in memory at a time
READ_BYTES = 1 << 18  # of each sorted run in memory while they are merged
HEAD = struct.Struct("<dQ")  # of a record: its key, and the bytes of its line
RECORD = 100  # characters that a line costs in memory besides its own, about


def in_order(lines: Iterable[tuple[float, str]]) -> Iterator[str]:
    """Yield lines by ascending key; lines with equal keys keep their order.

    Args:
        lines: keys, none of them NaN, and lines; read once.
    """
    run: list[tuple[float, str]] = []
    characters = end = 0
    with temporary_file() as file:
        ends = [0]
        for key, line in lines:
            run.append((key, line))
            characters += len(line) + RECORD
            if characters > RUN_CHARACTERS:
                for key, line in sorted(run, key=_key):
                    data = line.encode("utf-8", "surrogatepass")
                    file.write(HEAD.pack(key, len(data)) + data)
                    end += HEAD.size + len(data)
                ends.append(end)
                run, characters = [], 0
        run.sort(key=_key)
        file.flush()
        runs = [_read(file.fileno(), *between) for between in pairwise(ends)]
        # Of equal keys, merge takes that of the first run, where they are in order.
        for _, line in heapq.merge(*runs, run, key=_key):
            yield line


def _key(record: tuple[float, str]) -> float:
    return record[0]


def _read(file: int, start: int, end: int) -> Iterator[tuple[float, str]]:
    """Yield the records between two places of a file, READ_BYTES of them in memory."""
    data, place = b"", start
    while data or place < end:
        size = HEAD.size if len(data) < HEAD.size else HEAD.size + HEAD.unpack_from(data)[1]
        if len(data) < size:
            record_bytes = os.pread(file, min(max(READ_BYTES, size), end - place), place)
            data, place = data + record_bytes, place + len(record_bytes)
            continue
        done = 0
        while len(data) - done >= HEAD.size:
            key, length = HEAD.unpack_from(data, done)
            stop = done + HEAD.size + length
            if stop > len(data):
                break
            yield key, data[done + HEAD.size : stop].decode("utf-8", "surrogatepass")
            done = stop
        data = data[done:]

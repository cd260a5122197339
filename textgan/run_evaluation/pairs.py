"""How near the translations of held-out sources come to their targets.

The figures are defined in `textgan.evaluation.metrics.character_error_rate`.
"""

from corpora import Corpus
from corpora.errors import InputError
from textgan.evaluation.metrics.character_error_rate import TranslationReport, first, restoration
from textgan.evaluation.statistics.seeding import choose
from textgan.sampling.sampler import Sampler

__all__ = ["evaluate_pairs"]

EXAMPLES = 10


def evaluate_pairs(
    sampler: Sampler, corpus: Corpus, m: int, seed: int, name: str
) -> TranslationReport:
    """Return the report on translations of m held-out pairs, or of all if there are fewer.

    Args:
        sampler: Sampler of a run on pairs.
        corpus: The corpus of the run. Its test part is translated, or its validation part where
            the test part is empty.
        m: Number of pairs, drawn at random.
        seed: Seed of the draw.
        name: Name of the run.

    Raises:
        InputError: The corpus has no held-out pairs.
    """
    part = "test" if len(corpus.test) else "valid"
    rows = corpus.rows(part)
    all_sources = corpus.condition(part)
    if all_sources is None or not len(rows):
        raise InputError(
            f"{name}: its text is too small to have held pairs out, so that there is nothing to "
            "translate; train on more pairs"
        )
    places = choose(len(rows), m, seed, "pairs")
    ids = (all_sources[places], sampler.translate(all_sources[places]), rows[places])
    sources, outputs, targets = map(corpus.encoder.decode_rows, ids)
    most_characters = corpus.length * corpus.encoder.max_characters  # of any row: no line is cut
    return TranslationReport(
        evaluated=name,
        part=part,
        pairs=len(rows),
        seed=seed,
        restoration=restoration(sources, outputs, targets, length=most_characters),
        examples=first(sources, outputs, targets, EXAMPLES),
    )

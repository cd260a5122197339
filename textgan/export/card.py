"""The model card of an exported model: README.md with the head that the Hugging Face hub reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import Corpus
from corpora.counts import counted
from corpora.files import atomic_text
from textgan.config.settings import Config
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.render.headline import SCALE, words
from textgan.evaluation.render.markdown import block, code, escaped, table
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.report import Report
from textgan.evaluation.statistics.proportions import Share
from textgan.export.hub import front_matter
from textgan.export.score_tables import ScoreTable, logged_scores, report_scores

__all__ = ["Card", "copied", "headline", "licence", "limits", "method", "summary", "write_card"]

SHOWN_SAMPLES = 20


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the card says.

    Attributes:
        name: Of the run.
        config: Its settings.
        corpus: Its text.
        step: The step of the checkpoint.
        version: The version of textgan that trained it.
        scores: The line of the run's log with the scores of that step; None without.
        copied: How many of some generated lines stand in the training text; None of pairs.
        samples: The first generated lines.
        report: The report that is exported, if any.
        licence: Of the training text; None: not stated.
        onnx: Whether there is a model.onnx.
    """

    name: str
    config: Config
    corpus: Corpus
    step: int
    version: str
    scores: dict[str, Any] | None
    copied: Share | None
    samples: Sequence[str]
    report: Report | TranslationReport | None
    licence: str | None
    onnx: bool


def write_card(path: Path, card: Card) -> None:
    """Write the card; the same model gives the same bytes."""
    head = front_matter(
        card.licence, pairs=_pairs(card), onnx=card.onnx,
        name=visible(card.name), report=card.report,
    )  # fmt: skip
    parts = [*_title(card), *_use(card), *_samples(card), *_data(card), *_method(card)]
    parts += [*_scores(card), *_memorization(card), *_limits(card), *_licence(card)]
    with atomic_text(path) as file:
        file.write(head + "\n" + "\n\n".join(parts) + "\n")


def _pairs(card: Card) -> bool:
    return card.config.columns == "pairs"


def summary(card: Card) -> str:
    """Return in two sentences what the model does, and what it was trained on."""
    T, unit = card.corpus.length, card.corpus.unit
    if _pairs(card):
        what = f"rewrites lines of at most {counted(T, unit)}"
    else:
        what = f"writes single lines of at most {counted(T, unit)}, each from a vector of noise"
    return (
        f"A text GAN that {what}. It was trained with textgan {card.version} on "
        f"{counted(len(card.corpus.train), 'line')} of text."
    )


def headline(card: Card) -> list[str]:
    """Return the sentences of the report's headline; none without one."""
    if not isinstance(card.report, Report):
        return []
    return [word.sentence(full=True) for word in words(card.report)]


def _title(card: Card) -> Iterator[str]:
    yield f"# {escaped(card.name)}"
    yield escaped(summary(card))
    if sentences := headline(card):
        yield "\n".join(f"- {escaped(sentence)}" for sentence in sentences)
        yield SCALE


def _use(card: Card) -> Iterator[str]:
    yield "## Use"
    if _pairs(card):
        yield block(["$ textgan translate FILE --run ."], "console")
        python = ['list(textgan.Translator.load(".")(["a line"]))']
    else:
        yield block(["$ textgan sample . -n 10 --seed 1"], "console")
        python = ['print(*textgan.Sampler.load(".").lines(10, seed=1), sep="\\n")']
    yield block(["import textgan", "", *python], "python")
    if card.onnx:
        yield (
            "`model.onnx` is the generator alone: it needs onnxruntime and numpy, and neither "
            "torch nor textgan. Its metadata has the vocabulary (`docs/export.md` of textgan)."
        )


def _samples(card: Card) -> Iterator[str]:
    if card.samples:
        yield "## Samples"
        yield "The first lines of seed 0, not selected:"
        yield block(card.samples[:SHOWN_SAMPLES])


def _data(card: Card) -> Iterator[str]:
    corpus, name = card.corpus, Path(card.config.corpus).name
    yield "## Data"
    yield (
        f"The text {code(name)} (SHA-256 {code(corpus.sha256)}). It is not in this folder. What "
        "was read, changed and held out:"
    )
    yield "\n".join(f"- {escaped(note)}" for note in corpus.notes())
    if corpus.labels:
        rows = [(escaped(name), f"{n:,}") for name, n in corpus.rows_of_labels("train").items()]
        yield table(["label", "training lines"], rows)


def method(card: Card) -> dict[str, str]:
    """Return how the model was made: what is said -> its value, both plain text."""
    config = card.config
    pieces = config.pieces
    rows = {
        "objective": f"{config.objective} (loss {pieces.loss}, penalty {pieces.penalty})",
        "generator": f"{config.generator}, width {config.generator_width}, exponential average",
        "critic": f"{config.critic}, width {config.critic_width}",
        "noise": f"{config.noise} dimensions",
        "batch": f"{config.batch_size} lines",
        "step": f"{counted(config.critic_steps, 'critic update')} and 1 generator update",
        "checkpoint": f"step {card.step:,}",
    }
    if config.codes:
        rows["codes"] = config.codes
    if card.scores is not None:
        rows["training time"] = f"{card.scores['seconds'] / 60:.1f} minutes"
    rows["seed"] = str(config.seed)
    return rows


def _method(card: Card) -> Iterator[str]:
    yield "## Method"
    yield table(["", ""], [(key, escaped(value)) for key, value in method(card).items()])
    yield "`config.json` has every setting."


def _scores(card: Card) -> Iterator[str]:
    yield "## Scores"
    logged = logged_scores(card.scores, card.config, card.corpus, card.version)
    if logged is not None:
        yield (
            "Measured during training on validation text, which also chose the checkpoint. The "
            "floor is what real text of as many lines reaches; lower is better."
        )
        yield from _score_table(logged)
    if card.report is not None:
        yield (
            "Measured on test text, which nothing was chosen by; `report.json` has every number."
        )
        yield from _score_table(report_scores(card.report))
    if logged is None and card.report is None:
        yield "None was measured of this checkpoint."


def _score_table(scores: ScoreTable) -> Iterator[str]:
    yield table(scores.heads, scores.rows)
    yield block(scores.signatures)


def copied(card: Card) -> tuple[str, str] | None:
    """Return how many lines stand in the training text, as sentences, and the signature."""
    if card.copied is None:
        return None
    share = card.copied
    low, high = (f"{end:.2%}" for end in share.interval)
    return (
        f"{share.right:,} of {share.lines:,} generated lines ({share.share:.2%}, 95% interval "
        f"{low} to {high}) stand in the training text as they are. Short and common lines stand "
        "there by chance too"
        + ("; the report says how many are to be expected." if card.report else "."),
        f"copied|m:{share.lines}|ref:{len(card.corpus.train)}@{card.corpus.sha256[:8]}"
        f"|interval:wilson|seed:0|step:{card.step}",
    )


def _memorization(card: Card) -> Iterator[str]:
    if (counted_lines := copied(card)) is not None:
        text, signature = counted_lines
        yield "## Copied lines"
        yield text
        yield code(signature)


def limits(card: Card) -> list[str]:
    """Return what to know before the lines are used, as plain sentences."""
    corpus = card.corpus
    sentences = [
        f"A line has at most {counted(corpus.length, corpus.unit)}, of {corpus.encoder.size:,} "
        "symbols. Lines do not depend on each other.",
        "The lines look like the training text. Nothing makes them true, harmless or new: what is "
        "in the text may come out, names of people and offensive words among it.",
    ]
    if corpus.labels:
        sentences.append("A line may not be of the label that it was drawn for.")
    if corpus.encoder.name == "subword":
        sentences.append(
            f"The vocabulary has pieces of the training text, of at most "
            f"{corpus.encoder.max_characters} characters."
        )
    return sentences


def _limits(card: Card) -> Iterator[str]:
    yield "## Limits"
    yield "\n".join(f"- {limit}" for limit in limits(card))


def licence(card: Card) -> str:
    """Return what is known of the licence of the training text."""
    if card.licence is None:
        return "The licence of the training text was not stated. Ask whoever made this model."
    return f"Of the training text, as stated by whoever made this model: {card.licence}."


def _licence(card: Card) -> Iterator[str]:
    yield "## Licence"
    yield escaped(licence(card))

"""The scores of an exported model, each with its signature: of the log, and of a report."""

from typing import Any, NamedTuple

from corpora import Corpus
from textgan.config.settings import Config
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.render.main_measures import main
from textgan.evaluation.render.titles import interval, is_jsd, short_title, shown, signed
from textgan.evaluation.report.report import Report
from textgan.evaluation.report.signature import Part, Signature
from textgan.training.validation import REFERENCE_ROWS

__all__ = ["ScoreTable", "logged_scores", "report_scores"]


class ScoreTable(NamedTuple):
    """A table of scores: a row a measure, its figures rounded."""

    heads: list[str]
    rows: list[list[str]]
    signatures: list[str]


def logged_scores(
    line: dict[str, Any] | None, config: Config, corpus: Corpus, version: str
) -> ScoreTable | None:
    """Return the scores in a line of the log; None without any.

    Args:
        line: Of `stats.jsonl`.
        config: The run's settings.
        corpus: The run's text.
        version: The version of textgan that measured them.
    """
    if line is None:
        return None
    scores, rows, signatures = line["scores"], [], []
    for n in range(1, 11):
        name = f"jsd{n}"
        if name not in scores:
            continue
        floor, fewer = scores.get(f"{name}_floor"), scores.get(f"{name}_at_floor")
        rows.append([short_title(name), *(_shown(name, x) for x in (scores[name], fewer, floor))])
        signatures.append(_signature("jsd", n, line, config, corpus, version))
    rows.append(["distinct lines", f"{scores['unique']:.1%}", "", ""])
    if config.columns == "pairs":
        rows.append(["character error rate", f"{scores['choice']:.2%}", "", ""])
        signatures.append(_signature("cer", None, line, config, corpus, version))
    heads = ["", "samples", f"{scores.get('floor_lines') or 0:,} samples", "floor"]
    return ScoreTable(heads, rows, signatures)


def report_scores(report: Report | TranslationReport) -> ScoreTable:
    """Return the main figures of a report."""
    if isinstance(report, TranslationReport):
        result = report.restoration
        ends = result.difference_interval
        row = [
            "character error rate", f"{result.error_rate:.2%}", f"{result.copying:.2%}",
            "" if ends is None else f"{ends[0]:.2%} to {ends[1]:.2%}",
        ]  # fmt: skip
        heads = ["", "outputs", "copied sources", "95% interval of the difference"]
        return ScoreTable(heads, [row], [result.signature])
    jsds = [name for name in report.measures if is_jsd(name)]
    names = list(dict.fromkeys([*jsds[:4], *main(report)]))
    rows = []
    for name in names:
        measure = report.measures[name]
        excess = "" if measure.excess is None else signed(name, measure.excess)
        figures = (_shown(name, measure.samples), _shown(name, measure.real), excess)
        rows.append([short_title(name), *figures, interval(name, measure.interval)])
    heads = ["", "samples", "real text", "excess", "95% interval of the excess"]
    return ScoreTable(heads, rows, [report.measures[name].signature for name in names])


def _shown(name: str, value: object) -> str:
    return shown(name, value) if type(value) in (int, float) else ""  # type: ignore[arg-type]


def _signature(
    metric: str, n: int | None, line: dict[str, Any], config: Config, corpus: Corpus, version: str
) -> str:
    """Return the signature of a score of validation."""
    sha, held_out = corpus.sha256[:8], line["scores"].get("floor_lines")
    return str(
        Signature(
            metric=metric,
            n=n,
            unit=config.encoder,
            padding="counted" if metric == "jsd" else None,
            length=corpus.length,
            vocabulary=corpus.encoder.size,
            m=config.samples,
            ref=Part(min(len(corpus.train), REFERENCE_ROWS), sha),
            held_out=Part(held_out, sha) if held_out else None,
            settings=f"validation,step={line['step']}",
            seed=config.seed,
            version=version,
        )
    )

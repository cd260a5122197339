"""Each line is chosen among K candidates by their density ratio, and depends on its seed alone."""

import math
import shutil

import numpy as np
import pytest
import torch
from torch import nn

from corpora.errors import InputError
from textgan.config.codes import Codes
from textgan.inputs.latents import Latents
from textgan.sampling.candidates import Candidates, candidate_seeds
from textgan.sampling.density_ratio import DensityRatio
from textgan.sampling.filters import select
from textgan.sampling.sampler import Sampler
from textgan.sampling.seeds import line_seeds

LINES = 20_000


class Writer(nn.Module):
    """A generator that writes by a rule: latents (B, Z') -> ids (B, T)."""

    output = "softmax"

    def __init__(self, rule, vocabulary):
        super().__init__()
        self.rule, self.vocabulary = rule, vocabulary
        self.weight = nn.Parameter(torch.zeros(1))

    def logits(self, latent):
        return nn.functional.one_hot(self.rule(latent), self.vocabulary).float()


class Judge(nn.Module):
    """A critic that scores text by its first symbol."""

    def __init__(self, scores):
        super().__init__()
        self.scores = nn.Parameter(torch.tensor(scores))
        self.seen = []

    def forward(self, text, labels=None):
        self.seen.append(labels)
        return text[:, 0] @ self.scores


def two_letters(encoder, share):
    """A sampler that writes symbol 2 with this probability, else symbol 3."""
    limit = torch.distributions.Normal(0, 1).icdf(torch.tensor(share))
    writer = Writer(lambda z: torch.where(z[:, :1] < limit, 2, 3), encoder.size)
    return Sampler(writer, nn.Identity(), encoder, Latents(3))


def by_letter(encoder, ratios, count):
    """Candidates chosen by a ratio r of symbols 2 and 3; scores have another scale and centre."""
    scores = [0.0] * encoder.size
    scores[2:4] = [5 + math.log(r) / 2 for r in ratios]
    return Candidates(count, DensityRatio(Judge(scores), scale=2.0, centre=5.0, auc=0.5))


@pytest.mark.parametrize(
    ("share", "ratios", "count", "expected"),
    [
        # both are 2: 1/4; one is: 1/2, and it is chosen with 3/(3 + 1); none is: 1/4
        (0.5, (3.0, 1.0), 2, 1 / 4 + 1 / 2 * 3 / 4),
        # m of 3 candidates are 2: (1, 12, 48, 64)/125; chosen with m/(m + 4(3 − m))
        (0.8, (0.25, 1.0), 3, (48 * 2 / 6 + 12 * 1 / 9 + 64) / 125),
        (0.5, (1.0, 1.0), 4, 0.5),
    ],
)
def test_a_two_point_distribution_is_the_one_computed_by_hand(
    share, ratios, count, expected, encoded
):
    encoder = encoded["text"].encoder
    sampler = two_letters(encoder, share)
    sampler.candidates = by_letter(encoder, ratios, count)
    chosen = sampler.batch(line_seeds(1, 0, LINES)).ids[:, 0]
    error = math.sqrt(expected * (1 - expected) / LINES)
    assert (chosen == 2).mean() == pytest.approx(expected, abs=4 * error)


def test_many_candidates_give_the_real_distribution(encoded):
    """Real text has 9/10 and 1/10, the generator 1/2 each: r is 1.8 and 0.2."""
    encoder = encoded["text"].encoder
    sampler = two_letters(encoder, 0.5)
    sampler.candidates = by_letter(encoder, (1.8, 0.2), 200)
    chosen = sampler.batch(line_seeds(1, 0, 4000)).ids[:, 0]
    assert (chosen == 2).mean() == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / 4000) + 0.002)


def test_the_first_candidate_is_the_line_itself_and_no_two_share_a_seed():
    seeds = line_seeds(0, 0, 50)
    candidates = [candidate_seeds(seeds, j) for j in range(40)]
    assert np.array_equal(candidates[0], seeds)
    assert len(np.unique(candidates)) == 40 * 50
    assert np.min(candidates) >= 0
    # those of a line do not depend on the lines beside it
    assert candidate_seeds(seeds[7:8], 3) == candidates[3][7]


def chosen_by_critic(sampler, count):
    """The sampler with candidates that its critic, stretched, chooses between."""
    scores = sampler.scores(sampler.batch(line_seeds(9, 0, 64)).ids, _condition(sampler))
    ratio = DensityRatio(sampler.critic, float(2 / scores.std()), float(scores.mean()), 0.5)
    sampler.candidates = Candidates(count, ratio)
    return sampler


def _condition(sampler):
    labels = sampler.batch(line_seeds(9, 0, 64)).labels
    return sampler.condition(labels)


@pytest.fixture(params=["text", "labels and codes", "soft draws"])
def choosing(request, trained, run_of_kind):
    run = trained if request.param == "text" else run_of_kind(request.param)
    return chosen_by_critic(Sampler.load(run), 5)


def test_a_line_is_the_same_whatever_the_number_and_the_batch(choosing):
    lines = list(choosing.lines(60, seed=5))
    for n, batch in ((1, 64), (7, 1), (60, 7), (60, 64)):
        assert list(choosing.lines(n, seed=5, batch_size=batch)) == lines[:n]
    samples = list(select(choosing, 60, 5, scored=True))
    assert [sample.text for sample in samples] == lines
    assert choosing.from_seeds([]) == []
    again = choosing.from_seeds([samples[41].seed, samples[7].seed])
    assert [s.text for s in again] == [lines[41], lines[7]]
    assert [s.label for s in again] == [samples[41].label, samples[7].label]
    choosing.candidates = None
    plain = list(choosing.lines(60, seed=5))
    assert 5 < sum(a == b for a, b in zip(plain, lines, strict=True)) < 40  # about a fifth


def test_chosen_lines_score_higher(choosing):
    chosen = [sample.score for sample in select(choosing, 300, 5, scored=True)]
    choosing.candidates = None
    plain = [sample.score for sample in select(choosing, 300, 5, scored=True)]
    assert np.mean(chosen) > np.mean(plain) + np.std(plain) / 2


def test_candidates_share_labels_and_codes(encoded):
    """The generator writes its code and its label; both stay what they are without candidates."""
    encoder = encoded["labels"].encoder
    codes = Codes((4,), 1)

    def write(z):  # noise, 4 values of code 0, code 1, 3 labels
        value, label = z[:, 3:7].argmax(1), z[:, 8:11].argmax(1)
        return torch.stack([2 + value, 2 + label, 2 + (z[:, 7] > 0).long(), 2 + (z[:, 0] > 0)], 1)

    judge = Judge([0.0] * encoder.size)
    sampler = Sampler(
        Writer(write, encoder.size), judge, encoder, Latents(3, codes, 3), labels=("a", "b", "c"),
        training_labels=np.array([0, 1, 1, 2]),
    )  # fmt: skip
    plain = sampler.batch(line_seeds(3, 0, 300))
    sampler.candidates = Candidates(6, DensityRatio(judge, 1.0, 0.0, 0.5))
    chosen = sampler.batch(line_seeds(3, 0, 300))
    assert np.array_equal(chosen.labels, plain.labels)
    assert np.array_equal(chosen.ids[:, :3], plain.ids[:, :3])  # code 0, label, sign of code 1
    assert (chosen.ids[:, 3] != plain.ids[:, 3]).mean() > 0.3  # the noise is another
    assert all(torch.equal(labels, torch.from_numpy(plain.labels)) for labels in judge.seen)
    fixed = sampler.batch(line_seeds(3, 0, 50), "c", {0: 3, 1: -0.5})
    assert np.array_equal(np.unique(fixed.ids[:, :3], axis=0), [[5, 4, 2]])


def test_a_sweep_changes_the_code_alone(run_of_kind):
    run = run_of_kind("labels and codes")
    plain = Sampler.load(run).sweep([1, 2, 3], 0, [0, 1])
    assert chosen_by_critic(Sampler.load(run), 4).sweep([1, 2, 3], 0, [0, 1]) == plain


@pytest.fixture
def own_run(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "run")


def test_a_ratio_is_trained_once_and_then_read(own_run, quick_ratios):
    steps = []
    first = Sampler.load(own_run, candidates=4, on_step=lambda: steps.append(1))
    assert len(steps) == 6
    path = own_run / "checkpoints" / "last-ratio.safetensors"
    content = path.read_bytes()
    second = Sampler.load(own_run, candidates=4, on_step=lambda: steps.append(1))
    assert len(steps) == 6
    assert path.read_bytes() == content
    assert list(second.lines(40, 1)) == list(first.lines(40, 1))
    assert str(first.candidates).startswith("each line is 1 of 4 candidates (yield 1/4), chosen by")
    Sampler.load(own_run, "best", candidates=2, on_step=lambda: steps.append(1))
    assert len(steps) == 12  # of another generator
    # the critic that scores lines is that of the run
    assert first.from_seeds([5])[0].score == pytest.approx(
        Sampler.load(own_run).scores(first.batch(np.array([5])).ids).item(), abs=1e-5
    )


@pytest.mark.parametrize(
    "kind", ["labels and codes", "labels, codes, batch norm and hard draws", "soft draws"]
)
def test_every_kind_of_run_has_candidates(kind, run_of_kind, quick_ratios, tmp_path):
    """The critic of soft draws is under spectral normalisation."""
    run = shutil.copytree(run_of_kind(kind), tmp_path / "run")
    first = Sampler.load(run, candidates=3)
    weights = zip(
        first.candidates.ratio.critic.parameters(), first.critic.parameters(), strict=True
    )
    assert any(not torch.equal(a, b) for a, b in weights)
    assert list(Sampler.load(run, candidates=3).lines(30, 1)) == list(first.lines(30, 1))


def test_a_ratio_of_another_generator_is_trained_anew(own_run, quick_ratios):
    Sampler.load(own_run, "last", candidates=2)
    best, last = (own_run / "checkpoints" / f"{name}.safetensors" for name in ("best", "last"))
    last.write_bytes(best.read_bytes())  # as training on would
    steps = []
    Sampler.load(own_run, "last", candidates=2, on_step=lambda: steps.append(1))
    assert len(steps) == 6


def test_several_workers_choose_the_same_lines(own_run, quick_ratios):
    lines = list(Sampler.load(own_run, candidates=3).lines(300, 2))
    sampler = Sampler.load(own_run, candidates=3, workers=2)
    assert list(sampler.lines(300, 2, batch_size=64)) == lines


def test_runs_without_candidates_are_refused_in_one_line(trained, pairs_run):
    with pytest.raises(InputError, match="validation lines, expected at least 100"):
        Sampler.load(trained, candidates=2)
    with pytest.raises(InputError, match="found 0 candidates, expected at least 1"):
        Sampler.load(trained, candidates=0)
    with pytest.raises(InputError, match="is a run on pairs, whose lines are translations"):
        Sampler.load(pairs_run, candidates=2)
    assert not list((trained / "checkpoints").glob("*ratio*"))


def test_a_damaged_ratio_is_refused_and_a_run_that_cannot_be_written_has_one_worker(
    own_run, quick_ratios, monkeypatch
):
    Sampler.load(own_run, candidates=2)
    path = own_run / "checkpoints" / "last-ratio.safetensors"
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(InputError, match=r"is damaged .*; or delete it, and it is made again"):
        Sampler.load(own_run, candidates=2)
    path.unlink()

    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("textgan.sampling.candidates.save_ratio", refuse)
    assert list(Sampler.load(own_run, candidates=2).lines(3, 0))
    with pytest.raises(InputError, match="Permission denied; several workers need it"):
        Sampler.load(own_run, candidates=2, workers=2)

"""Sampling: the same seed gives the same lines, whatever the batch."""

import itertools
import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from corpora.errors import InputError
from textgan.inputs.latents import Latents
from textgan.inputs.noise import one_hot
from textgan.sampling.filters import select
from textgan.sampling.sampler import Sampler
from textgan.sampling.seeds import line_seeds


def test_lines_do_not_depend_on_how_many_or_on_the_batch(sampler):
    lines = list(sampler.lines(100, seed=5))
    for n, batch in itertools.product((1, 7, 100), (1, 7, 64, 100, 333)):
        assert list(sampler.lines(n, seed=5, batch_size=batch)) == lines[:n]


def test_labels_are_scored_on_the_device_of_the_critic():
    seen = []

    def critic(text, labels):
        seen.extend([text.device.type, labels.device.type])
        return torch.zeros(len(text))

    critic.input_gradient = None
    sampler = object.__new__(Sampler)
    sampler.critic, sampler.device = critic, torch.device("meta")
    sampler.encoder, sampler.latents = SimpleNamespace(size=4), Latents(3, labels=2)
    sampler.scores(np.zeros((2, 3), int), sampler.condition(np.array([0, 1])))
    assert seen == ["meta", "meta"]


def test_n_lines_are_n_lines(sampler):
    for n in (-1, 0, 1, 255, 256, 257, 300):
        assert sum(1 for _ in sampler.lines(n, seed=0)) == max(n, 0)
        assert sum(1 for _ in select(sampler, n, 0)) == max(n, 0)


def test_another_seed_gives_other_lines_and_seed_0_is_a_seed(sampler):
    sets = [tuple(sampler.lines(40, seed=seed)) for seed in (0, 1, -1, 2**80)]
    assert len(set(sets)) == 4
    assert tuple(sampler.lines(40, seed=0)) == sets[0]


def test_without_a_seed_there_are_fresh_lines_and_the_attribute_has_their_seed(sampler):
    lines, seed = sampler.lines(3), sampler.seed  # known before a line is drawn
    lines = list(lines)
    assert len(lines) == 3
    assert list(sampler.lines(3, seed)) == lines
    assert sampler.seed == seed
    sampler.lines(3)
    assert sampler.seed != seed  # once in 2^32


def test_the_seed_of_a_line_gives_that_line_again(sampler):
    samples = list(select(sampler, 20, 4, scored=True))
    again = sampler.from_seeds([sample.seed for sample in reversed(samples)])
    assert [sample.text for sample in again] == [sample.text for sample in reversed(samples)]
    assert [s.score for s in again] == pytest.approx([s.score for s in reversed(samples)], abs=1e-5)


def test_the_score_is_the_critic_s_of_the_hard_line(sampler):
    (sample,) = sampler.from_seeds([17])
    ids = sampler.encoder.encode_rows([sample.text], sampler.generator.length)
    rows = torch.nn.functional.one_hot(torch.from_numpy(ids.astype(np.int64)), sampler.encoder.size)
    assert sampler.critic(rows.float()).item() == pytest.approx(sample.score, abs=1e-5)


def test_no_lines_are_no_error(sampler, labelled):
    assert sampler.from_seeds([]) == []
    assert labelled.from_seeds([]) == []


@pytest.mark.parametrize(
    ("condition", "message"),
    [({"label": "vowel"}, "train on labels with --labels"), ({"codes": {0: 1}}, "no code 0")],
)
def test_every_method_refuses_a_label_or_code_that_the_run_does_not_have(
    condition, message, sampler
):
    for sample in (
        lambda: sampler.check(**condition),
        lambda: sampler.lines(1, 0, **condition),
        lambda: next(sampler.batches(0, **condition)),
        lambda: sampler.from_seeds([1], **condition),
        lambda: next(select(sampler, 1, 0, **condition)),
    ):
        with pytest.raises(InputError, match=message):
            sample()
    sampler.check()


def test_the_two_checkpoints_are_different(trained):
    best, last = Sampler.load(trained, "best"), Sampler.load(trained, "last")
    assert not torch.equal(
        next(best.generator.parameters()), next(last.generator.parameters())
    )  # best is of step 4, last of step 6


def test_the_generator_never_writes_what_is_no_text(sampler):
    ids = np.concatenate([batch.ids for batch in itertools.islice(sampler.batches(0), 8)])
    assert sampler.encoder.unknown not in ids


@pytest.mark.parametrize(
    "kind", ["labels and codes", "labels, codes, batch norm and hard draws", "soft draws"]
)
def test_a_line_is_the_same_in_any_batch_whatever_it_is_made_from(kind, of_kind):
    sampler = of_kind(kind)
    lines = list(sampler.lines(60, seed=5))
    assert len(set(lines)) > 20
    for n, batch in itertools.product((1, 60), (1, 7, 100)):
        assert list(sampler.lines(n, seed=5, batch_size=batch)) == lines[:n]
    samples = list(select(sampler, 60, 5, scored=True))
    assert [sample.text for sample in samples] == lines
    again = sampler.from_seeds([samples[41].seed, samples[7].seed])
    assert [sample.text for sample in again] == [lines[41], lines[7]]
    assert [sample.label for sample in again] == [samples[41].label, samples[7].label]


@pytest.mark.parametrize("kind", ["labels and codes", "soft draws"])
def test_lines_and_scores_do_not_depend_on_how_many_logits_are_in_memory(
    kind, of_kind, monkeypatch
):
    sampler = of_kind(kind)
    whole = list(select(sampler, 60, 5, scored=True))
    made = []
    monkeypatch.setattr("textgan.inputs.row_blocks.BLOCK_ENTRIES", 9 * sampler.entries)
    logits, features = sampler.generator.logits, sampler.critic.features
    monkeypatch.setattr(
        sampler.generator, "logits", lambda noise: made.append(logits(noise)) or made[-1]
    )
    monkeypatch.setattr(
        sampler.critic, "features", lambda text: made.append(text) or features(text)
    )
    parts = list(select(sampler, 60, 5, scored=True))
    assert [(part.text, part.label) for part in parts] == [(s.text, s.label) for s in whole]
    assert [s.score for s in parts] == pytest.approx([s.score for s in whole], abs=1e-4)
    assert {len(rows) for rows in made} == {8, 4}  # of 60 lines, a multiple of 8 at a time
    assert all(rows[0].numel() == sampler.entries for rows in made)


def test_all_lines_have_a_fixed_label_and_their_noise_and_codes_do_not_change(labelled):
    seeds = line_seeds(0, 0, 30)
    drawn, fixed = labelled.latent(seeds), labelled.latent(seeds, "rare")
    number = labelled.labels.index("rare")
    assert torch.equal(labelled.latents.labels_of(fixed), torch.full((30,), number))
    assert not torch.equal(labelled.latents.labels_of(drawn), labelled.latents.labels_of(fixed))
    assert torch.equal(drawn[:, :-3], fixed[:, :-3])
    samples = list(select(labelled, 30, 0, label="rare"))
    assert {sample.label for sample in samples} == {"rare"}
    assert list(labelled.lines(30, 0, label="rare")) == [sample.text for sample in samples]


def test_all_lines_have_a_fixed_code(labelled):
    Z, seeds = labelled.latents.noise, line_seeds(0, 0, 30)
    fixed = labelled.latent(seeds, codes={0: 2, 1: -0.5})
    assert torch.equal(fixed[:, Z : Z + 3], torch.eye(3)[2].expand(30, 3))
    assert torch.equal(fixed[:, Z + 3], torch.full((30,), -0.5))
    lines = labelled.encoder.decode_rows(labelled.ids(fixed, seeds))
    assert list(labelled.lines(30, 0, codes={0: 2, 1: -0.5})) == lines


def test_without_a_fixed_label_labels_are_as_frequent_as_in_the_training_text(labelled):
    latent = labelled.latent(line_seeds(0, 0, 20_000))
    counts = torch.bincount(labelled.latents.labels_of(latent), minlength=3).numpy()
    share = np.bincount(labelled.training_labels, minlength=3) / len(labelled.training_labels)
    assert labelled.labels == ("plain", "rare", "vowel")
    assert share.max() > 3 * share.min()
    assert chisquare(counts, 20_000 * share).pvalue > 0.001


@pytest.mark.parametrize(
    ("label", "codes", "message"),
    [
        ("vowels", {}, "the run has no label 'vowels'; it has vowel"),
        (None, {2: 0}, "there is no code 2"),
        ("rare", {0: 3}, "code 0 is 3"),
    ],
)
def test_an_unknown_label_code_or_value_is_refused(label, codes, message, labelled):
    with pytest.raises(InputError, match=message):
        labelled.check(label, codes)


def test_a_sweep_changes_its_code_and_nothing_else(labelled, monkeypatch):
    seeds, latents = [3, 1, 4], []
    wanted = [[s.text for s in labelled.from_seeds(seeds, codes={0: v})] for v in range(3)]
    ids = Sampler.ids
    monkeypatch.setattr(
        Sampler,
        "ids",
        lambda self, latent, seeds: latents.append(latent) or ids(self, latent, seeds),
    )
    assert labelled.sweep(seeds, 0, [0, 1, 2]) == wanted
    noise, values = labelled.latents.noise, torch.eye(3)
    for value, latent in enumerate(latents):
        assert torch.equal(latent[:, noise : noise + 3], values[value].expand(3, 3))
        assert torch.equal(latent[:, :noise], latents[0][:, :noise])
        assert torch.equal(latent[:, noise + 3 :], latents[0][:, noise + 3 :])


def test_a_line_is_scored_with_its_own_label(labelled):
    (sample,) = labelled.from_seeds([17])
    ids = labelled.encoder.encode_rows([sample.text], labelled.generator.length)
    text = one_hot(ids, labelled.encoder.size, torch.device("cpu"))
    scores = [labelled.critic(text, torch.tensor([label])).item() for label in range(3)]
    assert sample.score == pytest.approx(scores[labelled.labels.index(sample.label)], abs=1e-5)
    assert max(scores) - min(scores) > 1e-4
    labels = np.array([2, 0, 1])
    scored = labelled.scores(np.repeat(ids, 3, axis=0), labelled.condition(labels))
    assert scored == pytest.approx([scores[label] for label in labels], abs=1e-5)


def test_a_line_of_a_gumbel_output_is_a_draw_that_its_seed_makes(of_kind):
    sampler = of_kind("soft draws")
    latent, rows = sampler.latent(line_seeds(0, 0, 1)).expand(4000, -1), np.arange(4000)
    symbols = sampler.ids(latent, rows)[:, 0]
    with torch.inference_mode():
        chances = sampler.generator.logits(latent[:1])[0, 0].double().softmax(0).numpy()
    often = chances > 0.01
    counts = np.bincount(symbols, minlength=len(chances))
    counts, expected = counts[often], chances[often] / chances[often].sum()
    assert len(counts) > 3
    assert chisquare(counts, counts.sum() * expected).pvalue > 0.001
    assert (sampler.ids(latent[:2], rows[[7, 3]])[:, 0] == symbols[[7, 3]]).all()


def test_translation_is_certain_unless_a_seed_is_given_that_varies_it(of_kind):
    sampler = of_kind("pairs")
    text = [line.lower() for line in ("Anna Bert", "Zoe Zoe", "Quinn Ida")] * 20
    sources = sampler.encoder.encode_rows(text, 16)
    usual = sampler.translate(sources)
    assert usual.shape == (60, 16)
    assert (usual == sampler.translate(sources)).all()
    assert (usual[:3] == usual[3:6]).all()  # of equal sources
    assert (usual[1:2] == sampler.translate(sources[1:2])).all()
    drawn = [sampler.translate(sources, seed) for seed in (0, 1)]
    assert (drawn[0] == sampler.translate(sources, 0)).all()
    for first, second in itertools.combinations([usual, *drawn], 2):
        assert (first != second).any()
    assert (drawn[0][:3] != drawn[0][3:6]).any()  # equal sources, each drawn by itself


def test_parts_of_a_text_are_translated_as_the_whole_is(of_kind, monkeypatch):
    sampler = of_kind("pairs")
    sources = sampler.encoder.encode_rows(["anna bert", "zoe", "ida quinn"] * 5, 16)
    whole = sampler.translate(sources, 3)
    monkeypatch.setattr("textgan.sampling.sampler.BATCH_ROWS", 4)
    assert (sampler.translate(sources, 3) == whole).all()
    assert (sampler.translate(sources[7:], 3, first=7) == whole[7:]).all()
    monkeypatch.setattr("textgan.inputs.row_blocks.BLOCK_ENTRIES", 1)  # a row at a time
    assert (sampler.translate(sources, 3) == whole).all()
    assert sampler.translate(sources[:0]).shape == (0, 16)


def test_a_target_is_scored_with_its_source(of_kind):
    sampler = of_kind("pairs")
    sources, targets = (
        sampler.encoder.encode_rows(lines, 16)
        for lines in (["anna bert", "ida zoe"], ["Anna Bert", "Ida Zoe"])
    )
    rows = [one_hot(ids, sampler.encoder.size, torch.device("cpu")) for ids in (sources, targets)]
    wanted = sampler.critic(torch.cat(rows, dim=2)).tolist()
    assert sampler.scores(targets, sampler.condition(sources)) == pytest.approx(wanted, abs=1e-5)


def test_an_encoder_with_two_letters_exchanged_is_refused(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    path = run / "corpus" / "encoder.json"
    state = json.loads(path.read_text())
    first, second, *others = state["characters"]
    path.write_text(json.dumps({**state, "characters": "".join([second, first, *others])}))
    with pytest.raises(InputError, match="the rows were made with 'char:"):
        Sampler.load(run)

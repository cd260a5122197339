"""Sampling: the same seed gives the same lines, however they are asked for."""

import dataclasses
import itertools
import json
import re
import shutil
import unicodedata
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

import corpora
from corpora import open_corpus
from corpora.errors import InputError
from textgan.config.presets import COLUMN_SETTINGS
from textgan.inputs.noise import one_hot
from textgan.runs import folder as runs
from textgan.sampling.sampler import (
    Asked,
    Drawn,
    RunawayPatternError,
    Sampler,
    compile_pattern,
    line_seeds,
    select,
    text_of,
)
from textgan.training.run import train


@pytest.fixture(scope="module")
def sampler(trained):
    return Sampler.load(trained)


def scripted(encoder, *batches):
    """A sampler that gives these ids."""
    sampler = object.__new__(Sampler)
    sampler.encoder = encoder
    drawn = [Drawn(np.arange(len(ids)), ids, None) for ids in batches]
    sampler.samples = lambda *_, **__: iter(drawn)
    return sampler


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
    sampler.encoder = SimpleNamespace(size=4)
    sampler.scores(np.zeros((2, 3), int), np.array([0, 1]))
    assert seen == ["meta", "meta"]


def test_n_lines_are_n_lines(sampler):
    for n in (-1, 0, 1, 255, 256, 257, 300):
        assert sum(1 for _ in sampler.lines(n, seed=0)) == max(n, 0)
        assert sum(1 for _ in select(sampler, n, 0)) == max(n, 0)


def test_another_seed_gives_other_lines_and_seed_0_is_a_seed(sampler):
    sets = [tuple(sampler.lines(40, seed=seed)) for seed in (0, 1, -1, 2**80)]
    assert len(set(sets)) == 4
    assert tuple(sampler.lines(40, seed=0)) == sets[0]


def test_without_a_seed_there_are_fresh_lines_and_their_seed_is_told(sampler):
    lines, seed = sampler.lines(3), sampler.seed  # told before a line is drawn
    lines = list(lines)
    assert len(lines) == 3
    assert list(sampler.lines(3, seed)) == lines
    assert sampler.seed == seed
    sampler.lines(3)
    assert sampler.seed != seed  # once in 2^32


def test_line_seeds_are_the_same_wherever_a_batch_begins():
    seeds = line_seeds(9, 0, 50)
    assert (line_seeds(9, 20, 30) == seeds[20:]).all()
    assert (seeds >= 0).all()
    assert len(set(seeds)) == 50


def test_the_seed_of_a_line_gives_that_line_again(sampler):
    samples = list(select(sampler, 20, 4, scored=True))
    again = sampler.of_seeds([sample.seed for sample in reversed(samples)])
    assert [sample.text for sample in again] == [sample.text for sample in reversed(samples)]
    assert [s.score for s in again] == pytest.approx([s.score for s in reversed(samples)], abs=1e-5)


def test_text_ends_at_the_first_padding():
    ids = torch.tensor([[3, 0, 2, 1], [2, 2, 2, 2], [0, 1, 1, 1]])
    found = text_of(torch.nn.functional.one_hot(ids, 4).float(), pad=0)
    assert found.tolist() == [[3, 0, 0, 0], [2, 2, 2, 2], [0, 0, 0, 0]]


def test_the_score_is_the_critic_s_of_the_hard_line(sampler):
    (sample,) = sampler.of_seeds([17])
    ids = sampler.encoder.encode_rows([sample.text], sampler.generator.length)
    rows = torch.nn.functional.one_hot(torch.from_numpy(ids.astype(np.int64)), sampler.encoder.size)
    assert sampler.critic(rows.float()).item() == pytest.approx(sample.score, abs=1e-5)


def test_filters_leave_out_and_change_nothing(sampler):
    everything = list(sampler.lines(3000, seed=1))
    unique = [s.text for s in select(sampler, 50, 1, unique=True)]
    assert unique == list(dict.fromkeys(everything))[:50]
    letter = everything[0][0]
    matched = [s.text for s in select(sampler, 20, 1, match=re.compile(re.escape(letter)))]
    assert matched == [line for line in everything if letter in line][:20]


def test_novel_lines_are_not_in_the_training_text(sampler, trained, monkeypatch):
    corpus = open_corpus(trained / "corpus")
    known = corpus.train[:3]
    fresh = np.full_like(known[:1], 2)

    def samples(self, seed, *, batch_size, asked):
        yield Drawn(np.arange(4), np.concatenate([known[:2], fresh, known[2:]]), None)

    monkeypatch.setattr(Sampler, "samples", samples)
    found = [s.text for s in select(sampler, 1, 0, novel_to=trained)]
    assert found == corpus.encoder.decode_rows(fresh)


def test_lines_are_not_novel_where_another_run_of_other_symbols_knows_them(
    sampler, trained, tmp_path
):
    texts = [one.text for one in select(sampler, 40, 0, unique=True)]
    known = ["zzzz zzzz", *texts[:20]] * 3  # its symbols have other numbers, and T is another
    corpora.encode(known, tmp_path / "corpus", length=len(max(texts, key=len)) + 3)
    theirs = set(open_corpus(tmp_path / "corpus").lines("train"))
    found = [one.text for one in select(sampler, 15, 0, novel_to=tmp_path)]
    assert theirs & set(texts)
    assert not theirs & set(found)


def test_a_filter_that_nothing_passes_ends_with_what_was_found(sampler, monkeypatch):
    monkeypatch.setattr("textgan.sampling.sampler.PATIENCE", 500)
    with pytest.raises(InputError, match="found 0 of 5 lines"):
        list(select(sampler, 5, 0, match=re.compile("no such text")))


def test_interpolation_starts_and_ends_at_its_lines(sampler):
    ends = [s.text for s in sampler.of_seeds([11, 12])]
    lines = sampler.interpolate(11, 12, 9)
    assert len(lines) == 9
    assert [lines[0], lines[-1]] == ends
    assert sampler.interpolate(11, 11, 3) == [ends[0]] * 3
    for n in (1, 10_000_001):
        with pytest.raises(InputError, match=r"expected 2 \(both ends\) to 10,000,000"):
            sampler.interpolate(11, 12, n)


def test_a_long_way_goes_in_batches(sampler, monkeypatch):
    whole = sampler.interpolate(11, 12, 60)
    sizes = []
    ids = Sampler.ids
    monkeypatch.setattr(
        Sampler, "ids", lambda self, z, seeds: sizes.append(len(z)) or ids(self, z, seeds)
    )
    monkeypatch.setattr("textgan.sampling.sampler.BATCH", 7)
    assert sampler.interpolate(11, 12, 60) == whole
    assert sizes == [7] * 8 + [4]


def test_interpolated_noise_keeps_to_the_sphere(sampler, monkeypatch):
    seen = []
    monkeypatch.setattr(Sampler, "ids", lambda self, latent, _: seen.append(latent) or [])
    monkeypatch.setattr(Sampler, "latent", lambda self, seeds: torch.eye(2, 8) * 3)
    monkeypatch.setattr(type(sampler.encoder), "decode_rows", lambda self, ids: [])
    sampler.interpolate(0, 1, 3)
    half = 3 / 2**0.5  # halfway on the circle, not on the chord
    torch.testing.assert_close(seen[0][1, :2], torch.tensor([half, half]))
    torch.testing.assert_close(seen[0].norm(dim=1), torch.full((3,), 3.0))


def test_no_lines_are_no_error(sampler):
    assert sampler.of_seeds([]) == []


@pytest.mark.parametrize("asked", [Asked(label=0), Asked(codes={0: 1})])
def test_what_a_run_does_not_have_cannot_be_asked_for(asked, sampler):
    with pytest.raises(InputError, match="there is no"):
        sampler.of_seeds([1], asked)


def test_the_two_checkpoints_are_told_apart(trained):
    best, last = Sampler.load(trained, "best"), Sampler.load(trained, "last")
    assert not torch.equal(
        next(best.generator.parameters()), next(last.generator.parameters())
    )  # best is of step 4, last of step 6


def test_the_last_is_taken_where_too_few_validation_lines_choose(trained, monkeypatch):
    valid = len(open_corpus(trained / "corpus").valid)
    for fewest, name in ((valid, "best"), (valid + 1, "last")):
        monkeypatch.setattr(runs, "FEWEST_TO_CHOOSE", fewest)
        assert runs.chosen(trained) == name
        loaded, wanted = Sampler.load(trained), Sampler.load(trained, name)
        assert list(loaded.lines(9, 0)) == list(wanted.lines(9, 0))
        assert (runs.too_few(valid) is None) == (name == "best")
    assert runs.too_few(1).startswith("1 validation line, fewer than ")


def test_the_generator_never_writes_what_is_no_text(sampler):
    ids = np.concatenate([drawn.ids for drawn in itertools.islice(sampler.samples(0), 8)])
    assert sampler.encoder.unknown not in ids


def test_patience_counts_tries_in_a_row(monkeypatch):
    monkeypatch.setattr("textgan.sampling.sampler.PATIENCE", 5)
    encoder = SimpleNamespace(decode_rows=lambda ids: ["no" if i % 5 else "yes" for i in ids[:, 0]])
    sampler = scripted(encoder, *(np.arange(k, k + 10)[:, None] for k in (0, 10)))
    assert len(list(select(sampler, 4, 0, match=re.compile("yes")))) == 4  # four misses between
    with pytest.raises(InputError, match="found 0 of 1 lines, then none in 5 tries"):
        list(select(sampler, 1, 0, match=re.compile("never")))


def test_a_pattern_that_never_ends_is_stopped_and_what_was_found_is_told(monkeypatch):
    monkeypatch.setattr("textgan.sampling.sampler.MATCH_SECONDS", 0.02)
    encoder = SimpleNamespace(decode_rows=lambda ids: ["aa", "a" * 60 + "b"])
    sampler = scripted(encoder, np.arange(2)[:, None])
    lines = select(sampler, 3, 0, match="^(a|aa)+$")
    assert next(lines).text == "aa"
    with pytest.raises(RunawayPatternError, match=r"found 1 of 3 lines.*on line 2, of 61 char"):
        next(lines)


def test_more_lines_at_a_time_than_memory_holds_are_refused_with_the_arithmetic(
    sampler, monkeypatch
):
    a_line = sampler.bytes_a_line()
    assert a_line > sampler.generator.length * sampler.encoder.size * 4
    monkeypatch.setattr("textgan.sampling.sampler.free_memory", lambda _device: 1_000 * a_line)
    assert len(list(select(sampler, 5, 0, batch_size=10**6))) == 5  # no more are made than wanted
    assert len(list(select(sampler, 5, 0, batch_size=1_000, unique=True))) == 5
    said = rf"1,001 lines × {a_line:,} bytes = .* GB, and .* GB are free; reduce --batch-size"
    with pytest.raises(InputError, match=said):
        list(select(sampler, 5, 0, batch_size=1_001, unique=True))
    with pytest.raises(InputError, match="reduce --batch-size"):
        list(select(sampler, 2_000, 0, batch_size=2_000))
    monkeypatch.setattr("textgan.sampling.sampler.free_memory", lambda _device: None)
    assert len(list(select(sampler, 5, 0, batch_size=1_001, unique=True))) == 5


def test_flags_of_a_compiled_pattern_are_kept():
    pattern = compile_pattern(re.compile("a.É", re.IGNORECASE | re.DOTALL))
    assert pattern.search("A\né")
    assert not compile_pattern(re.compile("a.é")).search("a\né")
    assert not compile_pattern(re.compile(r"\w", re.ASCII)).search("é")
    with pytest.raises(InputError, match="no regular expression"):
        compile_pattern("(")


@pytest.mark.parametrize("normalise", [True, False])
def test_copies_and_patterns_are_found_whichever_way_accents_are_written(
    tmp_path, monkeypatch, normalise
):
    lines = [unicodedata.normalize("NFD", f"{a}é{b}ü") for a in "abcdef" for b in "abcdef"]
    other = corpora.encode(lines, tmp_path / "one" / "corpus", length=8, normalise=False)
    corpora.encode(lines, tmp_path / "two" / "corpus", length=8, normalise=normalise)
    monkeypatch.setattr("textgan.sampling.sampler.PATIENCE", 1)
    with pytest.raises(InputError, match="found 0 of 1"):
        list(select(scripted(other.encoder, other.train[:1]), 1, 0, novel_to=tmp_path / "two"))
    for pattern in ("aé", "ae\u0301", "é.ü$"):
        found = select(scripted(other.encoder, other.train), 1, 0, match=re.compile(pattern))
        assert [one.text for one in found]


def test_a_copy_in_another_spelling_of_subwords_is_no_novelty(tmp_path, monkeypatch):
    lines = [f"the {a} of the {b}" for a in ("house", "horse", "nurse") for b in "abcdefghijklmn"]
    corpus = corpora.encode(lines, tmp_path / "corpus", encoder="subword", length=24)
    text = corpus.encoder.decode_rows(corpus.train[:1])[0]
    spelt = np.concatenate([corpus.encoder.encode_rows([c], 1) for c in text], axis=1)
    ids = np.zeros((1, 24), dtype=spelt.dtype)
    ids[:, : spelt.shape[1]] = spelt
    assert corpus.encoder.decode_rows(ids) == [text]
    assert not (ids == corpus.train).all(axis=1).any()
    monkeypatch.setattr("textgan.sampling.sampler.PATIENCE", 1)
    with pytest.raises(InputError, match="found 0 of 1"):
        list(select(scripted(corpus.encoder, ids), 1, 0, novel_to=tmp_path))


KINDS = {
    "labels and codes": {"columns": "labels", "codes": "3,c1"},
    "labels, codes, batch norm and hard draws": {
        "columns": "labels", "codes": "3,c1", "generator": "dcgan", "output": "gumbel-hard",
    },
    "soft draws": {"output": "gumbel", "objective": "sngan"},
    "pairs": {"columns": "pairs", **COLUMN_SETTINGS["pairs"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def kinds(tiny, labelled_file, pairs_file, tmp_path_factory):
    """Samplers of runs of each kind, which have no more than their folders."""
    folder = tmp_path_factory.mktemp("kinds")
    files = {"text": tiny.corpus, "labels": str(labelled_file), "pairs": str(pairs_file)}
    samplers = {}
    for name, changes in KINDS.items():
        corpus = files[changes.get("columns", "text")]
        run = train(dataclasses.replace(tiny, steps=4, corpus=corpus, **changes), out=folder / name)
        samplers[name] = Sampler.load(run.rename(folder / f"{name}, moved"))
    return samplers


@pytest.fixture
def labelled(kinds):
    return kinds["labels and codes"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pairs"])
def test_a_line_is_the_same_in_any_batch_whatever_it_is_made_from(kind, kinds):
    sampler = kinds[kind]
    lines = list(sampler.lines(60, seed=5))
    assert len(set(lines)) > 20
    for n, batch in itertools.product((1, 60), (1, 7, 100)):
        assert list(sampler.lines(n, seed=5, batch_size=batch)) == lines[:n]
    samples = list(select(sampler, 60, 5, scored=True))
    assert [sample.text for sample in samples] == lines
    again = sampler.of_seeds([samples[41].seed, samples[7].seed])
    assert [one.text for one in again] == [lines[41], lines[7]]
    assert [one.label for one in again] == [samples[41].label, samples[7].label]


def test_the_label_asked_for_is_the_label_of_every_latent_and_the_rest_is_as_it_was(labelled):
    seeds = line_seeds(0, 0, 30)
    free, asked = labelled.latent(seeds), labelled.latent(seeds, labelled.asked("rare", {}))
    number = labelled.names.index("rare")
    assert torch.equal(labelled.latents.labels_of(asked), torch.full((30,), number))
    assert not torch.equal(labelled.latents.labels_of(free), labelled.latents.labels_of(asked))
    assert torch.equal(free[:, :-3], asked[:, :-3])
    found = list(select(labelled, 30, 0, asked=labelled.asked("rare", {})))
    assert {sample.label for sample in found} == {"rare"}


def test_labels_and_codes_go_straight_from_one_line_to_another(labelled, monkeypatch):
    seen = []
    monkeypatch.setattr(Sampler, "ids", lambda self, latent, _: seen.append(latent) or [])
    monkeypatch.setattr(type(labelled.encoder), "decode_rows", lambda self, ids: [])
    ends, Z = labelled.latent(np.array([3, 4])), labelled.latents.noise
    labelled.interpolate(3, 4, 3)
    torch.testing.assert_close(seen[0][[0, 2]], ends)
    torch.testing.assert_close(seen[0][1, Z:], ends[:, Z:].mean(0))
    assert seen[0][1, :Z].norm() > ends[:, :Z].mean(0).norm()  # on the circle


def test_labels_that_are_not_asked_for_are_drawn_as_often_as_in_the_training_text(labelled):
    latent = labelled.latent(line_seeds(0, 0, 20_000))
    found = torch.bincount(labelled.latents.labels_of(latent), minlength=3).numpy()
    share = np.bincount(labelled.label_rows, minlength=3) / len(labelled.label_rows)
    assert labelled.names == ("plain", "rare", "vowel")
    assert share.max() > 3 * share.min()
    assert chisquare(found, 20_000 * share).pvalue > 0.001


@pytest.mark.parametrize(
    ("label", "codes", "said"),
    [
        ("vowels", {}, "the run has no label 'vowels'; it has vowel"),
        ("", {}, "the run has no label ''; it has plain, rare, vowel"),
        (None, {2: 0}, "there is no code 2"),
        ("rare", {0: 3}, "code 0 is 3"),
    ],
)
def test_what_the_run_has_not_cannot_be_asked_for(label, codes, said, labelled):
    with pytest.raises(InputError, match=said):
        labelled.asked(label, codes)


def test_a_run_without_labels_says_how_to_get_some(sampler):
    with pytest.raises(InputError, match="train on labels with --labels"):
        sampler.asked("vowel", {})
    assert sampler.asked(None, {}) == Asked()


def test_a_sweep_changes_its_code_and_nothing_else(labelled, monkeypatch):
    seeds, latents = [3, 1, 4], []
    wanted = [[s.text for s in labelled.of_seeds(seeds, Asked(codes={0: v}))] for v in range(3)]
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
    (sample,) = labelled.of_seeds([17])
    ids = labelled.encoder.encode_rows([sample.text], labelled.generator.length)
    text = one_hot(ids, labelled.encoder.size, torch.device("cpu"))
    scores = [labelled.critic(text, torch.tensor([label])).item() for label in range(3)]
    assert sample.score == pytest.approx(scores[labelled.names.index(sample.label)], abs=1e-5)
    assert max(scores) - min(scores) > 1e-4
    labels = np.array([2, 0, 1])
    found = labelled.scores(np.repeat(ids, 3, axis=0), labels)
    assert found == pytest.approx([scores[label] for label in labels], abs=1e-5)


def test_a_line_of_a_gumbel_output_is_a_draw_that_its_seed_makes(kinds):
    sampler = kinds["soft draws"]
    latent, rows = sampler.latent(line_seeds(0, 0, 1)).expand(4000, -1), np.arange(4000)
    found = sampler.ids(latent, rows)[:, 0]
    with torch.inference_mode():
        chances = sampler.generator.logits(latent[:1])[0, 0].double().softmax(0).numpy()
    often = chances > 0.01
    counts = np.bincount(found, minlength=len(chances))
    counts, expected = counts[often], chances[often] / chances[often].sum()
    assert len(counts) > 3
    assert chisquare(counts, counts.sum() * expected).pvalue > 0.001
    assert (sampler.ids(latent[:2], rows[[7, 3]])[:, 0] == found[[7, 3]]).all()


def test_interpolated_draws_start_and_end_at_their_lines(kinds):
    sampler = kinds["soft draws"]
    lines = sampler.interpolate(11, 12, 5)
    assert [lines[0], lines[-1]] == [s.text for s in sampler.of_seeds([11, 12])]


def test_translation_is_certain_unless_a_seed_is_given_that_varies_it(kinds):
    sampler = kinds["pairs"]
    text = [line.lower() for line in ("Anna Bert", "Zoe Zoe", "Quinn Ida")] * 20
    sources = sampler.encoder.encode_rows(text, 16)
    usual = sampler.translate(sources)
    assert usual.shape == (60, 16)
    assert (usual == sampler.translate(sources)).all()
    assert (usual[:3] == usual[3:6]).all()  # of equal sources
    assert (usual[1:2] == sampler.translate(sources[1:2])).all()
    drawn = [sampler.translate(sources, seed) for seed in (0, 1)]
    assert (drawn[0] == sampler.translate(sources, 0)).all()
    for one, other in itertools.combinations([usual, *drawn], 2):
        assert (one != other).any()
    assert (drawn[0][:3] != drawn[0][3:6]).any()  # equal sources, each drawn by itself


def test_parts_of_a_text_are_translated_as_the_whole_is(kinds, monkeypatch):
    sampler = kinds["pairs"]
    sources = sampler.encoder.encode_rows(["anna bert", "zoe", "ida quinn"] * 5, 16)
    whole = sampler.translate(sources, 3)
    monkeypatch.setattr("textgan.sampling.sampler.BATCH", 4)
    assert (sampler.translate(sources, 3) == whole).all()
    assert (sampler.translate(sources[7:], 3, first=7) == whole[7:]).all()


def test_a_target_is_scored_beside_its_source(kinds):
    sampler = kinds["pairs"]
    sources, targets = (
        sampler.encoder.encode_rows(lines, 16)
        for lines in (["anna bert", "ida zoe"], ["Anna Bert", "Ida Zoe"])
    )
    rows = [one_hot(ids, sampler.encoder.size, torch.device("cpu")) for ids in (sources, targets)]
    wanted = sampler.critic(torch.cat(rows, dim=2)).tolist()
    assert sampler.scores(targets, sources) == pytest.approx(wanted, abs=1e-5)


def test_an_encoder_with_two_letters_exchanged_is_refused(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    path = run / "corpus" / "encoder.json"
    state = json.loads(path.read_text())
    first, second, *others = state["characters"]
    path.write_text(json.dumps({**state, "characters": "".join([second, first, *others])}))
    with pytest.raises(InputError, match="the rows were made with char:"):
        Sampler.load(run)

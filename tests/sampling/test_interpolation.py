"""Interpolated lines start and end at their lines, and their noise stays on the sphere."""

import math

import numpy as np
import pytest
import torch

from corpora.errors import InputError
from textgan.sampling.interpolation import between
from textgan.sampling.sampler import Sampler


def test_noise_goes_along_the_circle_at_constant_speed():
    # From (3, 0) to (0, 3): a third of the way is 30 degrees.
    start, end = torch.tensor([3.0, 0, 1]).double(), torch.tensor([0.0, 3, 2]).double()
    third = between(start, end, torch.tensor([[1 / 3]]).double(), 2)[0]
    expected = [3 * math.cos(math.pi / 6), 3 * math.sin(math.pi / 6), 4 / 3]
    assert third.tolist() == pytest.approx(expected)


def test_equal_noise_stays_where_it_is():
    latent = torch.tensor([1.0, 2, 5]).double()
    points = between(latent, latent, torch.linspace(0, 1, 3).double()[:, None], 2)
    torch.testing.assert_close(points, latent.expand(3, 3))


def test_interpolation_starts_and_ends_at_its_lines(sampler):
    ends = [s.text for s in sampler.from_seeds([11, 12])]
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
    monkeypatch.setattr("textgan.sampling.sampler.BATCH_ROWS", 7)
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


def test_labels_and_codes_go_straight_from_one_line_to_another(labelled, monkeypatch):
    seen = []
    monkeypatch.setattr(Sampler, "ids", lambda self, latent, _: seen.append(latent) or [])
    monkeypatch.setattr(type(labelled.encoder), "decode_rows", lambda self, ids: [])
    ends, Z = labelled.latent(np.array([3, 4])), labelled.latents.noise
    labelled.interpolate(3, 4, 3)
    torch.testing.assert_close(seen[0][[0, 2]], ends)
    torch.testing.assert_close(seen[0][1, Z:], ends[:, Z:].mean(0))
    assert seen[0][1, :Z].norm() > ends[:, :Z].mean(0).norm()  # on the circle


def test_interpolated_draws_start_and_end_at_their_lines(of_kind):
    sampler = of_kind("soft draws")
    lines = sampler.interpolate(11, 12, 5)
    assert [lines[0], lines[-1]] == [s.text for s in sampler.from_seeds([11, 12])]

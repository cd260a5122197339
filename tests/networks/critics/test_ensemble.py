"""A ladder of critics against its rungs."""

import pytest
import torch

from textgan.networks.critics.ensemble import CriticEnsemble
from textgan.registry import CRITICS

T, V = 16, 5


def ladder(name="conv", width=8, blocks=3, **options):
    torch.manual_seed(1)
    return CriticEnsemble(
        CRITICS[name], length=T, vocabulary=V, width=width, blocks=blocks, **options
    )


def text(B, dtype=torch.float32):
    return torch.randn(B, T, V, dtype=dtype).softmax(2)


@pytest.mark.parametrize(
    ("progress", "hats"),
    [
        (0.0, (1, 0, 0)),
        (0.25, (0.5, 0.5, 0)),
        (0.5, (0, 1, 0)),
        (0.9, (0, 0.2, 0.8)),
        (1.0, (0, 0, 1)),
    ],
)
def test_the_mixture_passes_from_the_weakest_to_the_strongest_over_a_floor(progress, hats):
    network, rows = ladder(), text(4)
    network.set_progress(progress)
    # 0.1/3 each, and 0.9 of the hats
    expected = torch.tensor([1 / 30 + 0.9 * hat for hat in hats])
    torch.testing.assert_close(network.mix, expected)
    assert network.mix.sum().item() == pytest.approx(1)
    scores = sum(w * rung(rows) for w, rung in zip(expected, network.rungs, strict=True))
    torch.testing.assert_close(network(rows), scores)


def test_a_ladder_begins_with_the_weakest_and_remembers_how_far_it_is():
    network = ladder()
    assert network.mix.argmax() == 0
    network.set_progress(0.7)
    other = ladder()
    other.load_state_dict(network.state_dict())
    assert torch.equal(other.mix, network.mix)


@pytest.mark.parametrize(
    ("width", "blocks", "expected"),
    [(8, 3, [(2, 1), (4, 2), (8, 3)]), (6, 5, [(2, 2), (3, 4), (6, 5)]), (1, 0, [(1, 0)] * 3)],
)
def test_rungs_grow_in_width_and_depth_up_to_what_was_asked_for(width, blocks, expected):
    rungs = ladder(width=width, blocks=blocks).rungs
    assert [(rung.read.out_features, len(rung.blocks)) for rung in rungs] == expected


@pytest.mark.parametrize("name", CRITICS)
@pytest.mark.parametrize("progress", [0.0, 1.0])
def test_every_rung_learns_at_any_progress(name, progress):
    network = ladder(name)
    network.set_progress(progress)
    network(text(4)).square().sum().backward()
    for rung in network.rungs:
        assert rung.score.weight.grad.abs().max() > 0


@pytest.mark.parametrize("labels", [0, 3])
@pytest.mark.parametrize("name", ["conv", "strided", "mlp", "patch"])
def test_the_written_out_input_gradient_of_a_ladder_is_that_of_autograd(name, labels):
    network = ladder(name, labels=labels).double()
    network.set_progress(0.4)
    rows = text(4, torch.double).requires_grad_()
    y = torch.tensor([0, 2, 2, 1]) if labels else None
    (expected,) = torch.autograd.grad(network(rows, y).sum(), rows, create_graph=True)
    found = network.input_gradient(rows, y)
    torch.testing.assert_close(found, expected, atol=1e-12, rtol=1e-9)
    ways = [
        torch.autograd.grad(g.norm(), network.parameters(), allow_unused=True)
        for g in (found, expected)
    ]
    for a, b in zip(*ways, strict=True):
        if a is not None:
            torch.testing.assert_close(a, b, atol=1e-12, rtol=1e-9)


def test_a_ladder_writes_its_gradient_out_only_where_its_rungs_do():
    assert ladder("attention").input_gradient is None
    assert ladder(normalisation="layer").input_gradient is None


def test_features_of_a_ladder_are_those_of_its_rungs_side_by_side():
    network, rows = ladder("mlp", codes=2), text(4)
    parts = [rung.features(rows) for rung in network.rungs]
    assert torch.equal(network.features(rows), torch.cat(parts, 1))
    assert network.size_of_features == 8 * (2 + 4 + 8)
    assert not any(hasattr(rung, "recover_codes") for rung in network.rungs)

"""A conditional critic is the critic under one condition: same scores, slopes in the text alone."""

import pytest
import torch

from textgan.inputs.condition import UNCONDITIONAL, Condition
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.networks.critics.conv import ConvCritic
from textgan.networks.critics.patch import PatchCritic
from textgan.objectives.slopes import gradient_slope

B, T, V = 3, 8, 5


def critic(kind=ConvCritic, vocabulary=V, **options):
    torch.manual_seed(0)
    return kind(length=T, vocabulary=vocabulary, width=6, blocks=2, **options)


def rows(seed=0):
    return torch.rand(B, T, V, generator=torch.Generator().manual_seed(seed))


def test_without_a_condition_it_is_the_critic():
    network = critic(codes=2)
    conditional, text = ConditionalCritic(network, UNCONDITIONAL), rows()
    assert torch.equal(conditional(text), network(text))
    assert torch.equal(conditional.features(text), network.features(text))
    assert torch.equal(conditional.recover(text), network.recover(text))
    assert torch.equal(conditional.codes_of(network.features(text)), network.recover(text))
    assert torch.equal(conditional.input_gradient(text), network.input_gradient(text))


def test_labels_go_with_their_rows_in_each_of_several_batches():
    network, labels = critic(labels=4), torch.tensor([3, 0, 2])
    conditional = ConditionalCritic(network, Condition(labels=labels))
    text, other = rows(), rows(1)
    expected = torch.cat([network(text, labels), network(other, labels)])
    torch.testing.assert_close(conditional(torch.cat([text, other])), expected)


@pytest.mark.parametrize("kind", [ConvCritic, PatchCritic])
def test_sources_go_with_their_rows_and_slopes_are_those_in_the_text(kind):
    network, sources = critic(kind, 2 * V), rows(2)
    conditional = ConditionalCritic(network, Condition(sources=sources))
    text, other = rows(), rows(1).requires_grad_()
    scores = [network(torch.cat([sources, each], dim=2)) for each in (text, other)]
    torch.testing.assert_close(conditional(torch.cat([text, other])), torch.cat(scores))
    patches = network.patch_scores(torch.cat([sources, text], dim=2))
    torch.testing.assert_close(conditional.patch_scores(text), patches)
    (gradient,) = torch.autograd.grad(scores[1].sum(), other)
    torch.testing.assert_close(conditional.input_gradient(other), gradient)


@pytest.mark.parametrize("normalisation", ["none", "layer"])
@pytest.mark.parametrize("labels", [None, torch.tensor([3, 0, 2])])
def test_what_is_behind_the_visible_length_changes_neither_score_nor_slope(labels, normalisation):
    network = critic(labels=0 if labels is None else 4, normalisation=normalisation)
    text, other = rows(), rows(1)
    for length in (1, 4, T):
        conditional = ConditionalCritic(network, Condition(labels, visible_length=length))
        same, different = text.clone(), text.clone()
        same[:, length:], different[:, length - 1 :] = other[:, length:], other[:, length - 1 :]
        assert torch.equal(conditional(same), conditional(text))
        assert torch.equal(gradient_slope(conditional, same), gradient_slope(conditional, text))
        assert not torch.isclose(conditional(different), conditional(text)).any()
        points = text.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(conditional(points).sum(), points)
        assert not gradient[:, length:].any()
        torch.testing.assert_close(
            gradient_slope(conditional, text), gradient[:, :length].flatten(1).norm(dim=1)
        )


def test_there_is_a_closed_form_only_where_the_critic_has_one():
    conditional = ConditionalCritic(critic(normalisation="layer"), Condition(visible_length=2))
    assert conditional.input_gradient is None

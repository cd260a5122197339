"""What critics read off their features: scores, scores with labels, codes, windows."""

import pytest
import torch

from textgan.networks.critics.conv import ConvCritic
from textgan.networks.critics.ensemble import CriticEnsemble
from textgan.registry import CRITICS

T, V = 16, 5


def critic(name, **options):
    torch.manual_seed(1)
    size = {"length": T, "vocabulary": V, "width": 8, "blocks": 2}
    if name == "ladder":
        return CriticEnsemble(ConvCritic, **size, **options)
    return CRITICS[name](**size, **options)


def text(B):
    return torch.randn(B, T, V).softmax(2)


@pytest.mark.parametrize("name", CRITICS)
def test_a_score_is_linear_in_the_features_and_a_label_adds_its_own_projection_of_them(name):
    network, rows, y = critic(name, labels=3), text(4), torch.tensor([2, 0, 0, 1])
    features = network.features(rows)
    assert features.shape == (4, network.size_of_features)
    for i, label in enumerate(y.tolist()):
        weight = network.score.weight[0]
        weight = weight + network.embed.weight[label] / len(weight) ** 0.5
        windows = network.size_of_features // len(weight)  # of `patch`; 1 of the others
        expected = weight.repeat(windows) / windows @ features[i]
        torch.testing.assert_close(network(rows, y)[i], expected + network.score.bias[0])


def test_labels_of_a_spectral_critic_are_projected_as_they_are():
    network, rows, y = critic("conv", labels=3, normalisation="spectral").eval(), text(3), [2, 0, 1]
    features = network.features(rows)
    shared = features @ network.score.weight[0] + network.score.bias[0]
    expected = shared + (network.embed.weight[y] * features).sum(1)
    torch.testing.assert_close(network(rows, torch.tensor(y)), expected)


@pytest.mark.parametrize("name", [*CRITICS, "ladder"])
def test_codes_are_read_off_the_features_that_the_score_is_read_off(name):
    network, rows = critic(name, codes=3), text(4)
    head = network.recover_codes
    features = network.features(rows).view(4, -1, head.in_features).mean(1)  # over windows
    expected = features @ head.weight.T + head.bias
    torch.testing.assert_close(network.recover(rows), expected)
    assert expected.shape == (4, 3)
    assert not hasattr(critic(name), "recover_codes")


@pytest.mark.parametrize("name", [*CRITICS, "ladder"])
def test_labels_are_given_to_critics_of_labels_and_to_no_other(name):
    y = torch.tensor([0, 1])
    with pytest.raises(ValueError, match="of 3 labels received no labels"):
        critic(name, labels=3)(text(2))
    with pytest.raises(ValueError, match="of 0 labels received labels"):
        critic(name)(text(2), y)

"""New models, their schedule and their average."""

import dataclasses

import pytest
import torch

from textgan.training.models import Models

CPU = torch.device("cpu")


def build(config, encoded):
    return Models.build(config, encoded["text"], CPU)


def test_new_networks_are_the_same_for_the_same_seed_and_leave_global_randomness_alone(
    tiny, encoded
):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = build(tiny, encoded)
    assert torch.equal(torch.rand(3), expected)
    second = build(tiny, encoded)
    for name, weight in first.parameters().items():
        assert torch.equal(weight, second.parameters()[name]), name


def test_new_networks_seed_no_random_numbers_of_gpus(tiny, encoded, monkeypatch):
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda seed: pytest.fail("seeded"))
    build(tiny, encoded)


def test_weights_are_named_by_their_network(tiny, encoded):
    models = build(tiny, encoded)
    weights = models.parameters()
    assert weights["critic.score.bias"] is models.critic.score.bias
    assert weights["generator.write.bias"] is models.generator.write.bias
    count = sum(len(list(net.parameters())) for net in (models.critic, models.generator))
    assert len(weights) == count


@pytest.mark.parametrize("generator", ["deconv", "dcgan"])  # which has running means and counters
def test_the_average_moves_towards_the_generator_by_one_less_the_decay(generator, tiny, encoded):
    models = build(dataclasses.replace(tiny, generator=generator), encoded)
    before = {name: tensor.clone() for name, tensor in models.average.state_dict().items()}
    for tensor in models.generator.state_dict().values():
        tensor.add_(1)
    models.update_average(0.75)
    for name, current in models.generator.state_dict().items():
        expected = 0.75 * before[name] + 0.25 * current
        expected = expected if current.is_floating_point() else current
        torch.testing.assert_close(models.average.state_dict()[name], expected, msg=name)


def test_without_a_decay_the_average_is_the_generator(tiny, encoded):
    models = build(tiny, encoded)
    for tensor in models.generator.state_dict().values():
        tensor.add_(1)
    models.update_average(0.0)
    for name, current in models.generator.state_dict().items():
        assert torch.equal(models.average.state_dict()[name], current)


def test_the_schedule_sets_the_rates_of_both_optimizers(tiny, encoded):
    config = dataclasses.replace(tiny, decay_steps=100, generator_rate=2e-3, critic_rate=4e-3)
    models = build(config, encoded)
    models.set_schedule(config, 301)  # 1/√(1 + 300/100) = 1/2
    assert models.generator_optimizer.param_groups[0]["lr"] == pytest.approx(1e-3)
    assert models.critic_optimizer.param_groups[0]["lr"] == pytest.approx(2e-3)


def test_a_critic_ensemble_passes_from_its_weakest_critic_to_its_strongest(tiny, encoded):
    config = dataclasses.replace(tiny, curriculum="critics", curriculum_steps=3)
    models = build(config, encoded)
    floor = 0.1 / 3  # and 0.9 for the critic whose turn it is
    for step, turn in ((1, 0), (2, 1), (3, 2), (4, 2)):
        models.set_schedule(config, step)
        expected = [floor + 0.9 * (number == turn) for number in range(3)]
        assert models.critic.mix.tolist() == pytest.approx(expected)

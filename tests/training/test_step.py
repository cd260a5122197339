"""One step: what it changes, and that it depends on nothing but its number."""

import dataclasses

import numpy as np
import pytest
import torch

import corpora
from textgan.training.step import Models, Trainer, average_decay, build_optimizer, rate_factor


@pytest.fixture(scope="module")
def corpus(tiny, tmp_path_factory):
    return corpora.encode(tiny.corpus, tmp_path_factory.mktemp("encoded") / "corpus", length=12)


def trainer(config, corpus):
    emittable = torch.from_numpy(corpus.encoder.emittable)
    return Trainer(config, corpus, Models.build(config, 12, emittable, torch.device("cpu")))


def weights(network):
    return [p.detach().clone() for p in network.parameters()]


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_step_is_a_function_of_seed_and_number_and_not_of_global_randomness(tiny, corpus):
    one, other = trainer(tiny, corpus), trainer(tiny, corpus)
    first = one.step(1)
    torch.manual_seed(99)
    np.random.seed(99)  # noqa: NPY002 - the global state is what is tried here
    assert other.step(1) == first
    assert same(weights(one.models.critic), weights(other.models.critic))
    assert one.step(2) != other.step(3)


def test_another_seed_gives_other_weights_and_batches(tiny, corpus):
    one, other = trainer(tiny, corpus), trainer(dataclasses.replace(tiny, seed=1), corpus)
    assert not same(weights(one.models.generator), weights(other.models.generator))
    assert one.step(1) != other.step(1)


def test_each_update_moves_its_own_network_alone(tiny, corpus):
    subject = trainer(tiny, corpus)
    models = subject.models
    before = weights(models.generator)
    subject.critic_update(1, 0, subject._fakes(1)[0])
    assert same(before, weights(models.generator))
    before = weights(models.critic)
    subject.generator_update(1)
    assert same(before, weights(models.critic))


def test_every_critic_update_of_a_step_has_a_fresh_batch(tiny, corpus, monkeypatch):
    config = dataclasses.replace(tiny, critic_steps=3)
    subject, seen = trainer(config, corpus), []
    loss = type(subject.objective).critic_loss

    def spy(self, critic, real, fake, mix):
        seen.append((real, fake, mix))
        return loss(self, critic, real, fake, mix)

    monkeypatch.setattr(type(subject.objective), "critic_loss", spy)
    subject.step(1)
    assert len(seen) == 3
    for kind in zip(*seen, strict=True):
        assert not torch.equal(kind[0], kind[1])
        assert not torch.equal(kind[1], kind[2])


def test_the_average_follows_the_generator_by_its_decay(tiny, corpus):
    subject = trainer(dataclasses.replace(tiny, average=0.75), corpus)
    before = weights(subject.models.average)
    subject.step(1)
    for old, new, current in zip(
        before,
        subject.models.average.parameters(),
        subject.models.generator.parameters(),
        strict=True,
    ):
        torch.testing.assert_close(new, 0.75 * old + 0.25 * current)


def test_without_averaging_the_average_is_the_generator(tiny, corpus):
    config = dataclasses.replace(tiny, average=0.0, average_share=0.0)
    subject = trainer(config, corpus)
    subject.step(1)
    assert same(weights(subject.models.average), weights(subject.models.generator))


def test_the_average_remembers_a_share_of_all_steps_once_that_is_more():
    assert average_decay(10**6, 0.9, 0.0) == 0.9
    assert average_decay(79, 0.9, 0.125) == 0.9  # 10 steps are an eighth of 80
    assert average_decay(160, 0.9, 0.125) == pytest.approx(1 - 1 / 20)


def test_weights_stay_clipped_under_wgan(tiny, corpus):
    config = dataclasses.replace(tiny, objective="wgan", optimizer="rmsprop", clip=0.02)
    subject = trainer(config, corpus)
    stats = subject.step(1)
    assert max(p.abs().max().item() for p in subject.models.critic.parameters()) <= 0.02
    assert stats.slope is None


def test_rates_fall_with_the_inverse_root_of_the_step():
    assert rate_factor(10**6, 0) == 1.0
    assert rate_factor(1, 100) == 1.0
    assert rate_factor(301, 100) == pytest.approx(1 / 2)
    assert rate_factor(9901, 100) == pytest.approx(1 / 10)


def test_the_rate_of_a_step_reaches_both_optimisers(tiny, corpus):
    config = dataclasses.replace(tiny, decay_steps=100, generator_rate=2e-3, critic_rate=4e-3)
    subject = trainer(config, corpus)
    subject.step(301)
    assert subject.models.generator_optimizer.param_groups[0]["lr"] == pytest.approx(1e-3)
    assert subject.models.critic_optimizer.param_groups[0]["lr"] == pytest.approx(2e-3)


def test_the_critic_learns_to_tell_real_from_generated(tiny, corpus):
    subject = trainer(dataclasses.replace(tiny, batch_size=32, critic_width=16), corpus)
    fake = subject._fakes(1)[0]
    estimates = [subject.critic_update(1, update, fake)[1] for update in range(60)]
    assert np.mean(estimates[-10:]) > np.mean(estimates[:10]) + 0.1


def test_optimisers_have_the_published_numbers(tiny):
    network = torch.nn.Linear(1, 1)
    adam = build_optimizer(
        network, dataclasses.replace(tiny, optimizer="adam", beta1=0.5, beta2=0.9)
    )
    assert adam.defaults["betas"] == (0.5, 0.9)
    rmsprop = build_optimizer(network, dataclasses.replace(tiny, optimizer="rmsprop"))
    assert (rmsprop.defaults["alpha"], rmsprop.defaults["momentum"]) == (0.9, 0)


def test_no_random_number_is_used_twice(tiny, corpus, monkeypatch):
    config = dataclasses.replace(tiny, critic_steps=3)
    seen = []  # the first number of each draw of noise and of ε
    for seed in (0, 1):
        subject = trainer(dataclasses.replace(config, seed=seed), corpus)
        subject.models.generator.register_forward_pre_hook(
            lambda _, given: seen.extend(given[0][:: tiny.batch_size, 0].tolist())
        )
        loss = subject.objective.critic_loss

        def spy(critic, real, fake, mix, loss=loss):
            seen.extend(mix[:, 0].tolist())
            return loss(critic, real, fake, mix)

        object.__setattr__(subject.objective, "critic_loss", spy)
        for step in (1, 2):
            subject.step(step)
    # two seeds, two steps: 3 draws for the critic, 1 for the generator, 3 times two factors ε
    assert len(seen) == len(set(seen)) == 2 * 2 * (3 + 1 + 6)


def test_new_networks_leave_global_randomness_alone(tiny, corpus):
    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    trainer(tiny, corpus)
    assert torch.equal(torch.rand(3), wanted)


def test_bfloat16_is_near_float32_and_keeps_weights_and_losses_in_full(tiny, corpus):
    exact = trainer(dataclasses.replace(tiny, precision="float32"), corpus)
    near = trainer(dataclasses.replace(tiny, precision="bfloat16"), corpus)
    one, other = exact.step(1), near.step(1)
    assert one != other
    assert other == pytest.approx(one, rel=0.05, abs=0.02)
    tensors = [*near.models.critic.parameters(), *near.models.generator.parameters()]
    assert {tensor.dtype for tensor in tensors} == {torch.float32}
    text = torch.rand(4, 12, corpus.encoder.size)
    with near.lowered():
        assert near.models.critic(text).dtype == torch.float32
        assert near.models.generator(torch.randn(4, tiny.noise)).dtype == torch.float32

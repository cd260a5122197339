"""One step: what it changes, and that it depends on nothing but its number."""

import dataclasses

import numpy as np
import pytest
import torch

import corpora
from textgan.config.presets import COLUMN_SETTINGS
from textgan.inputs.noise import Purpose
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.objectives.regularizers import feature_distance
from textgan.registry import LOSSES, OBJECTIVES
from textgan.training import batches


@pytest.fixture
def text(encoded):
    return encoded["text"]


def weights(network):
    return [p.detach().clone() for p in network.parameters()]


def same(first, second):
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def fake_of(subject, real, step=1):
    """Text that the generator makes for the first critic update of a step."""
    return subject.generate(step, [real])[0]


def test_a_step_is_a_function_of_seed_and_number_and_not_of_global_randomness(
    tiny, text, make_trainer
):
    one, other = make_trainer(tiny, text), make_trainer(tiny, text)
    first = one.step(1)
    torch.manual_seed(99)
    np.random.seed(99)  # noqa: NPY002 - the global state is what is tried here
    assert other.step(1) == first
    assert same(weights(one.models.critic), weights(other.models.critic))
    assert one.step(2) != other.step(3)


def test_another_seed_gives_other_weights_and_batches(tiny, text, make_trainer):
    first, second = make_trainer(tiny, text), make_trainer(dataclasses.replace(tiny, seed=1), text)
    assert not same(weights(first.models.generator), weights(second.models.generator))
    assert first.step(1) != second.step(1)


def test_each_update_moves_its_own_network_alone(tiny, text, make_trainer):
    subject = make_trainer(tiny, text)
    models, real = subject.models, subject.real.batch(1, 0)
    before = weights(models.generator), weights(models.critic)
    subject.update_critic(1, 0, real, fake_of(subject, real))
    assert same(before[0], weights(models.generator))
    critic = weights(models.critic)
    assert not same(before[1], critic)
    subject.update_generator(1)
    assert same(critic, weights(models.critic))
    assert not same(before[0], weights(models.generator))


def test_every_critic_update_of_a_step_has_a_fresh_batch(tiny, text, make_trainer, monkeypatch):
    config = dataclasses.replace(tiny, critic_steps=3)
    subject, seen = make_trainer(config, text), []
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


def test_one_pass_generates_what_one_pass_for_each_update_would(tiny, encoded, make_trainer):
    config = dataclasses.replace(tiny, columns="labels", codes="3,c1", output="gumbel")
    subject = make_trainer(config, encoded["labels"])
    reals = [subject.real.batch(1, update) for update in range(2)]
    for update, fake in enumerate(subject.generate(1, reals)):
        condition = reals[update].condition
        inputs = subject.draw_inputs(1, update, Purpose.CRITIC_NOISE, condition)
        assert torch.equal(fake.latent, inputs.latent)
        with torch.no_grad():
            torch.testing.assert_close(fake.text, subject.models.generator(*inputs))


def test_a_step_moves_the_average_by_the_decay_of_the_settings(tiny, text, make_trainer):
    for decay in (0.75, 0.0):
        config = dataclasses.replace(tiny, average=decay, average_share=0.0)
        models = (subject := make_trainer(config, text)).models
        before = weights(models.average)
        subject.step(1)
        for old, average, current in zip(
            before, weights(models.average), weights(models.generator), strict=True
        ):
            torch.testing.assert_close(average, decay * old + (1 - decay) * current)


def test_weights_stay_clipped_under_wgan(tiny, text, make_trainer):
    config = dataclasses.replace(tiny, objective="wgan", optimizer="rmsprop", clip=0.02)
    subject = make_trainer(config, text)
    stats = subject.step(1)
    assert max(p.abs().max().item() for p in subject.models.critic.parameters()) <= 0.02
    assert stats.slope is None


def test_a_step_sets_the_rates_of_both_optimizers(tiny, text, make_trainer):
    config = dataclasses.replace(tiny, decay_steps=100, generator_rate=2e-3, critic_rate=4e-3)
    subject = make_trainer(config, text)
    subject.step(301)
    assert subject.models.generator_optimizer.param_groups[0]["lr"] == pytest.approx(1e-3)
    assert subject.models.critic_optimizer.param_groups[0]["lr"] == pytest.approx(2e-3)


def test_the_critic_learns_to_tell_real_from_generated(tiny, text, make_trainer):
    subject = make_trainer(dataclasses.replace(tiny, batch_size=32, critic_width=16), text)
    fake = fake_of(subject, subject.real.batch(1, 0))
    estimates = [
        subject.update_critic(1, update, subject.real.batch(1, update), fake).wasserstein
        for update in range(40)
    ]
    assert np.mean(estimates[-10:]) > np.mean(estimates[:10]) + 0.1


def test_no_latent_and_no_mix_factor_is_used_twice(tiny, text, make_trainer):
    config = dataclasses.replace(tiny, critic_steps=3)
    seen = []  # the first number of each draw of noise and of ε
    for seed in (0, 1):
        subject = make_trainer(dataclasses.replace(config, seed=seed), text)
        subject.models.generator.register_forward_pre_hook(
            lambda _, inputs: seen.extend(inputs[0][:: tiny.batch_size, 0].tolist())
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


def test_each_random_number_has_one_use(tiny, encoded, make_trainer, monkeypatch):
    config = dataclasses.replace(
        tiny, columns="labels", output="gumbel", instance_noise=0.1, feature_matching=1.0, steps=2,
        codes="3",
    )  # fmt: skip
    keys, bits = [], corpora.rng.bits

    def spy(seed, *key, rows, columns):
        keys.append((seed, *key))
        return bits(seed, *key, rows=rows, columns=columns)

    subject = make_trainer(config, encoded["labels"])
    monkeypatch.setattr("corpora.rng.bits", spy)
    subject.step(1)
    subject.step(2)
    # two steps of two critic updates and one of the generator: noise, codes and Gumbel noise for
    # each, instance noise on both texts, ε for the critic
    assert len(keys) == len(set(keys)) == 2 * (3 * (3 + 2) + 2)


def test_bfloat16_is_near_float32_and_keeps_weights_and_losses_in_full(tiny, text, make_trainer):
    exact = make_trainer(dataclasses.replace(tiny, precision="float32"), text)
    near = make_trainer(dataclasses.replace(tiny, precision="bfloat16"), text)
    first, second = exact.step(1), near.step(1)
    assert first != second
    assert second == pytest.approx(first, rel=0.05, abs=0.02)
    tensors = [*near.models.critic.parameters(), *near.models.generator.parameters()]
    assert {tensor.dtype for tensor in tensors} == {torch.float32}
    rows = torch.rand(4, 8, text.encoder.size)
    with near.updates.autocast():
        assert near.models.critic(rows).dtype == torch.float32
        assert near.models.generator(torch.randn(4, tiny.noise)).dtype == torch.float32


def test_text_is_made_with_the_labels_of_the_real_text_it_is_compared_with(
    tiny, encoded, make_trainer
):
    subject = make_trainer(dataclasses.replace(tiny, columns="labels"), encoded["labels"])
    fed, seen = [], []
    subject.models.generator.register_forward_pre_hook(lambda _, inputs: fed.append(inputs[0]))
    subject.models.critic.embed.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    subject.step(1)
    labels = [subject.real.batch(1, update).condition.labels for update in range(3)]
    assert torch.equal(subject.latents.labels_of(fed[0]), torch.cat(labels[:2]))
    assert torch.equal(subject.latents.labels_of(fed[1]), labels[2])
    scored, sloped = seen[0:4:2], seen[1:4:2]
    for update in range(2):
        assert torch.equal(scored[update], labels[update].repeat(2))  # real text, then generated
        assert torch.equal(sloped[update], labels[update])
    assert torch.equal(seen[4], labels[2])


def test_instance_noise_is_on_all_that_the_critic_receives_and_is_gone_at_its_horizon(
    tiny, text, make_trainer
):
    config = dataclasses.replace(tiny, instance_noise=0.5, instance_noise_steps=3, batch_size=64)
    subject, received, made = make_trainer(config, text), [], []
    real = subject.real.batch(2, 0)
    fake = fake_of(subject, real)
    subject.models.critic.read.register_forward_pre_hook(lambda _, rows: received.append(rows[0]))
    for step, sigma in ((1, 0.5), (2, 0.25), (3, 0.0), (9, 0.0)):
        received.clear()
        subject.update_critic(step, 0, real, fake)
        noise = (received[0] - torch.cat([real.text, fake.text])).chunk(2)
        for part in noise:
            assert part.std().item() == pytest.approx(sigma, rel=0.02)
            assert part.mean().item() == pytest.approx(0, abs=0.01)
        if sigma:
            pair = torch.stack([part.flatten() for part in noise])
            assert torch.corrcoef(pair)[0, 1].abs() < 0.02
    received.clear()
    subject.models.generator.register_forward_hook(lambda *call: made.append(call[2]))
    subject.update_generator(1)
    assert (received[0] - made[0]).std().item() == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize("weight", [0.0, 2.0])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_generators_loss_is_of_the_scores_of_real_text_and_then_of_its_own(
    objective, weight, tiny, text, make_trainer
):
    config = dataclasses.replace(tiny, objective=objective, feature_matching=weight)
    subject = make_trainer(config, text)
    loss, critic = LOSSES[config.pieces.loss], subject.models.critic.eval()
    with torch.no_grad():
        real = subject.real.batch(1, config.critic_steps)
        inputs = subject.draw_inputs(1, 0, Purpose.GENERATOR_NOISE, real.condition)
        x, fake = real.text, subject.models.generator(*inputs)
        texts, others = ((x, fake), (fake, x)) if loss.relativistic else ((fake,), (x,))
        expected = loss.generator(*(critic(rows) for rows in texts))
        exchanged = loss.generator(*(critic(rows) for rows in others))
        means = (critic.features(rows).mean(0) for rows in (x, fake))
        distance = weight * feature_distance(*means)
    assert subject.update_generator(1) == pytest.approx((expected + distance).item(), rel=1e-5)
    assert exchanged.item() != pytest.approx(expected.item(), rel=1e-4)


@pytest.mark.parametrize(("objective", "scored"), [("sngan", 1), ("wgan-gp", 1), ("rpgan", 2)])
def test_a_generator_update_scores_real_text_only_for_a_relativistic_loss(
    objective, scored, tiny, encoded, make_trainer
):
    """Under spectral normalisation each pass is a power iteration of the weights it reads."""
    config = dataclasses.replace(tiny, objective=objective, columns="labels", feature_matching=1.0)
    subject, passes = make_trainer(config, encoded["labels"]), []
    subject.models.critic.embed.register_forward_hook(lambda *_: passes.append(1))
    subject.update_generator(1)
    assert len(passes) == scored


def test_both_losses_of_a_patch_critic_are_of_its_windows_one_by_one(tiny, text, make_trainer):
    """Isola et al. 2017: each window is scored as real or generated, and losses are averaged."""
    config = dataclasses.replace(tiny, objective="lsgan", critic="patch")
    subject = make_trainer(config, text)
    critic, real = subject.models.critic, subject.real.batch(1, 0)
    with torch.no_grad():  # windows that are far apart
        critic.score.weight.mul_(100)
        subject.models.generator.write.weight.mul_(100)
    fake = fake_of(subject, real)
    with torch.no_grad():
        real_scores = torch.cat([critic.patch_scores(row[None]) for row in real.text])
        fake_scores = torch.cat([critic.patch_scores(row[None]) for row in fake.text])
        means = critic(fake.text)
        inputs = subject.draw_inputs(1, 0, Purpose.GENERATOR_NOISE, real.condition)
        next_scores = critic.patch_scores(subject.models.generator(*inputs))
    assert len(fake_scores) > len(fake.text)
    critic_loss = ((real_scores - 1).square().mean() + fake_scores.square().mean()) / 2
    generator_loss = (next_scores - 1).square().mean() / 2
    assert fake_scores.square().mean() > 1.001 * means.square().mean()
    assert subject.update_generator(1) == pytest.approx(generator_loss.item(), rel=1e-5)
    stats = subject.update_critic(1, 0, real, fake)
    assert stats.loss == pytest.approx(critic_loss.item(), rel=1e-5)


@pytest.mark.parametrize("generator", ["deconv", "resnet", "mlp", "dcgan", "attention"])
@pytest.mark.parametrize("batch_size", [7, 8])
def test_gradients_lie_in_memory_as_the_weights_that_they_move(
    generator, batch_size, tiny, text, make_trainer
):
    config = dataclasses.replace(
        tiny, generator=generator, batch_size=batch_size, optimizer="adam", beta1=0.5
    )
    subject = make_trainer(config, text)
    subject.step(1)
    for network in (subject.models.generator, subject.models.critic):
        for weight in network.parameters():
            assert weight.grad.stride() == weight.stride()


@pytest.mark.parametrize("critic", ["patch", "conv"])
def test_a_critic_of_pairs_receives_each_text_with_its_own_source(
    critic, tiny, encoded, make_trainer
):
    settings = {**COLUMN_SETTINGS["pairs"], "columns": "pairs", "critic": critic}
    subject = make_trainer(dataclasses.replace(tiny, **settings), encoded["pairs"])
    real, received = subject.real.batch(1, 0), []
    fake = fake_of(subject, real)
    subject.models.critic.read.register_forward_pre_hook(lambda _, rows: received.append(rows[0]))
    subject.update_critic(1, 0, real, fake)
    conditional = ConditionalCritic(subject.models.critic, real.condition)
    conditional.features(torch.cat([real.text, fake.text]))
    assert torch.equal(received[0], received[-1])


@pytest.mark.parametrize(
    ("settings", "more"),
    [
        ({}, 0),
        ({"objective": "rpgan"}, 1),
        ({"feature_matching": 1.0}, 1),
        ({"columns": "labels"}, 0),
        ({"columns": "pairs"}, 1),
    ],
)
def test_real_text_is_made_one_hot_only_where_an_update_needs_it(
    tiny, encoded, make_trainer, monkeypatch, settings, more
):
    made, one_hot = [], batches.one_hot
    monkeypatch.setattr(batches, "one_hot", lambda *a: made.append(1) or one_hot(*a))
    columns = settings.get("columns", "text")
    settings |= COLUMN_SETTINGS.get(columns, {})
    config = dataclasses.replace(tiny, **settings)
    make_trainer(config, encoded[columns]).step(1)
    assert len(made) == config.critic_steps + more

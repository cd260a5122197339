"""One step: what it changes, and that it depends on nothing but its number."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import corpora
from textgan.config.presets import COLUMN_SETTINGS
from textgan.inputs.noise import Purpose
from textgan.objectives.regularizers import (
    code_loss,
    distance_to_target,
    feature_distance,
    symbol_divergence,
)
from textgan.objectives.slopes import gradient_slope
from textgan.registry import LOSSES, OBJECTIVES
from textgan.training.step import Models, Trainer, as_text, build_optimizer, symbol_shares


@pytest.fixture(scope="module")
def corpus(tiny, tmp_path_factory):
    return corpora.encode(tiny.corpus, tmp_path_factory.mktemp("encoded") / "corpus", length=12)


def trainer(config, corpus):
    return Trainer(config, corpus, Models.build(config, corpus, torch.device("cpu")))


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
    batch = subject.real(1, 0)
    subject.critic_update(1, 0, batch, subject.fakes(1, [batch])[0])
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


@pytest.mark.parametrize("generator", ["deconv", "dcgan"])  # which has running means and counters
def test_the_average_follows_the_generator_by_its_decay(generator, tiny, corpus):
    subject = trainer(dataclasses.replace(tiny, average=0.75, generator=generator), corpus)
    models = subject.models
    before = {name: tensor.clone() for name, tensor in models.average.state_dict().items()}
    subject.step(1)
    for name, current in models.generator.state_dict().items():
        followed = 0.75 * before[name] + 0.25 * current
        wanted = followed if current.is_floating_point() else current
        torch.testing.assert_close(models.average.state_dict()[name], wanted, msg=name)


def test_without_averaging_the_average_is_the_generator(tiny, corpus):
    config = dataclasses.replace(tiny, average=0.0, average_share=0.0)
    subject = trainer(config, corpus)
    subject.step(1)
    assert same(weights(subject.models.average), weights(subject.models.generator))


def test_weights_stay_clipped_under_wgan(tiny, corpus):
    config = dataclasses.replace(tiny, objective="wgan", optimizer="rmsprop", clip=0.02)
    subject = trainer(config, corpus)
    stats = subject.step(1)
    assert max(p.abs().max().item() for p in subject.models.critic.parameters()) <= 0.02
    assert stats.slope is None


def test_the_rate_of_a_step_reaches_both_optimisers(tiny, corpus):
    config = dataclasses.replace(tiny, decay_steps=100, generator_rate=2e-3, critic_rate=4e-3)
    subject = trainer(config, corpus)
    subject.step(301)
    assert subject.models.generator_optimizer.param_groups[0]["lr"] == pytest.approx(1e-3)
    assert subject.models.critic_optimizer.param_groups[0]["lr"] == pytest.approx(2e-3)


def test_the_critic_learns_to_tell_real_from_generated(tiny, corpus):
    subject = trainer(dataclasses.replace(tiny, batch_size=32, critic_width=16), corpus)
    (fake,) = subject.fakes(1, [subject.real(1, 0)])
    estimates = [
        subject.critic_update(1, update, subject.real(1, update), fake)[1] for update in range(60)
    ]
    assert np.mean(estimates[-10:]) > np.mean(estimates[:10]) + 0.1


def test_optimisers_have_the_published_numbers(tiny):
    network = torch.nn.Linear(1, 1)
    adam = build_optimizer(
        network, dataclasses.replace(tiny, optimizer="adam", beta1=0.5, beta2=0.9)
    )
    assert adam.defaults["betas"] == (0.5, 0.9)
    rmsprop = build_optimizer(network, dataclasses.replace(tiny, optimizer="rmsprop"))
    assert (rmsprop.defaults["alpha"], rmsprop.defaults["momentum"]) == (0.9, 0)


def test_plain_descent_goes_down_the_gradient_by_the_rate(tiny):
    network = torch.nn.Linear(1, 1)
    sgd = build_optimizer(network, dataclasses.replace(tiny, optimizer="sgd"))
    sgd.param_groups[0]["lr"] = 0.25
    network.weight.data.fill_(1.0)
    for expected in (0.5, 0.25):  # w ← w − ¼ · 2w
        network.zero_grad()
        network.weight.square().sum().backward()
        sgd.step()
        assert network.weight.item() == expected


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


def test_each_number_has_one_use(tiny, encoded, monkeypatch):
    config = dataclasses.replace(
        tiny, columns="labels", output="gumbel", instance_noise=0.1, feature_matching=1.0, steps=2
    )
    keys, bits = [], corpora.rng.bits

    def spy(seed, *key, rows, columns):
        keys.append((seed, *key))
        return bits(seed, *key, rows=rows, columns=columns)

    subject = trainer(config, encoded["labels"])
    monkeypatch.setattr("corpora.rng.bits", spy)
    subject.step(1)
    subject.step(2)
    # two steps of two critic updates and one of the generator: noise and Gumbel noise for each,
    # dust on both texts, ε for the critic
    assert len(keys) == len(set(keys)) == 2 * (3 * (2 + 2) + 2)


def test_the_codes_to_recover_are_those_that_text_was_made_from(tiny, encoded, monkeypatch):
    config = dataclasses.replace(tiny, columns="labels", codes="3,c1")
    subject = trainer(config, encoded["labels"])
    fed, asked = [], []
    subject.models.generator.register_forward_pre_hook(lambda _, given: fed.append(given[0]))
    monkeypatch.setattr(
        "textgan.training.step.code_loss",
        lambda recovered, codes, _: asked.append(codes) or recovered.square().mean(),
    )
    subject.step(1)
    for found, latent in zip(asked, [*fed[0].chunk(2), fed[1]], strict=True):
        assert torch.equal(found, subject.latents.codes_of(latent))


def test_text_is_made_with_the_labels_of_the_real_text_it_is_compared_with(tiny, encoded):
    corpus = encoded["labels"]
    subject = trainer(dataclasses.replace(tiny, columns="labels"), corpus)
    fed, seen = [], []
    subject.models.generator.register_forward_pre_hook(lambda _, given: fed.append(given[0]))
    subject.models.critic.embed.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    subject.step(1)
    labels = [subject.real(1, update).condition.labels for update in range(3)]
    assert torch.equal(subject.latents.labels_of(fed[0]), torch.cat(labels[:2]))
    assert torch.equal(subject.latents.labels_of(fed[1]), labels[2])
    scored, sloped = seen[0:4:2], seen[1:4:2]
    for update in range(2):
        assert torch.equal(scored[update], labels[update].repeat(2))  # real text, then generated
        assert torch.equal(sloped[update], labels[update])
    assert torch.equal(seen[4], labels[2])
    rows, given = corpus.train, corpus.condition("train")
    of_text = {row.tobytes(): label for row, label in zip(rows, given, strict=True)}
    texts = subject.real(1, 0).text.argmax(2).numpy().astype(rows.dtype)
    assert [of_text[row.tobytes()] for row in texts] == labels[0].tolist()


def test_sources_are_those_of_their_targets(tiny, encoded):
    corpus = encoded["pairs"]
    config = dataclasses.replace(tiny, columns="pairs", **COLUMN_SETTINGS["pairs"])
    batch = trainer(config, corpus).real(1, 0)
    sources, targets = (
        corpus.encoder.decode_rows(rows.argmax(2).numpy())
        for rows in (batch.condition.sources, batch.text)
    )
    assert [target.lower() for target in targets] == sources


@pytest.mark.parametrize("critic", ["patch", "conv"])
def test_a_critic_of_pairs_is_shown_each_text_beside_its_own_source(critic, tiny, encoded):
    settings = {**COLUMN_SETTINGS["pairs"], "columns": "pairs", "critic": critic}
    subject = trainer(dataclasses.replace(tiny, **settings), encoded["pairs"])
    batch, critic = subject.real(1, 0), subject.models.critic
    judge = subject.judge(1, batch)
    texts = batch.text, torch.rand(batch.text.shape, requires_grad=True)
    scores = [critic(torch.cat([batch.condition.sources, text], dim=2)) for text in texts]
    torch.testing.assert_close(judge(torch.cat(texts)), torch.cat(scores))
    (gradient,) = torch.autograd.grad(scores[1].sum(), texts[1])
    torch.testing.assert_close(gradient_slope(judge, texts[1]), gradient.flatten(1).norm(dim=1))


def test_instance_noise_is_on_all_that_the_critic_sees_and_is_gone_at_its_horizon(
    tiny, encoded, monkeypatch
):
    config = dataclasses.replace(tiny, instance_noise=0.5, instance_noise_steps=3, batch_size=64)
    subject = trainer(config, encoded["text"])
    subject.critic_update(2, 0, subject.real(2, 0), subject.fakes(2, [subject.real(2, 0)])[0])
    seen = []
    subject.models.critic.read.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    real = subject.real(2, 0)
    (fake,) = subject.fakes(2, [real])
    for step, sigma in ((1, 0.5), (2, 0.25), (3, 0.0), (9, 0.0)):
        seen.clear()
        subject.critic_update(step, 0, real, fake)
        dust = seen[0] - torch.cat([real.text, fake])
        for part in dust.chunk(2):
            assert part.std().item() == pytest.approx(sigma, rel=0.02)
            assert part.mean().item() == pytest.approx(0, abs=0.01)
        if sigma:
            pair = torch.stack([part.flatten() for part in dust.chunk(2)])
            assert torch.corrcoef(pair)[0, 1].abs() < 0.02
    seen.clear()
    made = []
    subject.models.generator.register_forward_hook(lambda *given: made.append(given[2]))
    subject.generator_update(1)
    assert (seen[0] - made[0]).std().item() == pytest.approx(0.5, rel=0.02)


def test_codes_are_recovered_from_rows_without_instance_noise(tiny, encoded, monkeypatch):
    config = dataclasses.replace(tiny, codes="3,c1", instance_noise=0.5)
    subject = trainer(config, encoded["text"])
    made, read = [], []
    subject.models.generator.register_forward_hook(lambda *given: made.append(given[2]))
    codes_of = subject.models.critic.codes_of

    def reads(features):
        read.append(features)
        return codes_of(features)

    monkeypatch.setattr(subject.models.critic, "codes_of", reads)
    features = subject.models.critic.features
    subject.generator_update(1)
    ((rows,), (found,)) = made, read
    torch.testing.assert_close(found, features(rows))


@pytest.mark.parametrize("normalisation", ["none", "layer"])
@pytest.mark.parametrize("columns", ["text", "labels"])
def test_what_is_hidden_while_text_grows_changes_neither_score_nor_slope(
    columns, normalisation, tiny, encoded
):
    config = dataclasses.replace(
        tiny, columns=columns, curriculum="length", curriculum_steps=8, normalisation=normalisation
    )
    subject = trainer(config, encoded[columns])
    batch = subject.real(1, 0)
    text, other = batch.text, torch.rand(batch.text.shape)
    for step in (1, 4, 8):  # T = 8: one position more each step
        critic = subject.judge(step, batch)
        same, apart = text.clone(), text.clone()
        same[:, step:], apart[:, step - 1 :] = other[:, step:], other[:, step - 1 :]
        assert torch.equal(critic(same), critic(text))
        assert torch.equal(gradient_slope(critic, same), gradient_slope(critic, text))
        assert not torch.isclose(critic(apart), critic(text)).any()
        points = text.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(critic(points).sum(), points)
        assert not gradient[:, step:].any()
        torch.testing.assert_close(
            gradient_slope(critic, text), gradient[:, :step].flatten(1).norm(dim=1)
        )


def test_a_ladder_is_climbed_from_the_first_step_to_the_horizon(tiny, encoded):
    config = dataclasses.replace(tiny, curriculum="critics", curriculum_steps=3)
    subject = trainer(config, encoded["text"])
    weights_of = []
    for step in (1, 2, 3, 4):
        subject.step(step)
        weights_of.append([round(weight, 4) for weight in subject.models.critic.mix.tolist()])
    floor = round(0.1 / 3, 4)  # and 0.9 for the rung that has its turn
    rungs = [[floor + 0.9 * (rung == turn) for rung in range(3)] for turn in (0, 1, 2, 2)]
    assert weights_of == [pytest.approx(rung) for rung in rungs]


def parts_of_an_update(subject):
    """Real text, latents and generated text of the generator's update of step 1."""
    batch = subject.real(1, subject.config.critic_steps)
    latent, source, _ = subject._inputs(1, 0, Purpose.GENERATOR_NOISE, batch)
    return batch.text, latent, subject.models.generator(latent, source)


@pytest.mark.parametrize("weight", [0.0, 2.0])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_generators_loss_is_of_the_scores_of_real_text_and_then_of_its_own(
    objective, weight, tiny, encoded
):
    config = dataclasses.replace(tiny, objective=objective, feature_matching=weight)
    subject = trainer(config, encoded["text"])
    loss, critic = LOSSES[config.pieces.loss], subject.models.critic.eval()
    with torch.no_grad():
        text, _, fake = parts_of_an_update(subject)
        texts, others = ((text, fake), (fake, text)) if loss.relativistic else ((fake,), (text,))
        wanted = loss.generator(*(critic(rows) for rows in texts))
        turned = loss.generator(*(critic(rows) for rows in others))
        distance = weight * feature_distance(critic.features(text), critic.features(fake))
    assert subject.generator_update(1) == pytest.approx((wanted + distance).item(), rel=1e-5)
    assert turned.item() != pytest.approx(wanted.item(), rel=1e-4)


# An addition's weight -> what it needs, and the addition by hand
TERMS = {
    "feature_matching": (
        {},
        lambda subject, text, _, fake: feature_distance(
            *(subject.models.critic.features(rows) for rows in (text, fake))
        ),
    ),
    "symbol_matching": (
        {"output": "softmax"},
        lambda subject, text, _, fake: symbol_divergence(symbol_shares(subject.corpus), fake),
    ),
    "code_weight": (
        {"codes": "3,c1"},
        lambda subject, text, latent, fake: code_loss(
            subject.models.critic.recover(fake),
            subject.latents.codes_of(latent),
            subject.latents.codes,
        ),
    ),
    "pair_weight": (
        {"columns": "pairs", **COLUMN_SETTINGS["pairs"]},
        lambda subject, text, _, fake: distance_to_target(text, fake),
    ),
}


@pytest.mark.parametrize("name", TERMS)
def test_an_addition_costs_the_generator_its_weight(name, tiny, encoded):
    needed, term = TERMS[name]
    light, heavy = (
        trainer(
            dataclasses.replace(tiny, **needed | {name: weight}),
            encoded[needed.get("columns", "text")],
        )
        for weight in (1.0, 301.0)
    )
    with torch.no_grad():
        wanted = 300 * term(light, *parts_of_an_update(light)).item()
    assert heavy.generator_update(1) - light.generator_update(1) == pytest.approx(wanted, rel=1e-3)
    assert wanted > 0.01


def test_codes_cost_the_critic_their_weight(tiny, encoded):
    light, heavy = (
        trainer(dataclasses.replace(tiny, codes="3,c1", code_weight=weight), encoded["text"])
        for weight in (1.0, 3.0)
    )
    batch = light.real(1, 0)
    (fake,) = light.fakes(1, [batch])
    with torch.no_grad():
        said = light.models.critic.recover(as_text(fake, light.corpus.encoder.pad))
        made_from = light.latents.codes_of(light._latent(1, 0, Purpose.CRITIC_NOISE, batch))
        wanted = 2 * code_loss(said, made_from, light.latents.codes).item()
    losses = [subject.critic_update(1, 0, batch, fake)[0] for subject in (light, heavy)]
    assert losses[1] - losses[0] == pytest.approx(wanted, rel=1e-4)


def test_shares_of_symbols_are_counted_in_the_rows_and_leave_out_what_is_never_written():
    encoder = SimpleNamespace(size=4, emittable=np.array([True, True, False, True]))
    corpus = SimpleNamespace(encoder=encoder, train=np.array([[0, 1, 1], [2, 3, 1]]))
    torch.testing.assert_close(symbol_shares(corpus), torch.tensor([1, 3, 0, 1]) / 5)


def distance_of_features(subject):
    batches = [subject.real(99, 0)]
    (fake,) = subject.fakes(99, batches)
    features = [subject.models.critic.features(text) for text in (batches[0].text, fake)]
    return feature_distance(*features).item()


def test_feature_matching_brings_the_features_of_both_texts_together(tiny, encoded):
    config = dataclasses.replace(tiny, feature_matching=1e3, batch_size=32, optimizer="adam")
    subject = trainer(config, encoded["text"])
    subject._schedule(1)
    before = distance_of_features(subject)
    for step in range(1, 61):
        subject.generator_update(step)
    assert distance_of_features(subject) < before / 3


def test_both_losses_of_a_patch_critic_are_of_its_windows_one_by_one(tiny, corpus):
    """Isola et al. 2017: each window is judged real or generated, and the losses are averaged."""
    config = dataclasses.replace(tiny, objective="lsgan", critic="patch")
    subject = trainer(config, corpus)
    judge, batch = subject.models.critic, subject.real(1, 0)
    with torch.no_grad():  # windows that are far apart
        judge.score.weight.mul_(100)
        subject.models.generator.write.weight.mul_(100)
    (fake,) = subject.fakes(1, [batch])
    with torch.no_grad():
        real = torch.cat([judge.patch_scores(row[None]) for row in batch.text])
        seen = torch.cat([judge.patch_scores(row[None]) for row in fake])
        whole = judge(fake)
        latent = subject._inputs(1, 0, Purpose.GENERATOR_NOISE, None)[0]
        next_ones = judge.patch_scores(subject.models.generator(latent))
    assert len(seen) > len(fake)
    critic_loss = ((real - 1).square().mean() + seen.square().mean()) / 2
    generator_loss = (next_ones - 1).square().mean() / 2
    assert seen.square().mean() > 1.001 * whole.square().mean()
    assert subject.generator_update(1) == pytest.approx(generator_loss.item(), rel=1e-5)
    assert subject.critic_update(1, 0, batch, fake)[0] == pytest.approx(
        critic_loss.item(), rel=1e-5
    )


def test_a_generator_of_pairs_comes_nearer_to_its_targets(tiny, encoded):
    config = dataclasses.replace(
        tiny, columns="pairs", **COLUMN_SETTINGS["pairs"], batch_size=32, pair_weight=1e3
    )
    subject = trainer(config, encoded["pairs"])
    subject._schedule(1)
    distances = []
    for step in range(1, 61):
        batch = subject.real(step, 0)
        distances.append(distance_to_target(batch.text, subject.fakes(step, [batch])[0]).item())
        subject.generator_update(step)
    assert distances[0] > 0.9
    assert distances[-1] < 0.8


def test_codes_come_to_be_recovered(tiny, encoded):
    config = dataclasses.replace(tiny, codes="3", batch_size=32, code_weight=5.0)
    subject = trainer(config, encoded["text"])
    for step in range(1, 61):
        subject.step(step)
    latent = subject.latents.draw(5, rows=np.arange(300), device=subject.device)
    with torch.no_grad():
        recovered = subject.models.critic.recover(subject.models.generator(latent))
    right = recovered.argmax(1) == subject.latents.codes_of(latent).argmax(1)
    assert right.float().mean() > 0.6  # by chance a third


@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_a_weight_of_0_takes_an_addition_away(weight, tiny, encoded):
    plain = trainer(tiny, encoded["text"])
    added = trainer(dataclasses.replace(tiny, feature_matching=weight), encoded["text"])
    assert (plain.step(1) == added.step(1)) == (weight == 0)


def test_q_learns_from_the_text_that_rows_stand_for():
    rows = torch.tensor([[[0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]])
    expected = torch.tensor([[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
    torch.testing.assert_close(as_text(rows, pad=2), expected)
    expected[0, 2] = torch.tensor([1.0, 0.0, 0.0])  # a text ends at its first padding
    torch.testing.assert_close(as_text(rows, pad=0), expected)


def test_a_critic_update_shows_q_text_and_no_rows_between(tiny, corpus, monkeypatch):
    subject = trainer(dataclasses.replace(tiny, codes="3"), corpus)
    batch, seen = subject.real(1, 0), []
    (fake,) = subject.fakes(1, [batch])
    recover = subject.models.critic.recover
    monkeypatch.setattr(
        subject.models.critic, "recover", lambda text: seen.append(text) or recover(text)
    )
    subject.critic_update(1, 0, batch, fake)
    assert len(seen) == 1
    assert set(seen[0].unique().tolist()) == {0.0, 1.0}
    ids, pad = fake.argmax(2), corpus.encoder.pad
    ended = (ids == pad).cumsum(1) > 0
    assert torch.equal(seen[0].argmax(2), torch.where(ended, pad, ids))


@pytest.mark.parametrize("generator", ["deconv", "resnet", "mlp", "dcgan", "attention"])
@pytest.mark.parametrize("batch_size", [7, 8, 64])
def test_gradients_lie_in_memory_as_the_weights_that_they_move(generator, batch_size, tiny, corpus):
    config = dataclasses.replace(
        tiny, generator=generator, batch_size=batch_size, optimizer="adam", beta1=0.5
    )
    subject = trainer(config, corpus)
    subject.step(1)
    for network in (subject.models.generator, subject.models.critic):
        for weight in network.parameters():
            assert weight.grad.stride() == weight.stride()


@pytest.mark.parametrize(("objective", "scored"), [("sngan", 1), ("wgan-gp", 1), ("rpgan", 2)])
def test_a_generator_update_scores_real_text_only_for_a_relativistic_loss(
    objective, scored, tiny, encoded
):
    """Under spectral normalisation each pass is a power iteration of the weights it reads."""
    config = dataclasses.replace(tiny, objective=objective, columns="labels", feature_matching=1.0)
    subject, passes = trainer(config, encoded["labels"]), []
    subject.models.critic.embed.register_forward_hook(lambda *_: passes.append(1))
    subject.generator_update(1)
    assert len(passes) == scored

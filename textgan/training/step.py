"""One step: critic updates, then one generator update. No I/O, no cadence, no global randomness.

Source: Gulrajani et al. 2017, algorithm 1. Comments name its lines; lines 1 and 13, the outer loop,
are `loop.py`. What is not in algorithm 1 has a comment that says so. The paper has Adam and
n_critic = 5; the defaults here are SOAP and 2 critic updates per step.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from corpora import Corpus
from textgan.config.settings import Config
from textgan.inputs.condition import Condition
from textgan.inputs.generator_inputs import GeneratorInputs, concatenate, draw_inputs
from textgan.inputs.instance_noise import draw_instance_noise
from textgan.inputs.latents import Latents
from textgan.inputs.noise import Purpose, mix_factors
from textgan.objectives import Objective
from textgan.training.batches import Batch, Generated, RealText
from textgan.training.distributed import ALONE, BatchShare, Workers
from textgan.training.divergence import DivergenceError, check_loss
from textgan.training.execution import check_execution
from textgan.training.models import Models
from textgan.training.optimizers.soap import GradientOverflowError
from textgan.training.regularization import RealRows, Regularizers
from textgan.training.schedules import average_decay, noise_level
from textgan.training.updates import CriticInputs, GeneratorUpdateInputs, Updates

__all__ = ["CriticStats", "StepStats", "Trainer"]


class CriticStats(NamedTuple):
    """What one critic update measured, as plain numbers."""

    loss: float
    wasserstein: float  # E D(x) − E D(G(z)) before the update
    penalty: float
    slope: float | None  # mean slope of D where it is penalised; None without a penalty


class StepStats(NamedTuple):
    """What one step measured: its last critic update and its generator update, as plain numbers."""

    critic_loss: float
    generator_loss: float
    wasserstein: float  # E D(x) − E D(G(z)) before the last critic update
    penalty: float
    slope: float | None  # mean slope of D where it is penalised; None without a penalty


class Trainer:
    """Makes steps. A step changes `models` in place.

    All random numbers of step s are a pure function of (seed, s).

    Args:
        config: The run's settings.
        corpus: Its training part is trained on.
        models: Changed in place by every step.
        workers: The processes that share each batch; by default this one alone.
    """

    def __init__(
        self, config: Config, corpus: Corpus, models: Models, workers: Workers = ALONE
    ) -> None:
        self.config = config
        self.corpus = corpus
        self.models = models
        self.device = next(models.critic.parameters()).device
        self.workers = workers
        self.share = BatchShare(workers, config.batch_size)
        self.real = RealText(config, corpus, self.share, self.device)
        self.latents = Latents.from_config(config, len(corpus.labels))
        self.objective = Objective.from_config(config)
        self.regularizers = Regularizers(
            config, corpus, self.latents, self.share, self.device, models.ngrams
        )
        self.rows = self.share.rows  # i − 1 = 0, ..., m − 1 (line 3)
        check_execution(config, models.critic, workers.size)
        self.updates = Updates(config, models, self.objective, self.regularizers)
        self.texts, self.critic_gradients, self.generator_gradients = self.updates.functions()

    def step(self, step: int) -> StepStats:
        """Make step number `step`, counted from 1, and return what it measured."""
        config, models = self.config, self.models
        models.set_schedule(config, step)  # not in algorithm 1: rates fall
        # x of line 4, for all critic updates of the step
        reals = [self.real.batch(step, update) for update in range(config.critic_steps)]
        fakes = self.generate(step, reals)  # z and x̃, lines 4 and 5
        self.regularizers.remember(fakes)  # not in algorithm 1: n-grams are counted
        for update, (real, fake) in enumerate(zip(reals, fakes, strict=True)):  # line 2
            critic = self.update_critic(step, update, real, fake)
        generator_loss = self.update_generator(step)  # lines 11 and 12
        # not in algorithm 1: the averaged generator
        models.update_average(average_decay(step, config.average, config.average_share))
        return StepStats(
            critic_loss=critic.loss,
            generator_loss=generator_loss,
            wasserstein=critic.wasserstein,
            penalty=critic.penalty,
            slope=critic.slope,
        )

    @torch.no_grad()
    def generate(self, step: int, reals: list[Batch]) -> list[Generated]:
        """Return x̃ = G(z) for each critic update (z of line 4, and line 5).

        The texts of an update have the conditions of its real text (not in algorithm 1). One pass
        makes the texts of all updates: the generator is the same in all critic updates of a step.
        """
        inputs = [
            self.draw_inputs(step, update, Purpose.CRITIC_NOISE, real.condition)
            for update, real in enumerate(reals)
        ]
        (texts,) = self.texts(concatenate(inputs))
        parts = zip(texts.chunk(len(reals)), inputs, strict=True)
        return [Generated(text, z.latent) for text, z in parts]

    def update_critic(self, step: int, update: int, real: Batch, fake: Generated) -> CriticStats:
        """Update the critic once (lines 6 to 9), and return what was measured before the update.

        The texts x and x̃ of lines 4 and 5 are arguments; ε of line 4 is drawn here.

        Args:
            step: Number of the step.
            update: Number of the critic update in the step, from 0.
            real: x, and its condition.
            fake: x̃ = G(z) of the same condition.
        """
        # ε (2, B), line 4: a penalty has one or two points x̂ per sample
        epsilon = mix_factors(self.config.seed, step, update, rows=self.rows, device=self.device)
        given = CriticInputs(
            # not in algorithm 1: instance noise
            real=self.add_noise(real.text, step, update, 0),
            fake=self.add_noise(fake.text, step, update, 1),
            epsilon=epsilon,
            condition=real.condition,
            made=fake if self.latents.codes.size else None,
        )
        critic = self.models.critic
        measured = self.reduce(critic, self.critic_gradients(given))  # lines 6 to 9
        value, wasserstein, penalty, *slope = measured
        self.check_loss("the critic's loss", value, step)
        self.check_loss("the critic's mean score", wasserstein, step)
        self.descend(step, self.models.critic_optimizer)  # line 9
        self.objective.constrain(critic)  # not in algorithm 1: weight clipping
        return CriticStats(value, wasserstein, penalty, slope[0] if slope else None)

    def update_generator(self, step: int) -> float:
        """Update the generator once (lines 11 and 12), and return its loss.

        The weights of the critic do not change.
        """
        models = self.models
        given = self.generator_inputs(step)
        (value,) = self.reduce(models.generator, self.generator_gradients(given))
        self.check_loss("the generator's loss", value, step)
        self.descend(step, models.generator_optimizer)  # line 12
        return value

    def generator_inputs(self, step: int) -> GeneratorUpdateInputs:
        """Return what the generator's loss of a step is of (line 11)."""
        update = self.config.critic_steps
        # not in algorithm 1: real text, for conditions, relativistic losses and regularizers
        real = self.real.batch(step, update)
        # z, line 11. Update 0, though the batch above has another number: GENERATOR_NOISE has its
        # own random stream, and existing runs depend on this key.
        inputs = self.draw_inputs(step, 0, Purpose.GENERATOR_NOISE, real.condition)
        scored = self.updates.scores_real_text
        kept = scored or real.condition.sources is not None
        return GeneratorUpdateInputs(
            inputs,
            RealRows(real.text if kept else None, real.condition),
            noise=self.draw_noise(step, update, 0),
            real_noise=self.draw_noise(step, update, 1) if scored else None,
        )

    def draw_inputs(
        self, step: int, update: int, purpose: Purpose, condition: Condition
    ) -> GeneratorInputs:
        """Return what the generator makes a batch from: z ~ N(0, 1) (lines 4 and 11).

        Codes, labels, sources and Gumbel noise are not in algorithm 1.
        """
        gumbel = self.config.output.startswith("gumbel")
        return draw_inputs(
            self.latents,
            condition,
            *(self.config.seed, step, update, purpose),
            rows=self.rows,
            device=self.device,
            gumbel_shape=(self.real.length, self.real.vocabulary) if gumbel else None,
        )

    def add_noise(self, text: Tensor, step: int, update: int, number: int) -> Tensor:
        """Return text (B, T, V) with instance noise; the text itself where there is none."""
        noise = self.draw_noise(step, update, number)
        return text if noise is None else text + noise

    def draw_noise(self, step: int, update: int, number: int) -> Tensor | None:
        """Return instance noise for a text, (B, T, V); None where there is none.

        An update adds noise to two texts. Their numbers, 0 and 1, keep their noise apart: in a
        critic update 0 is x, in a generator update 0 is x̃. Existing runs depend on these numbers.
        """
        config = self.config
        deviation = noise_level(step, config.instance_noise, config.instance_noise_steps)
        if not deviation:
            return None
        return draw_instance_noise(
            deviation, *(config.seed, step, update, number),
            rows=self.rows, shape=(self.real.length, self.real.vocabulary), device=self.device,
        )  # fmt: skip

    def reduce(self, network: nn.Module, values: list[Tensor]) -> list[float]:
        """Make the gradients of one network those of the whole batch; return such values.

        Gradients and values are means over this worker's rows; the first value is the loss.
        """
        return self.share.reduce(network.parameters(), values)

    def descend(self, step: int, optimizer: torch.optim.Optimizer) -> None:
        """Update the weights of one network with the optimizer (lines 9 and 12).

        Raises:
            DivergenceError: The optimizer cannot square a gradient.
        """
        try:
            optimizer.step()
        except GradientOverflowError as error:
            weights = self.models.parameters().items()
            (name,) = (name for name, weight in weights if weight is error.weight)
            message = f"step {step}: the gradient of {name}, squared, is not finite"
            raise DivergenceError(message, step=step, tensor=name) from error

    def check_loss(self, name: str, value: float, step: int) -> None:
        """Stop training where a loss is NaN or infinite (`divergence.check_loss`)."""
        check_loss(name, value, step, self.models.parameters)

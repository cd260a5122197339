"""The published algorithm as the paper gives it, in plain torch: what textgan is measured against.

    python -m benchmarks.reference [CORPUS] [--width 64] [--minutes 20] [--every 60]

Gulrajani et al. 2017, "Improved Training of Wasserstein GANs", algorithm 1 and the text networks of
their published code: residual conv1d networks, softmax rows against one-hot rows, the gradient
penalty by double backward, Adam, ten critic updates, all text in memory, n-grams in dictionaries.
Nothing is tuned. Weights start as in the published code, and the critic's are frozen while the
generator learns.

Prints seconds of training alone, steps and JSD-4 of 5,120 samples. JSD is textgan's, of the same
rows, to be comparable; the seconds that the published dictionary takes for it stand beside it.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

import corpora
from benchmarks.ngrams import dictionary, js_of_dictionaries
from textgan.evaluation.metrics.jsd import JsdReference
from textgan.training.validation import REFERENCE_ROWS, evenly_spaced

CORPUS, SAMPLES, Z = "sotu-1983-2021", 5120, 128
BATCH, CRITIC_STEPS, PENALTY, BLOCKS = 64, 10, 10.0, 5
CPU = torch.device("cpu")
ADAM = {"lr": 1e-4, "betas": (0.5, 0.9)}


def initialise(network: nn.Module) -> None:
    """Uniform weights: He for convolutions, Glorot for linear layers; biases 0 (published code)."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv1d):
            inputs, outputs = layer.in_channels, layer.out_channels
            bound = (3 * 4 / ((inputs + outputs) * layer.kernel_size[0])) ** 0.5
        elif isinstance(layer, nn.Linear):
            bound = (3 * 2 / (layer.in_features + layer.out_features)) ** 0.5
        else:
            continue
        nn.init.uniform_(layer.weight, -bound, bound)
        nn.init.zeros_(layer.bias)


class Block(nn.Module):
    """x + 0.3 · conv5(relu(conv5(relu(x)))), (B, C, T) -> (B, C, T)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 5, padding=2)
        self.second = nn.Conv1d(width, width, 5, padding=2)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output."""
        return x + 0.3 * self.second(F.relu(self.first(F.relu(x))))


class Generator(nn.Module):
    """Noise (B, Z) to rows of probabilities (B, T, V)."""

    def __init__(self, T: int, V: int, width: int) -> None:
        super().__init__()
        self.spread = nn.Linear(Z, width * T)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(BLOCKS)))
        self.write = nn.Conv1d(width, V, 1)
        self.shape = (width, T)

    def forward(self, noise: Tensor) -> Tensor:
        """Return text."""
        hidden = self.spread(noise).view(-1, *self.shape)  # (B, C, T)
        return self.write(self.blocks(hidden)).transpose(1, 2).softmax(dim=2)


class Critic(nn.Module):
    """Rows of probabilities (B, T, V) to scores (B,)."""

    def __init__(self, T: int, V: int, width: int) -> None:
        super().__init__()
        self.read = nn.Conv1d(V, width, 1)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(BLOCKS)))
        self.score = nn.Linear(width * T, 1)

    def forward(self, text: Tensor) -> Tensor:
        """Return one score a sample."""
        return self.score(self.blocks(self.read(text.transpose(1, 2))).flatten(1)).squeeze(1)


def penalty(critic: nn.Module, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """Return E(‖∇D(x̂)‖₂ − 1)², x̂ = εx + (1−ε)G(z), of rows (B, T, V) and ε (B, 1, 1)."""
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


class Reference:
    """The two networks and their updates; `rows` (N, T) are ids of text, below V."""

    def __init__(
        self, rows: NDArray[np.integer], V: int, width: int, device: torch.device = CPU
    ) -> None:
        self.rows, self.V = torch.from_numpy(np.array(rows, dtype=np.int64)).to(device), V
        self.device = device
        self.generator = Generator(rows.shape[1], V, width)
        self.critic = Critic(rows.shape[1], V, width)
        initialise(self.generator)
        initialise(self.critic)
        self.generator.to(device)
        self.critic.to(device)
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), **ADAM)
        self.critic_optimizer = torch.optim.Adam(self.critic.parameters(), **ADAM)

    def step(self, critic_steps: int = CRITIC_STEPS) -> None:
        """Make one step: critic updates, then one of the generator."""
        device = self.device
        for _ in range(critic_steps):
            drawn = torch.randint(len(self.rows), (BATCH,), device=device)
            real = F.one_hot(self.rows[drawn], self.V).float()
            mix = torch.rand(BATCH, 1, 1, device=device)
            self.critic_update(real, torch.randn(BATCH, Z, device=device), mix)
        self.generator_update(torch.randn(BATCH, Z, device=device))

    def critic_update(self, real: Tensor, noise: Tensor, mix: Tensor) -> None:
        """Minimise E D(G(z)) − E D(x) + 10 · penalty by one step of Adam."""
        with torch.no_grad():
            fake = self.generator(noise)
        loss = self.critic(fake).mean() - self.critic(real).mean()
        loss = loss + PENALTY * penalty(self.critic, real, fake, mix)
        self.critic_optimizer.zero_grad()
        loss.backward()
        self.critic_optimizer.step()

    def generator_update(self, noise: Tensor) -> None:
        """Minimise −E D(G(z)) by one step of Adam."""
        self.critic.requires_grad_(False)
        self.generator_optimizer.zero_grad()
        (-self.critic(self.generator(noise)).mean()).backward()
        self.generator_optimizer.step()
        self.critic.requires_grad_(True)

    @torch.no_grad()
    def sample(self, count: int, pad: int = 0) -> NDArray[np.int64]:
        """Return the likeliest symbols, (count, T); padding after the first padding, as ours."""
        noise = (torch.randn(BATCH, Z, device=self.device) for _ in range(-(-count // BATCH)))
        ids = torch.cat([self.generator(z).argmax(dim=2) for z in noise])[:count].cpu().numpy()
        return np.where(np.maximum.accumulate(ids == pad, axis=1), pad, ids)


class Score(NamedTuple):
    """How far the reference is: JSD-4 in bits, and the seconds that a dictionary takes for it."""

    seconds: float  # of training alone
    steps: int
    jsd4: float
    dictionary: float | None


def train(
    corpus: corpora.Corpus, width: int, minutes: float, every: float, *, timed: bool = True
) -> Iterator[Score]:
    """Yield a score every so many seconds of training; `timed` counts in dictionaries too."""
    torch.set_flush_denormal(True)  # as textgan's runs do
    torch.manual_seed(0)
    rows, V = evenly_spaced(corpus.train, REFERENCE_ROWS), corpus.encoder.size
    distance = JsdReference(rows, V, [4])
    counts = dictionary(map(tuple, rows.tolist()), 4) if timed else None
    model = Reference(corpus.train, V, width)
    seconds, steps, next_score = 0.0, 0, every
    while seconds < 60 * minutes:
        start = time.perf_counter()
        model.step()
        seconds, steps = seconds + time.perf_counter() - start, steps + 1
        if seconds < min(next_score, 60 * minutes):
            continue
        next_score = seconds + every
        ids, cost = model.sample(SAMPLES, corpus.encoder.pad), None
        if counts is not None:
            start = time.perf_counter()
            js_of_dictionaries(dictionary(map(tuple, ids.tolist()), 4), counts)
            cost = time.perf_counter() - start
        yield Score(seconds, steps, distance(ids)[4], cost)


def load(path: str, length: int) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return padded lines as tuples of characters, and the characters, all held in memory."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - plain
        lines = [tuple(line.rstrip("\n")[:length]) for line in file]
    lines = [line + ("`",) * (length - len(line)) for line in lines]
    return lines, sorted({character for line in lines for character in line})


def main() -> None:
    """Train and print a line an interval."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", default=CORPUS, help="a file or a bundled name")
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--length", type=int, default=32)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--every", type=float, default=60, help="seconds between two scores")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = corpora.encode(options.corpus, folder, length=options.length)
        print(f"{'seconds':>9}{'steps':>8}{'JSD-4':>9}{'dictionary JSD-4, s':>22}")
        for score in train(corpus, options.width, options.minutes, options.every):
            print(
                f"{score.seconds:>9.1f}{score.steps:>8,}{score.jsd4:>9.4f}{score.dictionary:>22.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()

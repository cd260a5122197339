"""SOAP: what turns with the axes, what stays plain Adam, and exact resume across a turn."""

import dataclasses
import sys

import pytest
import torch

from textgan.training.checkpoint import restore, save_last
from textgan.training.optimizers.soap import (
    GradientOverflowError,
    Soap,
    as_kernel,
    as_matrix,
)


def kernel(matrix):
    """A convolution's weight (C, C', 1, 1) of a matrix (C, C')."""
    return torch.nn.Parameter(matrix[:, :, None, None].clone())


def updates(gradients, **settings):
    """What each of the gradients (C, C') in turn adds to a weight, at rate 1."""
    weight = kernel(torch.zeros_like(gradients[0]))
    optimizer, found = Soap([weight], beta2=0.9, **settings), []
    optimizer.param_groups[0]["lr"] = 1.0
    for gradient in gradients:
        before = weight.detach().clone()
        weight.grad = gradient[:, :, None, None].clone()
        optimizer.step()
        found.append((weight.detach() - before)[:, :, 0, 0])
    return found


def by_definition(gradients, beta2):
    """SOAP as its docstring has it, written out in double precision: updates at rate 1."""
    first, *rest = [gradient.double() for gradient in gradients]
    left, right = first @ first.T, first.T @ first
    left_basis, right_basis = (torch.linalg.eigh(side).eigenvectors for side in (left, right))
    second, found = torch.zeros_like(first), [torch.zeros_like(first)]
    for step, gradient in enumerate(rest, 1):
        if step % 2 == 0:
            left = 0.95 * left + 0.05 * gradient @ gradient.T
            right = 0.95 * right + 0.05 * gradient.T @ gradient
        if step % 10 == 0:
            left_basis = torch.linalg.qr(left @ left_basis).Q
            right_basis = torch.linalg.qr(right @ right_basis).Q
        inner = left_basis.T @ gradient @ right_basis
        second = beta2 * second + (1 - beta2) * inner**2
        update = inner / ((second / (1 - beta2**step)).sqrt() + 1e-8)
        found.append(-left_basis @ update @ right_basis.T)
    return found


def test_it_is_what_it_is_defined_to_be():
    random = torch.Generator().manual_seed(0)
    mixing = torch.randn(4, 4, generator=random)
    gradients = mixing @ torch.randn(45, 4, 4, generator=random)  # four turns of the bases
    for step, (wanted, found) in enumerate(
        zip(by_definition(gradients, 0.9), updates(gradients), strict=True)
    ):
        torch.testing.assert_close(found.double(), wanted, atol=1e-4, rtol=1e-4, msg=str(step))


def test_axes_are_found_of_a_gradient_that_is_empty_in_most_directions():
    # of few rows, many columns without any text and scales far apart: single precision fails
    for seed in range(4):
        random = torch.Generator().manual_seed(seed)
        scales = torch.logspace(-12, 0, 250)[torch.randperm(250, generator=random)]
        gradient = torch.randn(4, 250, generator=random) * scales
        gradient[:, torch.rand(250, generator=random) < 0.5] = 0
        first, second = updates([gradient, gradient])
        assert first.abs().max() == 0  # only sets the axes
        assert second.isfinite().all()


def test_turned_gradients_turn_the_update():
    # In other axes the same problem gives the same update: of Adam this does not hold.
    random = torch.Generator().manual_seed(0)
    gradients = torch.randn(25, 4, 4, generator=random)
    left, right = torch.linalg.qr(torch.randn(2, 4, 4, generator=random)).Q
    plain, turned = updates(gradients), updates(left @ gradients @ right)
    for first, second in zip(plain, turned, strict=True):
        torch.testing.assert_close(left @ first @ right, second, atol=2e-3, rtol=0)


def test_where_axes_are_independent_it_is_adam():
    # One column: the right basis is (±1), and L is diagonal as only one row ever moves at a time.
    gradients = [torch.tensor([[3.0], [0.0]]), torch.tensor([[5.0], [0.0]])]
    _, second = updates(gradients)
    # v = 0.1 · 25, corrected by 1 − 0.9: the gradient over its own size
    torch.testing.assert_close(second, torch.tensor([[-1.0], [0.0]]))


def test_the_first_gradient_only_sets_the_bases():
    (first,) = updates([torch.randn(3, 3)])
    assert not first.any()


def test_sides_too_large_keep_their_own_axes(monkeypatch):
    monkeypatch.setattr(sys.modules[Soap.__module__], "MAX_SIDE", 1)
    gradients = torch.randn(5, 3, 4, generator=torch.Generator().manual_seed(0))
    weight = torch.zeros(3, 4, requires_grad=True)
    adam = torch.optim.Adam([weight], lr=1.0, betas=(0.0, 0.9))
    for gradient, update in zip(gradients[1:], updates(gradients)[1:], strict=True):
        before = weight.detach().clone()
        weight.grad = gradient.clone()
        adam.step()
        torch.testing.assert_close(weight.detach() - before, update)


def test_all_but_convolutions_are_updated_by_adam():
    gradient = torch.tensor([[1.0, -2.0], [0.5, 4.0]])
    first, second = (torch.nn.Parameter(torch.zeros(2, 2)) for _ in range(2))
    first.grad, second.grad = gradient.clone(), gradient.clone()
    Soap([first], beta2=0.9).step()
    torch.optim.Adam([second], betas=(0.0, 0.9), fused=True).step()
    assert torch.equal(first, second)


def test_convolutions_of_one_shape_are_updated_as_each_alone():
    gradients = torch.randn(12, 2, 3, 3, generator=torch.Generator().manual_seed(0))
    weights = [kernel(torch.zeros(3, 3)) for _ in range(2)]
    optimizer = Soap(weights, beta2=0.9)
    optimizer.param_groups[0]["lr"] = 1.0
    for pair in gradients:
        for weight, gradient in zip(weights, pair, strict=True):
            weight.grad = gradient[:, :, None, None].clone()
        optimizer.step()
    for index, weight in enumerate(weights):
        alone = sum(updates(gradients[:, index]))
        torch.testing.assert_close(weight.detach()[:, :, 0, 0], alone, atol=1e-4, rtol=1e-4)


def test_a_kernel_as_a_matrix_and_back_is_itself():
    like = torch.randn(2, 3, 1, 5).to(memory_format=torch.channels_last)
    assert as_matrix(like).shape == (2, 15)
    assert torch.equal(as_kernel(as_matrix(like), like), like)


@pytest.mark.parametrize("stop", [9, 10, 11])  # bases turn at the 10th update after the first
def test_training_resumes_exactly_across_a_turn_of_the_bases(
    stop, tiny, encoded, make_trainer, tmp_path
):
    config = dataclasses.replace(tiny, optimizer="soap", critic_steps=1, batch_size=4)
    first, second = (make_trainer(config, encoded["text"]) for _ in range(2))
    for step in range(1, stop + 1):
        first.step(step)
    save_last(tmp_path / "last", first.models, stop)
    assert restore(tmp_path / "last", second.models) == stop
    for step in range(stop + 1, 13):
        assert second.step(step) == first.step(step)
    for name, weight in first.models.parameters().items():
        assert torch.equal(second.models.parameters()[name], weight), name


def test_a_first_gradient_whose_square_is_not_finite_names_its_weight():
    weights = [kernel(torch.zeros(2, 2)), kernel(torch.zeros(3, 3))]
    for weight, size in zip(weights, (1.0, 1e30), strict=True):
        weight.grad = torch.full_like(weight, size)
    with pytest.raises(GradientOverflowError, match=r"\(3, 3, 1, 1\), squared") as caught:
        Soap(weights, beta2=0.9).step()
    assert caught.value.weight is weights[1]


class OnDevice:
    """The counter of steps as Adam's `load_state_dict` leaves it: on the device of the weights."""

    reads = 0

    def cpu(self):
        self.reads += 1
        return torch.tensor(7.0)


def test_after_a_resumed_run_the_counter_is_read_from_the_device_once(monkeypatch):
    weight, counter, load = kernel(torch.zeros(3, 4)), OnDevice(), torch.optim.Adam.load_state_dict
    optimizer = Soap([weight], beta2=0.9)
    weight.grad = torch.randn_like(weight)
    optimizer.step()

    def to_device(self, state):
        load(self, state)
        self.state[weight]["step"] = counter

    monkeypatch.setattr(torch.optim.Adam, "load_state_dict", to_device)
    optimizer.load_state_dict(optimizer.state_dict())
    for expected in (8, 9, 10):
        weight.grad = torch.randn_like(weight)
        optimizer.step()
        assert optimizer.state[weight]["step"] == expected
    assert counter.reads == 1

"""Checkpoints: what they hold, what is refused, and what is not written."""

import pytest
import torch

from corpora.errors import InputError
from textgan.runs.tensors import read_tensors, write_tensors
from textgan.training.checkpoint import restore, save_best, save_last
from textgan.training.divergence import DivergenceError
from textgan.training.models import Models


def build(tiny, encoded):
    return Models.build(tiny, encoded["text"], torch.device("cpu"))


def test_restored_models_are_those_that_were_saved(tiny, encoded, make_trainer, tmp_path):
    trainer = make_trainer(tiny, encoded["text"])
    trainer.step(1)
    save_last(tmp_path / "last", trainer.models, 1)
    other = make_trainer(tiny, encoded["text"])
    assert restore(tmp_path / "last", other.models) == 1
    assert trainer.step(2) == other.step(2)
    for name, weight in trainer.models.parameters().items():
        assert torch.equal(weight, other.models.parameters()[name]), name


def test_the_best_checkpoint_holds_the_average_and_the_critic_alone(tiny, encoded, tmp_path):
    save_best(tmp_path / "best", build(tiny, encoded), 3)
    tensors, step = read_tensors(tmp_path / "best")
    assert step == 3
    assert {name.partition(".")[0] for name in tensors} == {"average", "critic"}


@pytest.mark.parametrize("save", [save_best, save_last])
def test_weights_that_are_not_finite_are_not_written(save, tiny, encoded, tmp_path):
    models, path = build(tiny, encoded), tmp_path / "w"
    save(path, models, 1)
    with torch.no_grad():
        models.critic.score.weight[0, 0] = torch.inf
    with pytest.raises(DivergenceError, match=r"step 2: critic\.score\.weight is not finite"):
        save(path, models, 2)
    assert read_tensors(path)[1] == 1
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["generator_optimizer.0.extra", "critic_optimizer.1.step"])
def test_an_optimizer_s_state_with_other_fields_is_refused(
    name, tiny, encoded, make_trainer, tmp_path
):
    trainer, path = make_trainer(tiny, encoded["text"]), tmp_path / "last"
    trainer.step(1)
    save_last(path, trainer.models, 1)
    tensors, step = read_tensors(path)
    if tensors.pop(name, None) is None:
        tensors[name] = torch.zeros(())
    write_tensors(path, tensors, step)
    with pytest.raises(InputError, match=rf"of {name.rpartition('.')[0]}, expected .*step"):
        restore(path, build(tiny, encoded))


def test_a_checkpoint_without_an_optimizer_is_refused(tiny, encoded, make_trainer, tmp_path):
    trainer, path = make_trainer(tiny, encoded["text"]), tmp_path / "last"
    trainer.step(1)
    save_last(path, trainer.models, 1)
    tensors, step = read_tensors(path)
    kept = {name: t for name, t in tensors.items() if not name.startswith("critic_optimizer.")}
    assert len(kept) < len(tensors)
    write_tensors(path, kept, step)
    with pytest.raises(InputError, match="is of step 1 and holds nothing of critic_optimizer; "):
        restore(path, build(tiny, encoded))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("step", torch.tensor(-1e30)),  # β₂ to that power is no number
        ("second", torch.zeros(())),
        ("left_basis", torch.zeros(1, 8, 8)),  # of fewer kernels than there are of that shape
    ],
)
def test_an_optimizer_s_state_of_another_shape_or_step_is_refused(
    field, value, tiny, encoded, make_trainer, tmp_path
):
    trainer, path = make_trainer(tiny, encoded["text"]), tmp_path / "last"
    trainer.step(1)
    save_last(path, trainer.models, 1)
    tensors, step = read_tensors(path)
    name = next(
        name for name, tensor in tensors.items()
        if name.startswith("critic") and name.endswith(".left_basis") and len(tensor) > 1
    ).replace("left_basis", field)  # fmt: skip
    tensors[name] = value
    write_tensors(path, tensors, step)
    with pytest.raises(InputError, match=r"is -1e\+30|expected"):
        restore(path, build(tiny, encoded))

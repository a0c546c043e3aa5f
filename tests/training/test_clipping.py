"""Gradients cut to a few times their usual length."""

import pytest
import torch

from tests.small import recipe, training
from vae_studio.training.clipping import GradientClip
from vae_studio.training.loop import train
from vae_studio.training.optimiser import divide_gradients


def weights_with(*lengths):
    """Two weights whose gradients have together each of the lengths in turn."""
    parts = [torch.nn.Parameter(torch.zeros(3)), torch.nn.Parameter(torch.zeros(4))]
    for length in lengths:
        parts[0].grad = torch.tensor([0.6 * length, 0, 0])
        parts[1].grad = torch.tensor([0, 0.8 * length, 0, 0])
        yield parts


def cut(clip, parts):
    """Let an optimiser that moves by the very gradient take a step; return how the weights moved."""
    optimiser = torch.optim.SGD(parts, lr=1.0, fused=True)
    before = [part.detach().clone() for part in parts]
    divide_gradients(optimiser, clip.excess(parts))
    optimiser.step()
    return [was - part.detach() for was, part in zip(before, parts, strict=True)]


def length_of(moves):
    return float(torch.nn.utils.get_total_norm(moves))


def test_usual_gradients_are_left_alone():
    clip = GradientClip(5, torch.device("cpu"))
    for parts, length in zip(weights_with(10, 30, 5, 45), (10, 30, 5, 45), strict=True):
        assert length_of(cut(clip, parts)) == pytest.approx(length)


def test_a_sudden_one_is_cut_to_the_limit_and_keeps_its_direction():
    clip = GradientClip(5, torch.device("cpu"))
    for parts in weights_with(*[10.0] * 30, 1e12):
        moves = cut(clip, parts)
    assert length_of(moves) == pytest.approx(50)
    assert moves[0][0] / moves[1][1] == pytest.approx(0.75)
    assert clip.usual < 11, "one runaway must not raise the limit for those after it"


def test_no_limit_is_no_limit():
    clip = GradientClip(0, torch.device("cpu"))
    for parts, length in zip(weights_with(1, 1e9), (1, 1e9), strict=True):
        assert length_of(cut(clip, parts)) == pytest.approx(length)


def test_the_limit_survives_a_resume():
    first, second = (training(recipe(training__epochs=1)) for _ in range(2))
    list(train(*first.parts))
    assert first.state.clip.usual > 0
    second.state.restore(first.state.to_tensors(), first.state.position_json())
    assert torch.equal(second.state.clip.usual, first.state.clip.usual)

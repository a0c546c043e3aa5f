"""The optimiser and its learning rate over time."""

import math

import torch
from torch import nn

from vae_studio.training.options import TrainingOptions

_WARM_UP, _FIRST, _LAST = 0.2, 1 / 25, 1e-4  # of the cycle; of the highest rate


def build_optimiser(model: nn.Module, options: TrainingOptions) -> torch.optim.Optimizer:
    """Return the chosen optimiser over all of the model's weights."""
    if options.optimiser == "adam":
        return torch.optim.Adam(model.parameters(), lr=options.learning_rate, eps=1e-7, fused=True)
    return torch.optim.AdamW(
        model.parameters(), lr=options.learning_rate, betas=(0.9, 0.99), weight_decay=options.weight_decay, fused=True
    )


def learning_rate(options: TrainingOptions, progress: float) -> float:
    """Return the rate at `progress` in [0, 1]; one cycle rises and falls along cosines (Smith and Topin, 2019)."""
    highest = options.learning_rate
    if options.schedule == "constant":
        return highest
    if progress < _WARM_UP:
        return _cosine(highest * _FIRST, highest, progress / _WARM_UP)
    return _cosine(highest, highest * _FIRST * _LAST, (progress - _WARM_UP) / (1 - _WARM_UP))


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))

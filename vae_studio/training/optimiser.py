"""The optimiser and its learning rate over time."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from vae_studio.models.layers import CodeLinear
from vae_studio.models.vae import VAE
from vae_studio.objectives.pace import Paced
from vae_studio.training.muon import Muon, is_matrix
from vae_studio.training.options import TrainingOptions

_BETAS = (0.9, 0.99)
_FIRST, _LAST = 1 / 25, 1e-4  # of the highest rate


def build_optimiser(model: VAE, options: TrainingOptions) -> torch.optim.Optimizer:
    """Return the chosen optimiser over all of the model's weights; on CUDA one whose steps can be recorded."""
    device = next(model.parameters()).device
    recorded = device.type == "cuda"

    def rate(value: float) -> float | Tensor:
        return torch.tensor(value, device=device) if recorded else value

    own: list[dict[str, Any]] = [
        {
            "params": list(part.parameters()),
            "lr": rate(part.pace.rate),
            "betas": part.pace.betas,
            "weight_decay": 0.0,
            "own_pace": True,
        }
        for part in model.modules()
        if isinstance(part, Paced)
    ]
    apart = {weight for group in own for weight in group["params"]}
    common, highest = [weight for weight in model.parameters() if weight not in apart], rate(options.learning_rate)
    if options.optimiser == "muon":
        matrices = _hidden_matrices(model)
        others = [weight for weight in common if all(weight is not matrix for matrix in matrices)]
        dtype = torch.bfloat16 if model.in_bfloat16 else torch.float32
        return Muon(matrices, others, highest, _BETAS, options.weight_decay, dtype, own)
    groups = [{"params": common}, *own]
    if options.optimiser == "adam":
        return torch.optim.Adam(groups, lr=highest, eps=1e-7, fused=True, capturable=recorded)
    return torch.optim.AdamW(
        groups, lr=highest, betas=_BETAS, weight_decay=options.weight_decay, fused=True, capturable=recorded
    )


def weights_of(optimiser: torch.optim.Optimizer) -> list[nn.Parameter]:
    """Return the weights in the order in which the optimiser counts them."""
    return [weight for group in optimiser.param_groups for weight in group["params"]]


def memory_of(optimiser: torch.optim.Optimizer) -> list[set[str]]:
    """Return the names of what the optimiser remembers of each weight, in the order of `weights_of`."""
    adam = {"step", "exp_avg", "exp_avg_sq"}
    return [
        {"momentum"} if group.get("orthogonal") else adam for group in optimiser.param_groups for _ in group["params"]
    ]


def _hidden_matrices(model: VAE) -> list[nn.Parameter]:
    """Return the matrices of both networks that lead from pixels or units to units or pixels, not to or from codes."""
    layers = (layer for network in (model.encoder, model.decoder) for layer in network.modules())
    hidden = [layer for layer in layers if isinstance(layer, nn.Linear) and not isinstance(layer, CodeLinear)]
    weights = [layer.weight for layer in hidden if is_matrix(layer.weight)]
    return [weight for weight in weights if isinstance(weight, nn.Parameter)]


def divide_gradients(optimiser: torch.optim.Optimizer, divisor: Tensor | None) -> None:
    """Have the optimiser's next step divide the gradients by a number [] while it reads them: no pass of its own.

    Fused optimisers take the number in the place where loss scaling puts its own.
    """
    optimiser.grad_scale = divisor  # type: ignore[attr-defined]
    optimiser.found_inf = None if divisor is None else torch.zeros_like(divisor)  # type: ignore[attr-defined]


def learning_rate(options: TrainingOptions, progress: float) -> float:
    """Return the rate at `progress` in [0, 1]; one cycle rises and falls along cosines (Smith and Topin, 2019)."""
    highest = options.learning_rate
    if options.schedule == "constant":
        return highest
    rise = options.rate_warmup
    if progress < rise:
        return _cosine(highest * _FIRST, highest, progress / rise)
    return _cosine(highest, highest * _FIRST * _LAST, (progress - rise) / (1 - rise))


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))

"""Training written out in the plainest way: float32 pictures, no fused optimiser, no gathered losses, no tricks."""

import math

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from vae_studio.data.image_set import ImageSet
from vae_studio.data.split import split
from vae_studio.models.layers import CodeLinear
from vae_studio.models.vae import VAE, build_vae
from vae_studio.objectives.schedule import kl_weight
from vae_studio.runs.recipe import Recipe
from vae_studio.training.batches import epoch_order
from vae_studio.training.optimiser import learning_rate


def plain_curve(recipe: Recipe, images: ImageSet) -> list[float]:
    """Return the held-out negative ELBO after each epoch of a resolved recipe, in nats.

    Order of the pictures, noise and first weights are those of the program, so that rounding alone can differ.
    """
    options, seed = recipe.training, recipe.training.seed
    parts = split(images, recipe.data.held_out, seed)
    x = torch.from_numpy(images.pictures.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255))
    model = build_vae(recipe.network, images.shape, seed)
    matrices = _matrices(model) if options.optimiser == "muon" else []
    muon = PlainMuon(matrices, options.weight_decay)
    others = [weight for weight in model.parameters() if all(weight is not matrix for matrix in matrices)]
    optimiser = torch.optim.AdamW(
        others, betas=(0.9, 0.99), weight_decay=options.weight_decay, foreach=False, fused=False
    )
    noise = torch.Generator().manual_seed(seed)
    steps = options.epochs * math.ceil(len(parts.train) / options.batch_size)
    step, usual, curve = 0, None, []
    for epoch in range(options.epochs):
        for batch in epoch_order(parts.train, seed, epoch).split(options.batch_size):
            rate = learning_rate(options, step / steps)
            for group in optimiser.param_groups:
                group["lr"] = rate
            reconstruction, kl = _terms(model, x[batch], noise)
            model.zero_grad()
            (reconstruction + kl_weight(recipe.objective.beta, recipe.objective.warmup, step / steps) * kl).backward()
            length = float(
                torch.linalg.vector_norm(torch.cat([weight.grad.flatten() for weight in model.parameters()]))
            )
            usual = length if usual is None else usual
            limit = options.clipping * usual
            if length > limit:
                for weight in model.parameters():
                    weight.grad *= limit / length
            usual = 0.98 * usual + 0.02 * min(length, 5 * usual)
            optimiser.step()
            muon.step(8 * rate)
            step += 1
        with torch.no_grad():
            held_out = x[torch.from_numpy(parts.held_out)]
            curve.append(float(sum(_terms(model, held_out, torch.Generator().manual_seed(2024)))))
    return curve


class PlainMuon:
    """Muon (Jordan et al., 2024) on blocks of rows, in three rounds that each multiply the block itself."""

    def __init__(self, matrices: list[nn.Parameter], decay: float) -> None:
        self.matrices, self.decay = matrices, decay
        self.momenta = [torch.zeros_like(matrix) for matrix in matrices]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move the matrices."""
        for matrix, momentum in zip(self.matrices, self.momenta, strict=True):
            momentum.copy_(0.9 * momentum + 0.1 * matrix.grad)
            ahead = 0.9 * momentum + 0.1 * matrix.grad
            rows, columns = matrix.shape
            sizes = [size for size in range(16, min(64, columns) + 1) if rows % size == 0]
            blocks = ahead.split(max(sizes) if sizes else rows)
            direction = torch.cat([_orthogonal(block) for block in blocks])
            matrix.mul_(1 - rate * self.decay)
            matrix.sub_(rate * max(1.0, rows / columns) ** 0.5 * direction)


def _orthogonal(x: Tensor) -> Tensor:
    x = x / x.norm()
    for _ in range(3):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x


def _matrices(model: VAE) -> list[nn.Parameter]:
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear) and not isinstance(layer, CodeLinear)]
    return [layer.weight for layer in layers if min(layer.weight.shape) >= 32]


def _terms(model: nn.Module, x: Tensor, noise: torch.Generator) -> tuple[Tensor, Tensor]:
    mu, log_var = model.encoder(x).chunk(2, dim=1)
    z = mu + torch.exp(log_var / 2) * torch.empty_like(mu).normal_(generator=noise)
    cross = functional.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum")
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum()
    return cross / len(x), kl / len(x)

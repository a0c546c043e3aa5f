"""Weights that are there twice: in float32, where steps add up, and in bfloat16, where the network computes."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vae_studio.models.vae import VAE
from vae_studio.training.muon import Muon
from vae_studio.training.state import TrainingState


def rounded_for(state: TrainingState) -> "Rounded | None":
    """Return the rounded network that a training's steps compute with on a CPU in bfloat16; None where its own does.

    Autocast rounds every weight on each way through the network and widens every gradient on the way back, which on a
    CPU takes a third of a step. An optimiser that takes gradients in bfloat16 needs neither: master weights
    (Micikevicius et al., 2018). Torch's own optimisers take none, so only Muon's matrices are rounded.
    """
    model, optimiser = state.model, state.optimiser
    on_cpu = next(model.parameters()).device.type == "cpu"
    if not (on_cpu and model.in_bfloat16 and isinstance(optimiser, Muon)):
        return None
    return Rounded(model, optimiser.matrices)


class Rounded:
    """A network that shares all weights with another but some, of which it has copies in bfloat16."""

    def __init__(self, model: VAE, weights: Sequence[nn.Parameter]) -> None:
        self.copies = {weight: nn.Parameter(weight.detach().to(torch.bfloat16)) for weight in weights}
        shared: dict[int, Tensor] = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
        shared |= {id(weight): rounded for weight, rounded in self.copies.items()}
        sides = {name: copy.deepcopy(model.get_submodule(name), shared) for name in ("encoder", "decoder")}
        self.model = copy.copy(model)
        self.model._modules = {**model._modules, **sides}

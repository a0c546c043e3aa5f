"""One step of the optimiser."""

from typing import Protocol

import torch
from torch import Tensor

from vae_studio.objectives.objective import Objective, Terms
from vae_studio.training.batches import PictureStore
from vae_studio.training.muon import Muon
from vae_studio.training.optimiser import divide_gradients
from vae_studio.training.rounded import rounded_for
from vae_studio.training.state import TrainingState


class Step(Protocol):
    """Whatever can take one step."""

    tally: Tensor  # [4]: loss, reconstruction and kl, each times pictures, and pictures, since somebody emptied it

    def __call__(self, batch: Tensor, rate: float, progress: float) -> None:
        """Learn from the pictures of a batch, indices [B], at a learning rate, at `progress` in [0, 1]."""
        ...

    def finish(self) -> None:
        """Take the steps that were asked for and wait for others; only then are the state and the tally up to date."""
        ...


class EagerStep:
    """Takes a step operation by operation; nothing is read back from the device."""

    def __init__(self, state: TrainingState, objective: Objective, store: PictureStore) -> None:
        self.state, self.objective, self.store = state, objective, store
        rounded = rounded_for(state)
        self.model = state.model if rounded is None else rounded.model
        if isinstance(state.optimiser, Muon):
            state.optimiser.copies = {} if rounded is None else rounded.copies
        self.owners = list(state.model.parameters())  # the weights themselves, in float32
        self.learners = list(self.model.parameters())  # who has their gradients: a weight itself or its rounded copy
        device = store.bytes.device
        exact = torch.float32 if device.type == "mps" else torch.float64  # MPS has no doubles
        self.tally = torch.zeros(4, dtype=exact, device=device)

    def __call__(self, batch: Tensor, rate: float, progress: float) -> None:
        """Learn from a batch."""
        self.state.set_learning_rate(rate)
        self.learn(batch, progress)

    def finish(self) -> None:
        """Do nothing: no step waits."""

    def learn(self, batch: Tensor, progress: float | Tensor) -> None:
        """Learn from a batch at the learning rate that is set; a tensor's progress is not looked at on the way."""
        state = self.state
        model = self.store.given(self.model, batch)
        terms = self.objective(model, self.store.batch(batch, state.noise), state.noise, progress)
        for weight in self.learners:
            weight.grad = None
        terms.loss.backward()  # type: ignore[no-untyped-call]
        divide_gradients(state.optimiser, state.clip.excess(self.learners))
        state.optimiser.step()
        self._count(terms, len(batch))

    def _count(self, terms: Terms, pictures: int) -> None:
        self.tally.add_(tally_row(terms, pictures, self.tally))


@torch.no_grad()
def tally_row(terms: Terms, pictures: int, like: Tensor) -> Tensor:
    """Return what a batch adds to a tally, [4], in the precision of one."""
    row = torch.stack([terms.loss, terms.reconstruction, terms.kl, torch.ones_like(terms.loss)])
    return row.to(like.dtype) * pictures

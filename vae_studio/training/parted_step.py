"""One step of the optimiser whose batch is worked on in parts and whose weights move in lanes, one for each core."""

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from vae_studio.device import on_one_core
from vae_studio.objectives.objective import Objective
from vae_studio.training.batches import PictureStore
from vae_studio.training.optimiser import divide_gradients
from vae_studio.training.state import TrainingState
from vae_studio.training.step import EagerStep, tally_row


class PartedStep(EagerStep):
    """Takes a step part by part, each on one core: what can be done side by side stands side by side.

    Cores that share one operation wait for each other at its end, hundreds of times a step, and all of them for the one
    that somebody else keeps busy. Cores that share a step meet three times. For objectives whose loss of a batch is the
    mean of what its pictures cost: gradients of the parts add up to the batch's.
    """

    def __init__(self, state: TrainingState, objective: Objective, store: PictureStore, parts: int) -> None:
        super().__init__(state, objective, store)
        self.parts = parts
        self.lanes = _lanes(self.learners, parts)
        for group in state.optimiser.param_groups:
            group["lr"] = torch.as_tensor(group["lr"])  # a number in a place of its own, which a program reads

    def learn(self, batch: Tensor, progress: float | Tensor) -> None:
        """Learn from a batch, one part after the other."""
        with on_one_core():
            noise = self.state.noise
            found = [
                self.gradients(part, progress, len(part) / len(batch), noise) for part in torch.chunk(batch, self.parts)
            ]
            sums = [self.summed(lane, found) for lane in self.lanes]
            excess = self.excess([one[-1] for one in sums])
            for lane, gradients in zip(self.lanes, sums, strict=True):
                self.move(lane, gradients, excess)
            self.count([one[-1] for one in found])

    def gradients(self, part: Tensor, progress: float | Tensor, share: float, noise: torch.Generator) -> list[Tensor]:
        """Return what a part of a batch, indices [B], adds to each learner's gradient, and to the tally."""
        model = self.store.given(self.model, part)
        terms = self.objective(model, self.store.batch(part, noise), noise, progress)
        return [*torch.autograd.grad(terms.loss * share, self.learners), tally_row(terms, len(part), self.tally)]

    @torch.no_grad()
    def summed(self, lane: Sequence[int], found: Sequence[Sequence[Tensor]]) -> list[Tensor]:
        """Return a lane's gradients of the whole batch, and their length, [], where that is limited."""
        gradients = [sum((one[place] for one in found[1:]), found[0][place]) for place in lane]
        limited = self.state.clip.times > 0
        return [*gradients, nn.utils.get_total_norm(gradients).float()] if limited else gradients

    @torch.no_grad()
    def excess(self, lengths: Sequence[Tensor]) -> Tensor | None:
        """Return what gradients of these lengths in the lanes are to be divided by; None to leave them as they are."""
        clip = self.state.clip
        return None if clip.times == 0 else clip.limit(torch.linalg.vector_norm(torch.stack(list(lengths))))

    def move(self, lane: Sequence[int], gradients: Sequence[Tensor], excess: Tensor | None) -> None:
        """Move a lane's weights by their gradients of the whole batch."""
        optimiser = self.state.optimiser
        for place, gradient in zip(lane, gradients, strict=False):
            self.learners[place].grad = gradient
        with self._alone(lane):
            divide_gradients(optimiser, excess)
            optimiser.step()
        for place in lane:
            self.learners[place].grad = None

    @torch.no_grad()
    def count(self, rows: Sequence[Tensor]) -> None:
        """Add what the parts count to the tally."""
        self.tally.add_(torch.stack(list(rows)).sum(dim=0))

    @contextlib.contextmanager
    def _alone(self, lane: Sequence[int]) -> Iterator[None]:
        """Let the optimiser know a lane's weights only."""
        optimiser = self.state.optimiser
        groups, own = optimiser.param_groups, {id(self.owners[place]) for place in lane}
        chosen = [{**group, "params": [w for w in group["params"] if id(w) in own]} for group in groups]
        optimiser.param_groups = [group for group in chosen if group["params"]]
        try:
            yield
        finally:
            optimiser.param_groups = groups


def _lanes(weights: Sequence[Tensor], count: int) -> list[list[int]]:
    """Share out weights so that all lanes have about as many numbers: the largest first, to whom has least."""
    lanes: list[list[int]] = [[] for _ in range(count)]
    loads = [0] * count
    for place in sorted(range(len(weights)), key=lambda place: -weights[place].numel()):
        least = loads.index(min(loads))
        lanes[least].append(place)
        loads[least] += weights[place].numel()
    return [sorted(lane) for lane in lanes if lane]

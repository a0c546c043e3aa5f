"""The training loop: a plain generator of events that knows neither windows nor files."""

import math
import time
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from vae_studio.data.split import Split
from vae_studio.errors import TrainingError
from vae_studio.objectives.objective import Objective
from vae_studio.training.batches import PictureStore, epoch_order
from vae_studio.training.events import EpochDone, Event, Finished, Losses, Progress, Started, StepDone, Stopped
from vae_studio.training.graphed_step import GraphedStep
from vae_studio.training.held_out import held_out_losses
from vae_studio.training.optimiser import learning_rate
from vae_studio.training.options import TrainingOptions
from vae_studio.training.state import TrainingState
from vae_studio.training.step import EagerStep, Step
from vae_studio.training.taped_step import taped_step

_REPORT_SECONDS = 0.05  # reading a loss waits for the device, so it is done some times a second, not at each step


def train(
    state: TrainingState,
    objective: Objective,
    store: PictureStore,
    split: Split,
    options: TrainingOptions,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Train until `options.epochs` are done or `should_stop` says so, from wherever `state` stands.

    Between two events `state` is at rest and may be copied. Raises TrainingError when the loss is not a number.
    """
    loop = _Loop(state, objective, store, split, options)
    yield Started(loop.progress())
    while state.position.epoch < options.epochs:
        for event in loop.epoch(should_stop):
            yield event
            if isinstance(event, Stopped):
                return
    yield Finished(loop.progress())


class _Loop:
    """The parts of one training, and its clock."""

    def __init__(
        self, state: TrainingState, objective: Objective, store: PictureStore, split: Split, options: TrainingOptions
    ) -> None:
        self.state, self.objective, self.store, self.split, self.options = state, objective, store, split, options
        self.steps_per_epoch = math.ceil(len(split.train) / options.batch_size)
        self.sums = torch.tensor(state.position.sums, dtype=torch.float64)
        self.step = step_for(state, objective, store, options, len(split.train))

    def progress(self) -> Progress:
        position = self.state.position
        done = position.epoch + position.pictures / len(self.split.train)
        return Progress(done, self.options.epochs, position.step, position.seconds)

    def epoch(self, should_stop: Callable[[], bool]) -> Iterator[Event]:
        """Run the rest of the current epoch."""
        position = self.state.position
        order = epoch_order(self.split.train, self.options.seed, position.epoch, self.store.blocks)
        order = order.to(self.store.bytes.device)
        clock = last_report = time.perf_counter()
        while position.pictures < len(order):
            if should_stop():
                self._collect()
                self._check_weights()
                position.seconds += time.perf_counter() - clock
                yield Stopped(self.progress())
                return
            batch = order[position.pictures : position.pictures + self.options.batch_size]
            rate = self._step(batch)
            if time.perf_counter() - last_report > _REPORT_SECONDS:
                losses = self._collect()
                position.seconds += time.perf_counter() - clock
                yield StepDone(self.progress(), losses, rate)
                clock = last_report = time.perf_counter()  # what the listener did is not training time
        self._collect()
        self._check_weights()
        training = _losses(self.sums.tolist(), len(order))
        position.epoch, position.pictures = position.epoch + 1, 0
        self._reset_sums()
        held_out = held_out_losses(self.state.model, self.objective, self.store, self.split.held_out)
        position.seconds += time.perf_counter() - clock
        yield EpochDone(self.progress(), training, held_out)

    def _step(self, batch: Tensor) -> float:
        """Take one step of the optimiser; return its learning rate."""
        position = self.state.position
        total_steps = self.options.epochs * self.steps_per_epoch - position.leg_start
        progress = (position.step - position.leg_start) / max(total_steps, 1)
        rate = learning_rate(self.options, progress)
        # When epochs are added after the end the KL weight stays where it ended.
        self.step(batch, rate, progress if position.legs == 0 else 1.0)
        position.step += 1
        position.pictures += len(batch)
        return rate

    def _collect(self) -> Losses:
        """Bring the state up to date and read the losses since the last time; raises TrainingError for no numbers."""
        self.step.finish()
        *sums, pictures = self.step.tally.tolist()
        self.step.tally.zero_()
        if not all(math.isfinite(value) for value in sums):
            raise self._diverged("loss is")
        self.sums += torch.tensor(sums, dtype=torch.float64)
        self.state.position.sums = self.sums.tolist()
        return _losses(sums, pictures)

    def _check_weights(self) -> None:
        """Raise TrainingError when the last step ruined the weights, before anybody saves them."""
        if not all(bool(torch.isfinite(weight).all()) for weight in self.state.model.parameters()):
            raise self._diverged("weights are")

    def _diverged(self, what: str) -> TrainingError:
        noun = "a number" if what.endswith("is") else "numbers"
        return TrainingError(
            f"The {what} not {noun} any more (step {self.state.position.step}); "
            "the last saved state is kept. Lower the learning rate and train again."
        )

    def _reset_sums(self) -> None:
        self.sums.zero_()
        self.state.position.sums = [0.0, 0.0, 0.0]


def step_for(
    state: TrainingState, objective: Objective, store: PictureStore, options: TrainingOptions, pictures: int = 0
) -> Step:
    """Return the fastest way of taking steps that the device has, for so many pictures an epoch or all there are."""
    if store.bytes.device.type == "cuda":
        return GraphedStep(EagerStep(state, objective, store), options.batch_size)
    taped = taped_step(state, objective, store, options, pictures or len(store))
    return taped or EagerStep(state, objective, store)


def _losses(sums: list[float], pictures: float) -> Losses:
    loss, reconstruction, kl = (value / max(pictures, 1) for value in sums)
    return Losses(loss, reconstruction, kl)

"""Steps on a CPU that are written down before the training and then repeated as programs."""

import logging
import time

import torch
from torch import Tensor, nn

from vae_studio.objectives.objective import Objective, is_per_picture
from vae_studio.training.batches import PictureStore
from vae_studio.training.options import TrainingOptions
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.program import Program
from vae_studio.training.state import TrainingState
from vae_studio.training.tape import TapeError

_LEAST_STEPS = 200  # of a training that is worth a program
_LEAST_PART, _MOST_PARTS = 32, 8  # pictures; parts of a batch
_RESTS = 10  # last batches of epochs, times the cores that would be idle, that are worth another program
_MOST_WEIGHTS = 40_000  # of dense layers, for each picture of a part; with more, memory is what a step waits for
_SECONDS, _MOST_TOGETHER = 0.08, 8  # that steps taken together last; a stop waits for them

log = logging.getLogger(__name__)


class TapedStep:
    """Takes steps by a program: one for whole batches, and for the last, smaller one of each epoch where that pays.

    Steps are gathered and then taken together, for between two of them Python has to be waited for, which in a window
    has other work. A program knows the tensors of one training: after a restored state it has to be written anew.
    """

    def __init__(self, step: PartedStep, programs: dict[int, Program]) -> None:
        self.step, self.tally = step, step.tally
        self._programs = programs  # by the size of a batch
        self._waiting: list[tuple[Tensor, float, float]] = []  # batches of one size, their rates and progress
        self._together = 1

    def __call__(self, batch: Tensor, rate: float, progress: float) -> None:
        """Learn from a batch, soon."""
        if self._waiting and len(self._waiting[0][0]) != len(batch):
            self.finish()
        if len(batch) in self._programs:
            self._waiting.append((batch, rate, progress))
            if len(self._waiting) >= self._together:
                self.finish()
        else:
            self.step.state.set_learning_rate(rate)
            self.step.learn(batch, torch.tensor(progress))

    def finish(self) -> None:
        """Take the steps that wait."""
        if not self._waiting:
            return
        start = time.perf_counter()
        batches, rates, progress = zip(*self._waiting, strict=True)
        self._waiting.clear()
        program = self._programs[len(batches[0])]
        program.run(batches, torch.tensor(rates), torch.tensor(progress), self.step.state.noise)
        seconds = (time.perf_counter() - start) / len(batches)
        self._together = max(1, min(_MOST_TOGETHER, round(_SECONDS / seconds)))


def taped_step(
    state: TrainingState, objective: Objective, store: PictureStore, options: TrainingOptions, pictures: int
) -> TapedStep | None:
    """Return steps by a program for so many pictures an epoch; None where it would not pay, or cannot be.

    Nothing is learned meanwhile. What is returned depends on the recipe and the number of cores alone, so that a
    training goes on exactly as it began.
    """
    cores = min(torch.get_num_threads(), torch.get_num_interop_threads())
    parts, steps = _parts(options.batch_size, cores), options.epochs * pictures // options.batch_size
    pays = parts > 1 and steps >= _LEAST_STEPS and parts * _dense(state.model) <= _MOST_WEIGHTS * options.batch_size
    if store.bytes.device.type != "cpu" or not pays or not is_per_picture(objective):
        return None
    rates = [group["lr"] for group in state.optimiser.param_groups]
    step = PartedStep(state, objective, store, parts)
    rest = pictures % options.batch_size  # of an epoch
    sizes = {options.batch_size, rest} if rest and options.epochs * (parts - 1) >= _RESTS else {options.batch_size}
    before = _Memory(step)
    try:
        return TapedStep(step, {size: _proven(step, size) for size in sizes})
    except (TapeError, RuntimeError, AttributeError) as error:  # the last where torch has lost a private name
        log.info("Steps are taken one by one: %s.", str(error).splitlines()[0])
        for group, rate in zip(state.optimiser.param_groups, rates, strict=True):
            group["lr"] = rate
        return None
    finally:
        before.restore()


def _parts(batch_size: int, cores: int) -> int:
    """Return into how many equal parts a batch goes, so that most cores have one; 1 where that cannot be."""
    most = min(cores, _MOST_PARTS, batch_size // _LEAST_PART)
    parts = max((parts for parts in range(1, most + 1) if batch_size % parts == 0), default=1)
    return parts if 2 * parts > cores else 1


def _dense(model: nn.Module) -> int:
    """Return how many weights are used once for each picture, as those of convolutions are not."""
    return sum(layer.weight.numel() for layer in model.modules() if isinstance(layer, nn.Linear))


def _proven(step: PartedStep, size: int) -> Program:
    """Return the program of a step from so many pictures; raises TapeError unless it leaves the same numbers behind."""
    batch, rates, progress = torch.arange(size), torch.tensor([1e-3, 2e-3]), torch.tensor([0.5, 0.75])
    step.learn(batch[: step.parts], progress[0])  # the optimiser makes its averages
    program = Program(step, batch, progress[0])
    before, batches = _Memory(step), [batch.flip(0), batch]
    for one, rate, at in zip(batches, rates, progress, strict=True):
        step.state.set_learning_rate(float(rate))
        step.learn(one, at)
    wanted = _Memory(step)
    before.restore()
    program.run(batches, rates, progress, step.state.noise)
    if not wanted.is_there():
        raise TapeError("the program leaves other numbers behind")
    return program


class _Memory:
    """All that a step writes to, at one moment."""

    def __init__(self, step: PartedStep) -> None:
        self._step = step
        self._tensors = self._written()
        self._values = [tensor.detach().clone() for tensor in self._tensors]
        self._noise = step.state.noise.get_state()

    def _written(self) -> list[Tensor]:
        state = self._step.state
        averages = [value for values in state.optimiser.state.values() for value in values.values()]
        return [*self._step.owners, *self._step.learners, state.clip.usual, self._step.tally, *averages]

    @torch.no_grad()
    def restore(self) -> None:
        """Go back to that moment; averages that were not there yet begin at nothing."""
        known = {id(tensor) for tensor in self._tensors}
        for tensor in self._written():
            if id(tensor) not in known:
                tensor.zero_()
        for tensor, value in zip(self._tensors, self._values, strict=True):
            tensor.copy_(value)
        self._step.state.noise.set_state(self._noise)

    def is_there(self) -> bool:
        """Tell whether everything is as it was, to the last bit."""
        same = all(_same(tensor, value) for tensor, value in zip(self._tensors, self._values, strict=True))
        return same and torch.equal(self._step.state.noise.get_state(), self._noise)


def _same(one: Tensor, other: Tensor) -> bool:
    whole = {2: torch.int16, 4: torch.int32, 8: torch.int64}[one.element_size()]  # as numbers, 0 is -0 as well
    return torch.equal(one.detach().view(whole), other.view(whole))

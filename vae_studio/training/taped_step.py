"""Steps on a CPU that are written down once and then repeated as a program."""

import logging

import torch
from torch import Tensor

from vae_studio.objectives.objective import Objective, is_per_picture
from vae_studio.training.batches import PictureStore
from vae_studio.training.options import TrainingOptions
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.program import Program
from vae_studio.training.state import TrainingState
from vae_studio.training.step import EagerStep
from vae_studio.training.tape import Constants, Tape, TapeError

_LEAST_STEPS = 200  # of a training that is worth a program
_LEAST_PART, _MOST_PARTS = 32, 8  # pictures; parts of a batch
_TRIAL = 2  # pictures

log = logging.getLogger(__name__)


class TapedStep:
    """Takes the first step one by one, writes the second one down, and repeats it with the batches that follow.

    A program that does not leave the very numbers behind that its step left is given up, as is a step that cannot be
    written down. The last, smaller batch of an epoch is taken one by one.
    """

    def __init__(self, step: PartedStep, batch_size: int) -> None:
        self.step, self.tally = step, step.tally
        self._size = batch_size
        self._progress = torch.zeros(())
        self._begun = False
        self._program: Program | None = None
        self._possible = True

    @property
    def written(self) -> bool:
        """Whether a step is written down and repeated."""
        return self._program is not None

    def __call__(self, batch: Tensor, rate: float, progress: float) -> None:
        """Learn from a batch."""
        self.step.state.set_learning_rate(rate)
        self._progress.fill_(progress)
        if not self._possible:
            EagerStep.learn(self.step, batch, self._progress)
        elif len(batch) != self._size or not self._begun:  # at first the optimiser makes its averages
            self._begun = True
            self.step.learn(batch, self._progress)
        elif self._program is None:
            self._write(batch)
        else:
            self._program.run(batch, self._progress, self.step.state.noise)

    def _write(self, batch: Tensor) -> None:
        """Write a step down, and take it again by the program."""
        before = _Memory(self.step)
        try:
            program = Program(self.step, batch, self._progress)
        except (TapeError, RuntimeError) as error:
            self._give_up(str(error).splitlines()[0])
            before.restore()
            EagerStep.learn(self.step, batch, self._progress)
            return
        wanted = _Memory(self.step)
        before.restore()
        program.run(batch, self._progress, self.step.state.noise)
        if wanted.is_there():
            self._program = program
        else:
            self._give_up("the program leaves other numbers behind")
            wanted.restore()

    def _give_up(self, reason: str) -> None:
        self._possible = False
        log.info("Steps are taken one by one: %s.", reason)


class _Memory:
    """All that a step writes to, at one moment."""

    def __init__(self, step: PartedStep) -> None:
        state = step.state
        averages = [value for values in state.optimiser.state.values() for value in values.values()]
        self._tensors = [*step.owners, *step.learners, *averages, state.clip.usual, step.tally]
        self._values = [tensor.detach().clone() for tensor in self._tensors]
        self._noise, self._place = state.noise, state.noise.get_state()

    @torch.no_grad()
    def restore(self) -> None:
        """Go back to that moment."""
        for tensor, value in zip(self._tensors, self._values, strict=True):
            tensor.copy_(value)
        self._noise.set_state(self._place)

    def is_there(self) -> bool:
        """Tell whether everything is as it was, to the last bit."""
        same = zip([*self._tensors, self._noise.get_state()], [*self._values, self._place], strict=True)
        return all(torch.equal(tensor, value) for tensor, value in same)


def taped_step(
    state: TrainingState, objective: Objective, store: PictureStore, options: TrainingOptions
) -> TapedStep | None:
    """Return steps by a program; None where it would not pay, or where this training cannot be written down.

    That depends on the recipe and the number of cores alone, so that a training goes on exactly as it began.
    """
    parts = _parts(options.batch_size, torch.get_num_threads())
    steps = options.epochs * len(store) // options.batch_size
    if store.bytes.device.type != "cpu" or parts == 1 or steps < _LEAST_STEPS or not is_per_picture(objective):
        return None
    step = PartedStep(state, objective, store, parts)
    return TapedStep(step, options.batch_size) if _writable(step) else None


def _parts(batch_size: int, cores: int) -> int:
    """Return into how many equal parts a batch goes."""
    most = min(cores, _MOST_PARTS, batch_size // _LEAST_PART)
    return max((parts for parts in range(1, most + 1) if batch_size % parts == 0), default=1)


def _writable(step: PartedStep) -> bool:
    """Tell whether a step looks at no number on its way, tried on a few pictures with noise of its own."""
    noise = torch.Generator().manual_seed(0)
    try:
        with Tape(Constants(), {}):
            step.gradients(torch.arange(_TRIAL), torch.zeros(()), 1.0, noise)
    except (TapeError, RuntimeError) as error:
        log.info("Steps are taken one by one: %s.", str(error).splitlines()[0])
        return False
    return True

"""Steps on a CUDA device that are recorded once and then repeated as a whole."""

import contextlib
import logging
from collections import deque
from typing import ClassVar

import torch
from torch import Tensor

from vae_studio.objectives.objective import Objective, stage_at
from vae_studio.training.host_reads import HostReads
from vae_studio.training.step import EagerStep

_WARM_UP = 3  # steps taken one by one first: libraries choose their kernels, the optimiser makes its averages
_MARK = 16  # steps between two marks in the device's queue
_AHEAD = 2  # marks that may be open: the device never waits for work, and a stop never waits for long

log = logging.getLogger(__name__)


class GraphedStep:
    """Records one step as a CUDA graph and replays it: hundreds of small kernels cost one launch.

    All that changes from step to step lies in tensors of the device: the batch's indices, the learning rate, the
    progress, the noise. Each stage of an objective is recorded by itself. A step that cannot be recorded, like one that
    looks at a number, or the last, smaller batch of an epoch, is taken operation by operation.
    """

    _broken: ClassVar[list[torch.cuda.CUDAGraph]] = []  # failed recordings, which the device's memory goes on asking

    def __init__(self, step: EagerStep, batch_size: int) -> None:
        self.step, self.objective, self.tally = step, step.objective, step.tally
        device = self.tally.device
        self._batch = torch.zeros(batch_size, dtype=torch.int64, device=device)
        self._progress = torch.zeros((), device=device)
        self._stage: Objective | None = None  # of the objective, which the step minimises
        self._graph: torch.cuda.CUDAGraph | None = None
        self._warm = 0
        self._possible = True
        self._marks: deque[torch.cuda.Event] = deque()
        self._since_mark = 0

    @property
    def recorded(self) -> bool:
        """Whether a step is recorded and repeated."""
        return self._graph is not None

    def __call__(self, batch: Tensor, rate: float, progress: float) -> None:
        """Learn from a batch."""
        self.step.state.set_learning_rate(rate)
        self._progress.fill_(progress)
        self._enter(stage_at(self.objective, progress))
        if not self._possible or len(batch) != len(self._batch):
            self.step.learn(batch, self._progress)
        elif self._warm < _WARM_UP:
            self._warm += 1
            self._aside(batch)
        else:
            self._batch.copy_(batch)
            self._replay()
        self._wait_for_the_device()

    def finish(self) -> None:
        """Do nothing: who reads from the device waits for it."""

    def _enter(self, stage: Objective) -> None:
        """Go on with a stage; the recorded step of another one is forgotten, once the device is done with it."""
        if stage is self._stage:
            return
        if self._graph is not None:
            torch.cuda.synchronize()
        self._stage = self.step.objective = stage
        self._graph, self._warm, self._possible = None, 0, True

    def _aside(self, batch: Tensor) -> None:
        """Take a step on another stream, as recording does, so that nothing of it is bound to the usual one."""
        side, usual = torch.cuda.Stream(), torch.cuda.current_stream()  # type: ignore[no-untyped-call]
        side.wait_stream(usual)
        with torch.cuda.stream(side):
            if self._warm < _WARM_UP:
                self.step.learn(batch, self._progress)
            else:
                self._rehearse(batch)
        usual.wait_stream(side)

    def _rehearse(self, batch: Tensor) -> None:
        """Take a step and find out whether it can be recorded."""
        with HostReads() as reads:
            self.step.learn(batch, self._progress)
        if reads.found:
            self._give_up(f"they look at numbers on the way ({reads.found[0]})")

    def _replay(self) -> None:
        self._graph = self._graph or self._record()
        if self._graph is None:
            self.step.learn(self._batch, self._progress)
        else:
            self._graph.replay()

    def _record(self) -> torch.cuda.CUDAGraph | None:
        """Return the recorded step, which recording does not take; None where it cannot be recorded."""
        graph, usual, pool = torch.cuda.CUDAGraph(), torch.cuda.current_stream(), torch.cuda.graph_pool_handle()
        before = self.step.state.noise.get_state()
        graph.register_generator_state(self.step.state.noise)
        self.step.state.optimiser.zero_grad(set_to_none=True)
        try:
            # Other threads may use the device meanwhile: the window decodes.
            with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
                self.step.learn(self._batch, self._progress)
        except RuntimeError as error:
            torch.cuda.set_stream(usual)  # a recording that fails leaves its own
            self._broken.append(graph)
            with contextlib.suppress(AttributeError, RuntimeError):  # of no public interface
                # Torch goes on as if it were recording, and would refuse every other recording of this process.
                torch._C._cuda_endAllocateToPool(torch.cuda.current_device(), pool)
                torch._C._cuda_releasePool(torch.cuda.current_device(), pool)
            # The generator waits for an end of the recording that will not come: another one goes on where it was.
            self.step.state.noise = torch.Generator(self.tally.device)
            self.step.state.noise.set_state(before)
            self._give_up(str(error).splitlines()[0])
            return None
        # Recording puts the noise back to its beginning, on a stream of its own. Where other programs keep the device
        # busy that may come after the first repetition has set its place in the noise, which then draws other noise.
        torch.cuda.synchronize()
        return graph

    def _give_up(self, reason: str) -> None:
        self._possible = False
        log.info("Steps are taken one by one: %s.", reason)

    def _wait_for_the_device(self) -> None:
        """Stay at most some tens of steps ahead of the device."""
        self._since_mark += 1
        if self._since_mark < _MARK:
            return
        self._since_mark = 0
        if len(self._marks) == _AHEAD:
            self._marks[0].synchronize()
            self._marks.rotate(-1)
        else:
            self._marks.append(torch.cuda.Event())  # type: ignore[no-untyped-call]
        self._marks[-1].record()

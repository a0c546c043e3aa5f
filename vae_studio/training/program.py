"""A step written down as a program that torch runs on several cores, without Python and its lock."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain

import torch
from torch import Tensor

from vae_studio.device import on_one_core
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.tape import Constants, Draw, Function, Tape
from vae_studio.training.workers import start_workers

_PART = "part: Tensor, progress: Tensor, noise: List[Tensor]"
_FOUND, _SUMS = "found: List[List[Tensor]]", "sums: List[List[Tensor]]"
_MOVE = "gradients: List[Tensor], limits: List[Tensor]"
_STEP = "constants: List[Tensor], batch: Tensor, progress: Tensor, noise: List[List[Tensor]]"
_STEPS = (
    "constants: List[Tensor], batches: List[Tensor], rates: Tensor, progress: Tensor, noise: List[List[List[Tensor]]]"
)


class Program:
    """The stages of a parted step as functions, and one that has torch's threads call them side by side.

    The same operations in the same order give the same numbers as the step itself.
    """

    def __init__(self, step: PartedStep, batch: Tensor, progress: Tensor) -> None:
        """Write down a step from a batch, and take it; raises TapeError half way where that cannot be done."""
        start_workers()
        writer = _Writer(step, torch.chunk(batch, step.parts), progress)
        with on_one_core():
            text = writer.written()
        self._constants, self._draws = writer.constants.detached(), writer.draws
        self._noise: list[list[list[Tensor]]] = []  # of each step that was ever taken together with others
        self._unit = torch.jit.CompilationUnit(text)

    def run(self, batches: Sequence[Tensor], rates: Tensor, progress: Tensor, noise: torch.Generator) -> None:
        """Take K steps, one after the other, from batches of the same size, at rates [K] and progress [K]."""
        while len(self._noise) < len(batches):
            self._noise.append([[draw.buffer() for draw in draws] for draws in self._draws])
        for buffers in self._noise[: len(batches)]:
            for draw, buffer in zip(chain(*self._draws), chain(*buffers), strict=True):
                draw.refill(buffer, noise)
        with torch.no_grad():
            self._unit.steps(self._constants, list(batches), rates, progress, self._noise)


class _Writer:
    """Takes a parted step, and writes each of its stages down as a function."""

    def __init__(self, step: PartedStep, parts: Sequence[Tensor], progress: Tensor) -> None:
        self.step, self.parts, self.progress = step, parts, progress
        self.constants = Constants()
        self.draws: list[list[Draw]] = []  # of each part
        self._texts: list[str] = []

    def written(self) -> str:
        """Return the whole program; between its stages all wait for each other."""
        found, gradients = self._gradients()
        sums, summing = self._sums(found)
        excess, limit = self._limit(sums)
        moves = self._moves(sums, excess)
        rows = [one[-1] for one in found]
        _, count = self._taped("count", _FOUND, _named("found", found), partial(self.step.count, rows))
        works = [one.begun(f"parts[{n}]", "progress", f"noise[{n}]") for n, one in enumerate(gradients)]
        lines = [
            f"parts = torch.ops.aten.chunk(batch, {len(found)})",
            *_side_by_side("found", works),
            *_side_by_side("sums", [one.begun("found") for one in summing]),
            f"limits = {limit.called('sums')}",
            *_side_by_side("moved", [one.begun(f"sums[{n}]", "limits") for n, one in enumerate(moves)]),
            f"return {count.called('found')}",
        ]
        step = "\n    ".join([f"def step({_STEP}) -> List[Tensor]:", *lines])
        return "\n".join([*self._texts, step, self._repeated()])

    def _repeated(self) -> str:
        """Return the function that takes several steps, each at its rate; what has a pace of its own keeps it."""
        rates = [group["lr"] for group in self.step.state.optimiser.param_groups if not group.get("own_pace")]
        lines = [
            "done: List[Tensor] = []",
            "for k in range(len(batches)):",
            *(f"    constants[{self.constants.place(rate)}].copy_(rates[k])" for rate in rates),
            "    done = step(constants, batches[k], progress[k], noise[k])",
            "return done",
        ]
        return "\n    ".join([f"def steps({_STEPS}) -> List[Tensor]:", *lines]) + "\n"

    def _gradients(self) -> tuple[list[list[Tensor]], list[Function]]:
        """Write down what the parts do, once for all of one size."""
        whole, noise = sum(len(part) for part in self.parts), self.step.state.noise
        written: dict[int, tuple[Function, list[Draw]]] = {}
        found = []
        for part in self.parts:
            work = partial(self.step.gradients, part, self.progress, len(part) / whole, noise)
            if len(part) in written:
                found.append(work())
            else:
                tape = Tape(self.constants, {"part": part, "progress": self.progress})
                with tape:
                    found.append(work())
                written[len(part)] = self._kept(tape.function(f"gradients_{len(part)}", _PART, found[-1])), tape.draws
        self.draws = [written[len(part)][1] for part in self.parts]
        return found, [written[len(part)][0] for part in self.parts]

    def _sums(self, found: list[list[Tensor]]) -> tuple[list[list[Tensor]], list[Function]]:
        inputs = _named("found", found)
        works = [partial(self.step.summed, lane, found) for lane in self.step.lanes]
        taped = [self._taped(f"sum_{n}", _FOUND, inputs, work) for n, work in enumerate(works)]
        return [sums for sums, _ in taped], [function for _, function in taped]

    def _limit(self, sums: list[list[Tensor]]) -> tuple[Tensor | None, Function]:
        lengths = [one[-1] for one in sums]
        limits, function = self._taped("limit", _SUMS, _named("sums", sums), partial(self.step.excess, lengths))
        return (limits[0] if limits else None), function

    def _moves(self, sums: list[list[Tensor]], excess: Tensor | None) -> list[Function]:
        limits = {} if excess is None else {"limits[0]": excess}
        functions = []
        for n, (lane, gradients) in enumerate(zip(self.step.lanes, sums, strict=True)):
            inputs = {f"gradients[{place}]": one for place, one in enumerate(gradients)} | limits
            work = partial(self.step.move, lane, gradients, excess)
            functions.append(self._taped(f"move_{n}", _MOVE, inputs, work)[1])
        return functions

    def _taped(
        self, name: str, arguments: str, inputs: dict[str, Tensor], work: Callable[[], list[Tensor] | Tensor | None]
    ) -> tuple[list[Tensor], Function]:
        """Do some work and write it down; return its results and the function."""
        tape = Tape(self.constants, inputs)
        with tape:
            done = work()
        results = [done] if isinstance(done, Tensor) else done or []
        return results, self._kept(tape.function(name, arguments, results))

    def _kept(self, function: Function) -> Function:
        self._texts.append(function.text)
        return function


def _named(name: str, lists: Sequence[Sequence[Tensor]]) -> dict[str, Tensor]:
    return {f"{name}[{row}][{place}]": one for row, tensors in enumerate(lists) for place, one in enumerate(tensors)}


def _side_by_side(name: str, begun: Sequence[str]) -> list[str]:
    """Return lines that begin some calls and wait for all of them."""
    waits = ", ".join(f"torch.jit._wait({name}_{n})" for n in range(len(begun)))
    return [*(f"{name}_{n} = {call}" for n, call in enumerate(begun)), f"{name} = [{waits}]"]

"""Progress on stderr, where a person watches; elsewhere nothing is written."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vae_studio.data.progress import Progress, silent

if TYPE_CHECKING:
    from vae_studio.runs.experiment import Ended, Halted, Moved
    from vae_studio.training.events import Event


@contextmanager
def job_progress() -> Iterator[Progress]:
    """Show a bar for the jobs of one command; yields the function they report to."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def report(fraction: float, sentence: str) -> None:
            bars.update(task, description=sentence, total=1 if fraction >= 0 else None, completed=max(fraction, 0))

        yield report


@contextmanager
def training_progress(has_prior: bool) -> Iterator[Callable[["Event"], None]]:
    """Show epoch, nats and time left of a training; yields the function that takes its events."""
    if not sys.stderr.isatty():
        yield lambda _event: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Starting", total=None)

        def report(event: "Event") -> None:
            at = event.progress
            bars.update(task, description=_described(event, has_prior), total=at.epochs, completed=at.epoch)

        yield report


@contextmanager
def experiment_progress(runs: int) -> "Iterator[Callable[[Moved | Ended | Halted], None]]":
    """Show which of the runs trains, how far it is and how long all of them take; yields what takes the events."""
    if not sys.stderr.isatty():
        yield lambda _event: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    from vae_studio.runs.experiment import Moved

    columns = (BarColumn(), TextColumn("{task.description}", markup=False))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("Starting", total=runs)

        def report(event: "Moved | Ended | Halted") -> None:
            if not isinstance(event, Moved):
                bars.update(task, completed=event.number + 1)
                return
            at = event.event.progress
            left = f", {duration(event.seconds_left)} left" if event.seconds_left < float("inf") else ""
            words = f"run {event.number + 1} of {runs} ({event.trial.title}), epoch {at.epoch:.1f} of {at.epochs}{left}"
            bars.update(task, description=words, completed=event.number + at.epoch / at.epochs)

        yield report


def _described(event: "Event", has_prior: bool) -> str:
    from vae_studio.training.events import EpochDone, StepDone

    at = event.progress
    words = [f"epoch {min(int(at.epoch) + 1, at.epochs)} of {at.epochs}"]
    if isinstance(event, StepDone | EpochDone):
        losses = event.held_out if isinstance(event, EpochDone) else event.training
        words.append(f"{losses.total if has_prior else losses.reconstruction:.2f} nats")
    if at.epoch > 0:
        words.append(f"{duration(at.seconds_left)} left")
    return ", ".join(words)


def duration(seconds: float) -> str:
    """Return a time as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

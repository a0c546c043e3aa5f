"""Metrics measured by name, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UnsuitableError
from vae_studio.evaluation.metrics.catalogue import METRICS
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject

Metric = Callable[[Subject, Progress], list[Reading]]


@dataclass(frozen=True)
class Readings:
    """What was read, and why the rest could not be."""

    readings: tuple[Reading, ...]
    missing: dict[str, str]  # by the metric's name, a sentence

    def to_dict(self) -> dict[str, Any]:
        """Return the values by name."""
        values: dict[str, Any] = {reading.name: reading.value for reading in self.readings}
        return values | {"not_measured": self.missing}


def measure(subject: Subject, names: Sequence[str], progress: Progress = silent) -> Readings:
    """Measure the named metrics; raises UsageError for a name that is none."""
    rows = [METRICS[name] for name in names]
    readings: list[Reading] = []
    missing = {}
    for number, row in enumerate(rows):
        metric: Metric = row.load()
        try:
            readings += metric(subject, _part_of(progress, number, len(rows), row.title))
        except UnsuitableError as error:
            missing[row.name] = str(error)
    return Readings(tuple(readings), missing)


def _part_of(progress: Progress, number: int, count: int, title: str) -> Progress:
    def report(share: float, _text: str = "") -> None:
        progress((number + max(share, 0.0)) / count, f"Measuring: {title}.")

    report(0.0)
    return report

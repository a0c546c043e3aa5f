"""The losses of a run over time."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from typing import Literal

import numpy as np
import numpy.typing as npt

from vae_studio.errors import RunError
from vae_studio.training.events import EpochDone, Losses, StepDone

Part = Literal["step", "epoch", "held_out"]
MOST_STEPS = 4000  # rows of steps kept before some are dropped


@dataclass(frozen=True)
class Record:
    """One row: mean losses per picture in nats."""

    part: Part  # training over some steps, training over an epoch, or held out
    epoch: float
    step: int
    seconds: float
    total: float  # negative ELBO
    reconstruction: float
    kl: float
    loss: float  # what was minimised
    learning_rate: float


class History:
    """Rows in the order they were measured."""

    def __init__(self, records: list[Record] | None = None) -> None:
        self.records = list(records or [])

    def add(self, event: StepDone | EpochDone) -> None:
        """Take in what an event reports."""
        if isinstance(event, StepDone):
            self._append("step", event, event.training, event.learning_rate)
            self._thin()
        else:
            self._append("epoch", event, event.training, float("nan"))
            self._append("held_out", event, event.held_out, float("nan"))

    def last(self, part: Part) -> Record | None:
        """Return the newest row of a part, or nothing."""
        return next((record for record in reversed(self.records) if record.part == part), None)

    def curve(self, part: Part, column: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return epochs and values of one column, each [M]."""
        rows = [(record.epoch, float(getattr(record, column))) for record in self.records if record.part == part]
        both = np.array(rows, dtype=np.float64).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def to_csv(self) -> str:
        """Return the rows as a table with a header."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(field.name for field in fields(Record))
        writer.writerows(astuple(record) for record in self.records)
        return text.getvalue()

    @classmethod
    def from_csv(cls, text: str) -> "History":
        """Read what `to_csv` wrote; raises RunError when it is something else."""
        try:
            reader = csv.DictReader(io.StringIO(text), strict=True)
            if reader.fieldnames != [field.name for field in fields(Record)]:
                raise ValueError(reader.fieldnames)
            return cls([_record(row) for row in reader])
        except (KeyError, ValueError, TypeError, csv.Error) as error:
            raise RunError(
                "The run's history is not a table of losses; restore it from a copy or train anew."
            ) from error

    def _append(self, part: Part, event: StepDone | EpochDone, losses: Losses, learning_rate: float) -> None:
        at = event.progress
        self.records.append(
            Record(
                part,
                at.epoch,
                at.step,
                at.seconds,
                losses.total,
                losses.reconstruction,
                losses.kl,
                losses.loss,
                learning_rate,
            )
        )

    def _thin(self) -> None:
        """Drop old rows of steps where they lie closest, so that a long run keeps its whole curve."""
        rows = [index for index, record in enumerate(self.records) if record.part == "step"]
        if len(rows) <= MOST_STEPS:
            return
        share = MOST_STEPS // 4  # this many go, and as many of the newest stay as they are
        step = np.array([self.records[index].step for index in rows])
        old = np.arange(1, len(rows) - share, 2)  # no two neighbours
        gaps = step[old + 1] - step[old - 1]
        dropped = {rows[index] for index in old[np.argsort(gaps, kind="stable")[:share]]}
        self.records = [record for index, record in enumerate(self.records) if index not in dropped]


def _record(row: dict[str, str]) -> Record:
    part = row["part"]
    if part not in ("step", "epoch", "held_out"):
        raise ValueError(part)
    numbers = {field.name: float(row[field.name]) for field in fields(Record) if field.name not in ("part", "step")}
    return Record(part=part, step=int(row["step"]), **numbers)  # type: ignore[arg-type]

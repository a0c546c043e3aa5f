"""What the points can be coloured by."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
STEPS = 254  # colours of numbers; one more is for pictures of which nothing is known
_USUAL = (1.0, 99.0)  # percentiles that get the ends of the colours


@dataclass(frozen=True)
class Column:
    """A number for each picture."""

    name: str
    title: str
    tip: str
    bar: str  # what is written above the colour bar
    quick: bool = True  # so that it can follow a training
    of_pictures: bool = False  # and not of their codes alone
    date: bool = False  # values are seconds since 1970
    named: bool = False  # it has names and no numbers

    def written(self, value: float) -> str:
        """Return how a value is written beside the colour bar."""
        if self.date:
            return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d")
        if abs(value) >= 100:
            return f"{value:,.0f}"
        return f"{value:.3g}"


COLUMNS = {
    column.name: column
    for column in (
        Column("label", "Label", "Colour the points by their labels", "", named=True),
        Column("group", "Group", "Colour the points by the groups they are in; of several, the last one counts", "",
               named=True),
        Column("kl", "KL", "How much the code of each picture says, in nats", "KL, nats"),
        Column(
            "reconstruction", "Reconstruction loss",
            "How badly each picture comes back: the odd ones out are bright", "loss, nats", False, True,
        ),
        Column(
            "nearest", "Distance to the nearest",
            "How far the nearest other code lies, in all dimensions: lonely pictures are bright", "to the nearest",
            False,
        ),
        Column("number", "Number", "The order of the pictures in their set", "number"),
        Column("date", "File date", "When each picture's file was written, where there are files", "file date",
               False, True, True),
    )
}  # fmt: skip


def bounds(values: Values) -> tuple[float, float] | None:
    """Return the values for the two ends of the colours, or None when nothing is known."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return None
    low, high = (float(edge) for edge in np.percentile(known, _USUAL))
    return (low, high) if high > low else (low, low + max(abs(low), 1.0) * 1e-6)


def steps_of(values: Values) -> npt.NDArray[np.uint8]:
    """Return the colour number of each value, [N]; STEPS for those of which nothing is known."""
    ends = bounds(values)
    steps = np.full(len(values), STEPS, np.uint8)
    if ends is not None:
        known = np.isfinite(values)
        share = np.clip((values[known] - ends[0]) / (ends[1] - ends[0]), 0, 1)
        steps[known] = np.round(share * (STEPS - 1)).astype(np.uint8)
    return steps

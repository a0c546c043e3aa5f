"""The column desk: what the points are coloured by, and its values."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.export.palette import label_colours
from vae_studio.gui.phased import Phase
from vae_studio.gui.plots.column import COLUMNS, Column
from vae_studio.gui.workers.column_tasks import Measured, measure_column
from vae_studio.latent.cloud import Cloud
from vae_studio.runs.groups import Groups

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio

_SLOT = "column"
_NO_GROUP = "in no group", "#8a8a8a"


@dataclass(frozen=True, eq=False)
class Names:
    """What the points are called, and in which colours."""

    of_points: npt.NDArray[np.int64]  # [M], places in the list of names
    names: tuple[str, ...]
    colours: npt.NDArray[np.uint8]  # [names, 3]


@dataclass(frozen=True, eq=False)
class _Shown:
    """A column as it was shown."""

    name: str
    known: Measured | None
    cloud: Cloud | None  # that it was measured on


class ColumnDesk(QObject):
    """Measures the chosen column whenever the codes change; a slow one waits until the training rests."""

    changed = Signal()
    failed = Signal(str)
    noted = Signal(str)  # a sentence of no lasting interest

    def __init__(self, studio: "Studio", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.name = "label"
        self._known: Measured | None = None
        self._before = _Shown("label", None, None)
        self._again = False  # the codes have changed while they were measured
        studio.explorer.cloud_changed.connect(self._on_cloud_changed)
        studio.explorer.images_changed.connect(self._on_cloud_changed)
        studio.explorer.weights_changed.connect(self._on_weights_changed)
        studio.study.groups.changed.connect(self._on_groups_changed)
        studio.trainer.phase_changed.connect(lambda _phase: self._on_cloud_changed())

    @property
    def column(self) -> Column:
        """What was chosen, a row of COLUMNS."""
        return COLUMNS[self.name]

    def choose(self, name: str) -> None:
        """Colour by a label or a number."""
        if self.column.named or self._known is not None:
            self._before = _Shown(self.name, self._known, self._studio.explorer.cloud)
        self.name = name
        self._known, self._again = None, False
        self._studio.jobs.cancel(_SLOT)
        self.changed.emit()
        if not self._measure() and not self.column.named and self._studio.explorer.cloud is not None:
            self.noted.emit(f"{self.column.title} is measured once the training rests, and pictures are there.")

    def refused(self) -> dict[str, str]:
        """Return the columns that the open run cannot have, by name, and why."""
        cloud, reasons = self._studio.explorer.cloud, dict(self._studio.refusals.columns)
        if cloud is not None and len(cloud.indices) < 2:
            reasons["nearest"] = "There is only one picture on the map, and no other that could be near."
        if self._studio.run is not None and self._folder() is None:
            reasons["date"] = "These pictures are not files in a folder, so they have no dates."
        return reasons

    def give_way(self) -> None:
        """Go back to the labels where the open run cannot have what was chosen for another."""
        if self.name in self.refused():
            self.choose("label")

    def values(self) -> npt.NDArray[np.float64] | None:
        """Return the value of each point of the cloud, [M], nan where it is not known; None for names."""
        cloud, known = self._studio.explorer.cloud, self._known
        if self.column.named or cloud is None:
            return None
        if known is None:
            return np.full(len(cloud.indices), np.nan)
        if known.numbers is cloud.indices or np.array_equal(known.numbers, cloud.indices):
            return known.values
        most = max(int(known.numbers.max(initial=0)), int(cloud.indices.max(initial=0)))
        by_number = np.full(most + 1, np.nan)
        by_number[known.numbers] = known.values
        return by_number[cloud.indices]

    def names(self) -> Names | None:
        """Return the group of each point of the cloud, or its label; None when there is nothing of the kind."""
        cloud = self._studio.explorer.cloud
        if cloud is None or self.name != "group":
            return None if cloud is None or cloud.labels is None else _of_labels(cloud)
        return _of_groups(cloud, self._studio.study.groups.groups)

    def _on_cloud_changed(self) -> None:
        if self._studio.explorer.cloud is None:
            self._known, self._again = None, False
            self._studio.jobs.cancel(_SLOT)
        elif self._studio.jobs.running(_SLOT):
            self._again = True
        else:
            self._measure()

    def _on_groups_changed(self) -> None:
        if self.name == "group":
            self.changed.emit()

    def _on_weights_changed(self) -> None:
        if self.name == "reconstruction" or self._of_book:
            self._on_cloud_changed()

    @property
    def _of_book(self) -> bool:
        """Whether the prior over the entries of a code book has to be asked, which takes longer than a formula."""
        cloud = self._studio.explorer.cloud
        return self.name == "kl" and cloud is not None and cloud.codes.are_entries

    def _folder(self) -> Path | None:
        """Return the folder that the pictures of the open run are files of."""
        source = Path(self._studio.run.recipe.data.source) if self._studio.run is not None else None
        return source if source is not None and source.is_dir() else None

    def _measure(self) -> bool:
        """Measure what was chosen; return False where that has to wait."""
        studio, cloud = self._studio, self._studio.explorer.cloud
        resting = studio.phase is Phase.IDLE and not studio.replay.in_past
        quick = self.column.quick and not self._of_book
        if self.column.named or cloud is None or not (quick or resting):
            return False
        if self.column.of_pictures and (studio.explorer.images is None or studio.snapshot is None):
            return False  # the points stay grey until both are there
        if self._of_book and studio.snapshot is None:
            return False
        job = measure_column(self.name, cloud, studio.explorer.images, studio.snapshot, self._folder())
        title = f"Measuring: {self.column.title}"
        studio.jobs.start(_SLOT, title, job, self._on_measured, self._on_failed, quick, self._on_given_up)
        return True

    def _on_measured(self, measured: Measured) -> None:
        nothing = len(measured.values) and not np.isfinite(measured.values).any()
        if nothing and not self._studio.replay.in_past:  # of an earlier moment less is kept
            self._on_failed(f"{self.column.title} is known of no picture here, so labels are the colours again.")
            return
        self._known = measured
        self.changed.emit()
        if self._again:
            self._again = False
            self._measure()

    def _on_given_up(self) -> None:
        """Go back to what was shown before, unless it was of other codes."""
        shown = self._before
        if not COLUMNS[shown.name].named and shown.cloud is not self._studio.explorer.cloud:
            shown = _Shown("label", None, None)
        self.name, self._known, self._again = shown.name, shown.known, False
        self.changed.emit()

    def _on_failed(self, sentence: str) -> None:
        self.choose("label")
        self.failed.emit(sentence)


def _of_labels(cloud: Cloud) -> Names:
    assert cloud.labels is not None
    return Names(cloud.labels, cloud.label_names, label_colours(max(len(cloud.label_names), 1)))


def _of_groups(cloud: Cloud, groups: Groups) -> Names:
    """Return the last group that each point's picture is in; the first name is that of those in none."""
    most = max([int(cloud.indices.max(initial=0)), *(int(group.pictures.max(initial=0)) for group in groups.groups)])
    by_number = np.zeros(most + 1, np.int64)
    for place, group in enumerate(groups.groups):
        by_number[group.pictures] = place + 1
    named = [_NO_GROUP, *((group.name, group.colour) for group in groups.groups)]
    colours = np.array([list(bytes.fromhex(colour[1:])) for _, colour in named], np.uint8)
    return Names(by_number[cloud.indices], tuple(name for name, _ in named), colours)

"""The column desk: what the points are coloured by, and its values."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.export.palette import label_colours
from vae_studio.gui.plots.column import COLUMNS, Column
from vae_studio.gui.trainer import Phase
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


class ColumnDesk(QObject):
    """Measures the chosen column whenever the codes change; a slow one waits until the training rests."""

    changed = Signal()
    failed = Signal(str)

    def __init__(self, studio: "Studio", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.name = "label"
        self._known: Measured | None = None
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
        self.name = name
        self._known, self._again = None, False
        self._studio.jobs.cancel(_SLOT)
        self.changed.emit()
        self._measure()

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
        if self.name == "reconstruction":
            self._on_cloud_changed()

    def _measure(self) -> None:
        studio, cloud = self._studio, self._studio.explorer.cloud
        resting = studio.phase is Phase.IDLE and not studio.replay.in_past
        if self.column.named or cloud is None or not (self.column.quick or resting):
            return
        if self.column.of_pictures and (studio.explorer.images is None or studio.snapshot is None):
            return  # the points stay grey until both are there
        source = Path(studio.run.recipe.data.source) if studio.run is not None else None
        folder = source if source is not None and source.is_dir() else None
        job = measure_column(self.name, cloud, studio.explorer.images, studio.snapshot, folder)
        title = f"Measuring: {self.column.title}"
        studio.jobs.start(_SLOT, title, job, self._on_measured, self._on_failed, quiet=self.column.quick)

    def _on_measured(self, measured: Measured) -> None:
        self._known = measured
        self.changed.emit()
        if self._again:
            self._again = False
            self._measure()

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

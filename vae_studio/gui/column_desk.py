"""The column desk: what the points are coloured by, and its values."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.gui.plots.column import COLUMNS, Column
from vae_studio.gui.trainer import Phase
from vae_studio.gui.workers.column_tasks import Measured, measure_column

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio

_SLOT = "column"


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
        """Return the value of each point of the cloud, [M], nan where it is not known; None for labels."""
        cloud, known = self._studio.explorer.cloud, self._known
        if self.name == "label" or cloud is None:
            return None
        if known is None:
            return np.full(len(cloud.indices), np.nan)
        if known.numbers is cloud.indices or np.array_equal(known.numbers, cloud.indices):
            return known.values
        most = max(int(known.numbers.max(initial=0)), int(cloud.indices.max(initial=0)))
        by_number = np.full(most + 1, np.nan)
        by_number[known.numbers] = known.values
        return by_number[cloud.indices]

    def _on_cloud_changed(self) -> None:
        if self._studio.explorer.cloud is None:
            self._known, self._again = None, False
            self._studio.jobs.cancel(_SLOT)
        elif self._studio.jobs.running(_SLOT):
            self._again = True
        else:
            self._measure()

    def _on_weights_changed(self) -> None:
        if self.name == "reconstruction":
            self._on_cloud_changed()

    def _measure(self) -> None:
        studio, cloud = self._studio, self._studio.explorer.cloud
        resting = studio.phase is Phase.IDLE and not studio.replay.in_past
        if self.name == "label" or cloud is None or not (self.column.quick or resting):
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

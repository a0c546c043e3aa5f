"""The traversal desk: what each dimension does around the point that is looked at, while somebody watches."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.phased import Phase
from vae_studio.gui.trainer import Trainer
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.gui.workers.traversal_requests import Rows, walk_dimensions, write_traversals

SHEET_SIZE = 64  # pixels of each picture
MOST_DIMS = 64
_REST_MS = 200


class TraversalDesk(QObject):
    """Keeps the rows up to date, but only while they are seen."""

    walked = Signal(object)  # Rows, or None while there are none
    saved = Signal(object)  # the path of a sheet
    failed = Signal(str)  # a sentence

    def __init__(
        self, explorer: Explorer, trainer: Trainer, decoder: DecodeWorker, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.rows: Rows | None = None
        self.dims, self.reach = 8, 2.5  # the most informative; standard deviations to either side
        self._explorer, self._trainer, self._decoder, self._jobs = explorer, trainer, decoder, jobs
        self._seen = False
        self._stamp = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask)
        for signal in (explorer.code_changed, explorer.cloud_changed, explorer.weights_changed, trainer.phase_changed):
            signal.connect(self._on_changed)
        explorer.cloud_changed.connect(self._on_cloud_changed)
        decoder.answered.connect(self._on_decoder_answered)

    def end(self) -> None:
        """Ask nothing more."""
        self._rest.stop()

    def set_seen(self, seen: bool) -> None:
        """Tell whether somebody watches."""
        self._seen = seen
        self._on_changed()

    def set_dims(self, dims: int) -> None:
        """Walk so many dimensions, the most informative ones."""
        self.dims = dims
        self._on_changed()

    def set_reach(self, reach: float) -> None:
        """Walk so many standard deviations of the codes to either side."""
        self.reach = reach
        self._on_changed()

    def look_at(self, row: int, column: int) -> None:
        """Look at one of the pictures."""
        if self.rows is not None:
            self._explorer.look_at(self.rows.walks.codes[row, column])

    def save(self, file: Path) -> None:
        """Write the rows as a sheet."""
        if self.rows is not None:
            job = write_traversals(file, self.rows, self.reach, SHEET_SIZE)
            self._jobs.start("traversals", f"Saving {file.name}", job, self.saved.emit, self.failed.emit)

    def _on_changed(self, *_unused: object) -> None:
        if self._seen:
            self._rest.start()
        else:
            self._rest.stop()

    def _on_cloud_changed(self) -> None:
        if self._explorer.cloud is None and self.rows is not None:
            self._stamp, self.rows = 0, None
            self.walked.emit(None)

    def _ask(self) -> None:
        cloud, code = self._explorer.cloud, self._explorer.code
        if cloud is not None and cloud.codes.are_entries:
            return  # entries have no dimensions that one could go along
        if cloud is not None and cloud.codes.dim == len(code) and self._trainer.phase is Phase.IDLE:
            self._stamp = self._decoder.ask("rows", walk_dimensions(cloud, code, self.dims, self.reach))

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane != "rows" or not answer.stamp or answer.stamp != self._stamp:
            return
        if answer.failure:
            self.failed.emit(answer.failure)
            return
        self.rows = answer.result
        self.walked.emit(self.rows)

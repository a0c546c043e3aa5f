"""The health desk: what is found on the open run, as it trains and at rest, and the remedy."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.evaluation.symptoms import LossCurve
from vae_studio.gui.phased import Phase
from vae_studio.gui.workers import health_tasks
from vae_studio.runs.health import CheckUp, Curves, learns_bound, live_curve, seen_so_far

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio

_SLOT = "health"
_REST_MS = 300  # several things change together when a run is opened


class HealthDesk(QObject):
    """Judges what the window sees anyway; once nothing changes any more, examines the saved run as well."""

    examined = Signal(object)  # CheckUp, or None while there is nothing to judge

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self.found: CheckUp | None = None
        self._studio = studio
        self._curves: Curves = {}
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._connect()

    def _connect(self) -> None:
        studio = self._studio
        studio.curves_changed.connect(self._on_curves_changed)
        studio.explorer.cloud_changed.connect(self._on_cloud_changed)
        studio.explorer.images_changed.connect(self._rest.start)
        studio.trainer.phase_changed.connect(self._on_phase_changed)
        self._rest.timeout.connect(self._on_rested)

    @property
    def bound(self) -> bool:
        """Whether the networks of the open run learn from a bound, which its curves and figures then are of."""
        return self._studio.run is None or learns_bound(self._studio.run.recipe)

    @property
    def curve(self) -> LossCurve:
        """The losses after each epoch: held out, in training, and the gap between them."""
        return live_curve(self._curves, self.bound)

    def end(self) -> None:
        """Ask nothing more."""
        self._rest.stop()

    def cure(self) -> None:
        """Start the next run with the recipe that helps."""
        studio, found = self._studio, self.found
        if found is None or found.remedy is None or studio.run is None or studio.phase is not Phase.IDLE:
            return
        studio.desk.adopt(found.remedy.applied_to(studio.run.recipe))
        studio.train()

    def _on_curves_changed(self, curves: Curves) -> None:
        self._curves = curves
        self._judge()
        if self._studio.phase is Phase.IDLE:  # a run was opened: its map may have come before its curves
            self._rest.start()

    def _on_cloud_changed(self) -> None:
        self._judge()
        self._rest.start()

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase is Phase.IDLE:
            self._rest.start()
        else:
            self._rest.stop()
            self._studio.jobs.cancel(_SLOT)

    def _judge(self) -> None:
        studio, cloud = self._studio, self._studio.explorer.cloud
        past = studio.phase is Phase.IDLE and studio.replay.in_past  # the curves are those of the end
        if studio.run is None or cloud is None or not len(cloud.codes) or past:
            self._tell(None)
            return
        recipe, facts = studio.run.recipe, studio.run.folder.facts
        pictures = round(cloud.total * (1 - recipe.data.held_out))
        setbacks = facts.get("setbacks", 0)
        self._tell(
            seen_so_far(recipe, pictures, setbacks if isinstance(setbacks, int) else 0, cloud.codes, self._curves)
        )

    def _on_rested(self) -> None:
        """Examine the saved run, where its pictures and weights are there; the example is known to be sound."""
        studio = self._studio
        if studio.is_example:
            return
        images, folder = studio.explorer.images, studio.folder
        if studio.phase is not Phase.IDLE or images is None or folder is None or not folder.has("weights"):
            return
        if studio.snapshot_is_saved and not studio.replay.in_past:
            studio.jobs.start(
                _SLOT, "Examining the run", health_tasks.examine_run(folder, images), self._tell, quiet=True
            )

    def _tell(self, found: CheckUp | None) -> None:
        self.found = found
        self.examined.emit(found)

"""The path desk: the numbers beside each kind of path through the current stops."""

from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.gui.desks.replay import ReplayDesk
from vae_studio.gui.morph import MorphDesk
from vae_studio.gui.phased import Phase
from vae_studio.gui.trainer import Trainer
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.watch import Watch
from vae_studio.latent.path_report import PathReport
from vae_studio.latent.paths import NEEDS_DECODER, PATHS

_REST_MS = 250  # the hand rests so long before the paths are measured


class PathDesk(QObject):
    """Measures kind after kind, the quick ones first; gives up at once when the stops change, or training begins."""

    changed = Signal()
    _watched = Signal(object, float)  # a Watch, and how far its work is

    def __init__(
        self,
        morph: MorphDesk,
        replay: ReplayDesk,
        trainer: Trainer,
        decoder: DecodeWorker,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.reports: dict[str, PathReport | str] = {}  # by kind; a sentence where there can be none
        self.measuring = ""  # the kind at hand
        self.share = -1.0  # how much of it is done; -1 unknown
        self._morph, self._replay, self._trainer, self._decoder = morph, replay, trainer, decoder
        self._key: tuple[bytes, bool] | None = None  # what the reports are about
        self._stamp = 0
        self._watch = Watch(self._watched.emit)
        self._watched.connect(self._on_watch_reported)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._measure_next)
        morph.stops_changed.connect(self.refresh)
        trainer.phase_changed.connect(self._on_phase_changed)
        decoder.answered.connect(self._on_decoder_answered)

    def refresh(self) -> None:
        """Measure what is not known of the current stops; the film itself comes first."""
        self._pause()
        path = None if self._morph.problem else self._morph.path
        key = None if path is None else (path.stops.tobytes(), path.closed)
        if key != self._key:
            self._key = key
            self.reports = dict(self._morph.refused)
            self.changed.emit()
        if key is not None and self._trainer.phase is Phase.IDLE and len(self.reports) < len(PATHS):
            self._rest.start()

    def forget(self) -> None:
        """Measure everything anew: the weights, or the pictures on the map, are others."""
        self._key = None
        self.refresh()

    def end(self) -> None:
        """Ask nothing more."""
        self._pause()

    def _pause(self) -> None:
        self._rest.stop()
        self._watch.cancel()
        self._stamp, self.measuring = 0, ""

    def _measure_next(self) -> None:
        waiting = [kind for kind in sorted(PATHS, key=NEEDS_DECODER.__contains__) if kind not in self.reports]
        path = self._morph.path_of(waiting[0]) if waiting and not self._morph.problem else None
        if path is None:
            return
        self.measuring, self.share = waiting[0], -1.0
        self._watch = watch = Watch(self._watched.emit)
        self._stamp = self._decoder.ask("reports", self._morph.curves.measure(path, self._replay.present, watch))
        self.changed.emit()

    def _on_watch_reported(self, watch: Watch, share: float) -> None:
        if watch is self._watch and self.measuring:
            self.share = share
            self.changed.emit()

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase is Phase.IDLE:
            self.forget()
        else:
            self._pause()

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane != "reports" or not self._stamp or answer.stamp != self._stamp:
            return
        kind, self._stamp, self.measuring = self.measuring, 0, ""
        self.reports[kind] = answer.failure or answer.result
        self.changed.emit()
        self._measure_next()

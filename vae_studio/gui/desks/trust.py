"""The trust desk: how far to trust the picture that is looked at, and the map it lies on."""

from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.phased import Phase
from vae_studio.gui.trainer import Trainer
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.judgements import Court, compare_map
from vae_studio.latent.book_trust import BookTrust
from vae_studio.latent.faithfulness import Faithfulness
from vae_studio.latent.trust import Trust

_REST_MS = 150  # the hand rests so long before a point is judged: nothing may slow its drag
_MAP_REST_MS = 400


class TrustDesk(QObject):
    """Judges once the hand rests; while weights change all the time, it does not."""

    judged = Signal(object)  # Trust or BookTrust of the code that is looked at, or None while it is not known
    compared = Signal(object)  # Faithfulness of the map, or None while it is not known

    def __init__(
        self, explorer: Explorer, trainer: Trainer, decoder: DecodeWorker, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.trust: Trust | BookTrust | None = None
        self.faithfulness: Faithfulness | None = None
        self._explorer, self._trainer, self._decoder = explorer, trainer, decoder
        self._court = Court()
        self._stamps = {"trust": 0, "faith": 0}
        self._point_rest, self._map_rest = self._timer(_REST_MS), self._timer(_MAP_REST_MS)
        self._connect()

    def end(self) -> None:
        """Ask nothing more."""
        self._point_rest.stop()
        self._map_rest.stop()

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        return timer

    def _connect(self) -> None:
        self._explorer.code_changed.connect(self._on_point_changed)
        self._explorer.cloud_changed.connect(self._on_point_changed)
        self._explorer.cloud_changed.connect(self._on_map_changed)
        self._explorer.chart.changed.connect(self._on_map_changed)
        self._trainer.phase_changed.connect(self._on_phase_changed)
        self._point_rest.timeout.connect(self._ask_point)
        self._map_rest.timeout.connect(self._ask_map)
        self._decoder.answered.connect(self._on_decoder_answered)

    def _on_phase_changed(self, _phase: Phase) -> None:
        self._on_point_changed()
        self._on_map_changed()

    def _on_point_changed(self, *_code: object) -> None:
        self._stamps["trust"] = 0  # what is still under way is about another point
        if self.trust is not None:
            self.trust = None
            self.judged.emit(None)
        self._point_rest.start()

    def _on_map_changed(self) -> None:
        self._stamps["faith"] = 0
        if self.faithfulness is not None:
            self.faithfulness = None
            self.compared.emit(None)
        self._map_rest.start()

    def _ask_point(self) -> None:
        cloud = self._explorer.cloud
        if cloud is not None and self._trainer.phase is Phase.IDLE:
            self._stamps["trust"] = self._decoder.ask("trust", self._court.judge_code(self._explorer.code, cloud))

    def _ask_map(self) -> None:
        cloud = self._explorer.cloud
        if cloud is not None and cloud.codes.dim > 2 and self._trainer.phase is Phase.IDLE:
            request = compare_map(cloud.codes.mu, self._explorer.chart.xy)
            self._stamps["faith"] = self._decoder.ask("faith", request)

    def _on_decoder_answered(self, answer: Answer) -> None:
        if not answer.stamp or answer.stamp != self._stamps.get(answer.lane):
            return
        if answer.lane == "trust":  # a failure leaves what the data around the point say
            self.trust = None if answer.failure else answer.result
            self.judged.emit(self.trust)
        else:
            self.faithfulness = None if answer.failure else answer.result
            self.compared.emit(self.faithfulness)

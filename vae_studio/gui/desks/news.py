"""The news desk: what the studio tells, in the status bar, the log and the message bar."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from vae_studio.gui.panels.log_panel import LogPanel
from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from vae_studio.gui.workers.training_worker import Outcome


class NewsDesk(QObject):
    """Says everything in the status bar and the log; what went wrong stays in the bar above the map.

    It goes when the user closes it, with the next training, and with the next thing that succeeds: only what a training
    met with, and what is lost, is not made good by anything else.
    """

    def __init__(self, studio: Studio, bar: MessageBar, log: LogPanel, status: ElidedLabel) -> None:
        super().__init__(studio)
        self._bar, self._log, self._status = bar, log, status
        self._lasting, self._lasting_kind = "", "error"  # a sentence that no success wipes out
        self._breath = QTimer(self)  # what is said in one breath with a success is news
        self._breath.setSingleShot(True)
        self._breath.setInterval(0)
        studio.message_raised.connect(self.tell)
        for signal in (studio.trainer.warned, studio.runs.lost):
            signal.connect(self._keep)
        studio.trainer.ended.connect(self._on_training_ended)
        for done in (studio.succeeded, studio.desk.recipe_changed):
            done.connect(self._settle)
        studio.desk.images_changed.connect(self._on_images_changed)
        studio.explorer.failed.connect(lambda sentence: self.tell("error", sentence))
        studio.replay.failed.connect(lambda sentence: self.tell("warning", sentence))
        studio.morph.failed.connect(lambda sentence: self.tell("error", sentence))
        studio.trainer.phase_changed.connect(self._on_phase_changed)

    def tell(self, kind: str, sentence: str) -> None:
        """Pass on an "info", a "warning" or an "error"."""
        self._status.setText(sentence)
        self._log.add(kind, sentence)
        if kind == "info":
            return
        if sentence == self._lasting:
            self._lasting_kind = kind
        shown = f"{self._lasting} {sentence}" if self._lasts and sentence != self._lasting else sentence
        self._bar.show_message(shown, kind)  # type: ignore[arg-type]
        self._breath.start()

    @property
    def _lasts(self) -> bool:
        """Whether the bar tells of something that no success wipes out; the user may have closed it."""
        return bool(self._lasting) and self._bar.text().startswith(self._lasting)

    def _keep(self, sentence: str) -> None:
        self._lasting = sentence

    def _settle(self, *_news: object) -> None:
        """Close the bar on what is of the past now."""
        if self._breath.isActive():
            return
        if self._lasts:
            self._bar.show_message(self._lasting, self._lasting_kind)  # type: ignore[arg-type]
        else:
            self._bar.clear()

    def _on_images_changed(self, images: object | None) -> None:
        if images is not None:
            self._settle()

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase is Phase.IDLE:
            self._settle()  # what had to wait for the end of the training
        else:
            self._lasting = ""
            self._bar.clear()

    def _on_training_ended(self, _run: object, outcome: "Outcome") -> None:
        if outcome.kind == "unsaved":
            self._keep(outcome.sentence)

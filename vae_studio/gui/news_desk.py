"""The news desk: what the studio tells, in the status bar, the log and the message bar."""

from PySide6.QtCore import QObject

from vae_studio.gui.panels.log_panel import LogPanel
from vae_studio.gui.studio import Studio
from vae_studio.gui.trainer import Phase
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.message_bar import MessageBar


class NewsDesk(QObject):
    """Says everything in the status bar and the log; what went wrong stays in the bar above the map."""

    def __init__(self, studio: Studio, bar: MessageBar, log: LogPanel, status: ElidedLabel) -> None:
        super().__init__(studio)
        self._bar, self._log, self._status = bar, log, status
        studio.message_raised.connect(self.tell)
        studio.explorer.failed.connect(lambda sentence: self.tell("error", sentence))
        studio.replay.failed.connect(lambda sentence: self.tell("warning", sentence))
        studio.morph.failed.connect(lambda sentence: self.tell("error", sentence))
        studio.trainer.phase_changed.connect(self._on_phase_changed)

    def tell(self, kind: str, sentence: str) -> None:
        """Pass on an "info", a "warning" or an "error"."""
        self._status.setText(sentence)
        self._log.add(kind, sentence)
        if kind != "info":  # a good word does not wipe out a bad one: the user closes it, or the next training does
            self._bar.show_message(sentence, kind)  # type: ignore[arg-type]

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase is not Phase.IDLE:
            self._bar.clear()

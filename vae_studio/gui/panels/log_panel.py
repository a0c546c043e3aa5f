"""The log: what happened, with the time, as text that can be copied."""

import datetime
import logging

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QWidget

_MOST_LINES = 5000


class LogPanel(QPlainTextEdit):
    """Shows every message of the window and the warnings of the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("logPanel")
        self.setReadOnly(True)
        self.setMaximumBlockCount(_MOST_LINES)
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setPlaceholderText("What the program does is written down here.")
        self._handler = _SignalHandler()
        self._handler.relay.arrived.connect(self.add)
        logging.getLogger("vae_studio").addHandler(self._handler)

    def add(self, kind: str, sentence: str) -> None:
        """Add a line."""
        now = datetime.datetime.now().astimezone().strftime("%H:%M:%S")
        self.appendPlainText(f"{now}  {kind:8}{sentence}")

    def detach(self) -> None:
        """Stop listening to the program's log; called before the window goes."""
        logging.getLogger("vae_studio").removeHandler(self._handler)


class _Relay(QObject):
    arrived = Signal(str, str)  # kind, text


class _SignalHandler(logging.Handler):
    """Hands log records of any thread to the window's thread."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.relay = _Relay()

    def emit(self, record: logging.LogRecord) -> None:
        self.relay.arrived.emit(record.levelname.lower(), self.format(record))

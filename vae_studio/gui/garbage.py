"""Garbage: what lies in circles that nobody holds any more, searched for by the window's own thread alone."""

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1000
_TICKS_TO_ALL = 30


class GarbageCollector(QObject):
    """Collects in the thread of the window, in place of Python, which collects in whatever thread allocates.

    A training or decoding thread that came upon a dropped widget took it apart while the window drew: a crash.
    Young things are searched every second, all of them every half minute.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timer_ticked)
        self._timer.start()

    def spare(self) -> None:
        """Never search again what is alive now: some hundred thousand things of the imports, which takes 0.2 s."""
        gc.freeze()

    def _on_timer_ticked(self) -> None:
        self._ticks += 1
        gc.collect(2 if self._ticks % _TICKS_TO_ALL == 0 else 1)

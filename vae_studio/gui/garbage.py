"""Garbage: what lies in circles that nobody holds any more, searched for by the window's own thread alone."""

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1000
_TICKS_TO_ALL = 30
_IMPORTED = 10_000  # new things between two ticks; nothing but an import makes so many that stay


class GarbageCollector(QObject):
    """Collects in the thread of the window, in place of Python, which collects in whatever thread allocates.

    A training or decoding thread that came upon a dropped widget took it apart while the window drew: a crash.
    Young things are searched every second, all of them every half minute. What imports have brought is never searched:
    some hundred thousand things, for which the window would stand still for a quarter of a second.
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
        """Never search again what is alive now."""
        gc.freeze()

    def _on_timer_ticked(self) -> None:
        self._ticks += 1
        if gc.get_count()[0] > _IMPORTED:
            self.spare()
            return
        gc.collect(2 if self._ticks % _TICKS_TO_ALL == 0 else 1)

"""Ctrl-C and a polite kill, taken as the wish to stop and save."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any

from vae_studio.errors import StudioError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StoppedError(StudioError):
    """The user stopped a training; what was done is saved."""

    def __init__(self, sentence: str, signal_number: int) -> None:
        super().__init__(sentence)
        self.exit_code = 128 + signal_number  # as shells count


class Interrupts:
    """Inside its block a first Ctrl-C only sets `signal_number`; a second one breaks off as usual."""

    def __init__(self) -> None:
        self.signal_number = 0
        self._before: dict[signal.Signals, Any] = {}

    def wanted(self) -> bool:
        """Tell whether the user wants to stop."""
        return self.signal_number != 0

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():  # Python allows it nowhere else
            self._before = {number: signal.signal(number, self._on_signal) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.wanted():
            raise KeyboardInterrupt
        self.signal_number = number

"""The newest state of a busy thread: writers replace, the reader takes all that is new at once."""

import threading
from typing import Any


class Mailbox:
    """One slot for each topic. However often a thread writes, the window reads each topic once a tick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[str, Any] = {}

    def post(self, topic: str, content: Any) -> None:
        """Replace what lies in a slot."""
        with self._lock:
            self._slots[topic] = content

    def take(self) -> dict[str, Any]:
        """Return and empty all filled slots."""
        with self._lock:
            slots, self._slots = self._slots, {}
            return slots

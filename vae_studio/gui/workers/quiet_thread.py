"""Threads that yield to the window."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_NICE = 10  # more than the window; on two cores its 16 ms pulse then slips 30 ms at worst instead of 43
_SWITCH_SECONDS = 0.0005  # how long Python holds the interpreter lock before it lets the window in


def lower_priority() -> None:
    """Let the system prefer other threads over this one; OpenMP's threads that it starts later inherit it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)


@contextlib.contextmanager
def quick_switching() -> Iterator[None]:
    """Hand the interpreter lock over often while the block runs."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)

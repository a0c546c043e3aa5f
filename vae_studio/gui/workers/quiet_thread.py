"""Threads that yield to the window."""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_NICE = 10  # more than the window; on two cores its 16 ms pulse then slips 30 ms at worst instead of 43
_SWITCH_SECONDS = 0.0005  # how long Python holds the interpreter lock before it lets the window in

_SETTING = threading.Lock()  # two decoders may wake up at once, and the second must not take the first's one for all


def lower_priority() -> None:
    """Let the system prefer other threads over this one; OpenMP's threads that it starts later inherit it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)


def use_one_core() -> None:
    """Let torch compute on one core in this thread, and on all of them in threads that begin later.

    What torch is told in one thread it also takes as the default of every thread to come; a training that began after
    the decoder would run on a single core.
    """
    import torch

    with _SETTING:
        usual = torch.get_num_threads()
        torch.set_num_threads(1)
        later = threading.Thread(target=torch.set_num_threads, args=(usual,))
        later.start()
        later.join()


@contextlib.contextmanager
def quick_switching() -> Iterator[None]:
    """Hand the interpreter lock over often while the block runs."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)

"""Threads that do not end in time: they are let go of, because Qt aborts a program that destroys a running one."""

from PySide6.QtCore import QThread

_LATE: list[QThread] = []  # kept alive for as long as the process


def wait_for(thread: QThread, milliseconds: int) -> bool:
    """Wait for a thread and tell whether it has ended; one that is late goes on unheard and belongs to nobody."""
    if thread.wait(milliseconds):
        return True
    thread.blockSignals(True)
    thread.setParent(None)
    _LATE.append(thread)
    return False


def any_late() -> bool:
    """Tell whether a thread still runs that was let go of; then the process must not take itself apart."""
    _LATE[:] = [thread for thread in _LATE if thread.isRunning()]
    return bool(_LATE)

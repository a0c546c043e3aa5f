"""Garbage: Qt's things in circles are taken apart by the window's thread, whoever allocates meanwhile."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from vae_studio.gui.garbage import GarbageCollector


@pytest.fixture
def collector():
    """A collector where Python's own collection is at work, as at the start of a program."""
    gc.enable()
    owner = QObject()
    yield GarbageCollector(owner)
    owner.deleteLater()


def dropped(places):
    """Drop a Qt thing that holds itself; the thread that takes it apart is added to `places`."""
    thing = QObject()
    thing.itself = thing
    weakref.finalize(thing, lambda: places.append(threading.current_thread()))


def test_only_the_windows_thread_collects(qtbot, collector):
    places = []
    dropped(places)
    worker = threading.Thread(target=lambda: [[] for _ in range(9 * gc.get_threshold()[0])])
    worker.start()
    worker.join()
    assert places == [], "the worker has allocated enough for Python's own collection, and did not run it"
    qtbot.waitUntil(lambda: bool(places))
    assert places == [threading.main_thread()]


def test_what_an_import_brings_is_spared(qtbot, collector):
    before = gc.get_freeze_count()
    brought = [[] for _ in range(20_000)]
    try:
        qtbot.waitUntil(lambda: gc.get_freeze_count() >= before + len(brought))
    finally:
        gc.unfreeze()
        gc.collect()
        gc.freeze()  # as it was for the session

"""Garbage: Qt's things in circles are taken apart by the window's thread, whoever allocates meanwhile."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from vae_studio.gui.garbage import GarbageCollector


def test_only_the_windows_thread_collects(qtbot):
    owner = QObject()
    GarbageCollector(owner)
    places = []
    dropped = QObject()
    dropped.itself = dropped
    weakref.finalize(dropped, lambda: places.append(threading.current_thread()))
    del dropped

    worker = threading.Thread(target=lambda: [[] for _ in range(100 * gc.get_threshold()[0])])
    worker.start()
    worker.join()
    assert places == [], "the worker has allocated enough for Python's own collection, and did not run it"

    qtbot.waitUntil(lambda: bool(places))
    assert places == [threading.main_thread()]
    owner.deleteLater()


def test_what_is_spared_is_searched_no_more(qtbot):
    owner = QObject()
    collector = GarbageCollector(owner)
    kept = QObject()
    try:
        collector.spare()
        assert gc.get_freeze_count() > 0
        assert not any(thing is kept for thing in gc.get_objects())
    finally:
        gc.unfreeze()
        owner.deleteLater()

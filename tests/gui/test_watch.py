"""Tests of the watches on long requests: they report, and are gone with their request."""

import weakref

import pytest

from vae_studio.errors import CancelledError
from vae_studio.gui.workers.watch import Watch

_LONG = 60_000  # ms


def test_a_report_names_its_watch_and_a_cancelled_one_refuses():
    told = []
    watch = Watch(lambda *news: told.append(news))
    watch(0.5, "Half of it.")
    watch(0.6, "Too soon to be told again.")
    assert told == [(watch, 0.5)]
    watch.cancel()
    with pytest.raises(CancelledError):
        watch(0.7, "More.")


def test_no_watch_outlives_its_request(qtbot, window):
    studio = window.studio
    window.start(None)
    qtbot.waitUntil(lambda: studio.snapshot is not None and studio.explorer.cloud is not None, timeout=_LONG)
    watches = []
    for step in range(5):  # each cancels the one before at its work
        studio.morph.add(studio.explorer.code_at(0.3 * step, -0.2 * step))
        watches.append(weakref.ref(studio.morph._watch))
    qtbot.waitUntil(lambda: studio.morph.film is not None and not studio.morph._stamp, timeout=_LONG)
    qtbot.waitUntil(lambda: all(watch() is None for watch in watches[:-1]), timeout=_LONG)

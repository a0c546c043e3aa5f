"""Threads that do not end in time: the window closes, and the process with it."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
import shiboken6
from PySide6.QtCore import QThread

from vae_studio.gui.workers import decoders as decoders_module
from vae_studio.gui.workers import jobs as jobs_module
from vae_studio.gui.workers.decode_worker import LANES
from vae_studio.gui.workers.decoders import Decoders
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.gui.workers.late_threads import any_late, wait_for

CHILD = """
import sys, threading
from PySide6.QtCore import QTimer
from vae_studio.gui import app
from vae_studio.gui.workers import jobs

jobs._WAIT_MS = 50
begun = threading.Event()

def deaf(_progress):  # as a job is that imports a large library on a busy computer
    begun.set()
    threading.Event().wait()

def begin(window, _path):
    window.studio.jobs.start("deaf", "Hearing nothing", deaf, print)
    begun.wait()
    QTimer.singleShot(0, window.close)

app.MainWindow.start = begin
sys.exit(app.open_window())
"""


@pytest.fixture
def deaf():
    """A job that hears nothing until it is let go."""
    begun, go = threading.Event(), threading.Event()

    def job(_progress):
        begun.set()
        go.wait()

    job.begun, job.go = begun, go
    yield job
    go.set()


def test_a_job_that_hears_nothing_does_not_hold_the_end(qtbot, deaf, monkeypatch):
    monkeypatch.setattr(jobs_module, "_WAIT_MS", 20)
    jobs, told = Jobs(), []
    jobs.start("deaf", "Hearing nothing", deaf, told.append)
    assert deaf.begun.wait(60)
    (worker,) = jobs._alive
    jobs.end()
    assert worker.isRunning() and worker.parent() is None and any_late()
    shiboken6.delete(jobs)  # would abort the process if the thread still belonged to it
    deaf.go.set()
    assert worker.wait(60_000) and not any_late()
    assert told == []


def test_a_decoder_that_hears_nothing_does_not_hold_the_end(qtbot, deaf, monkeypatch):
    monkeypatch.setattr(decoders_module, "_WAIT_MS", 200)
    decoders = Decoders()
    worker = decoders.places
    decoders.set_snapshot(SimpleNamespace(classes=0))
    worker.ask(LANES[0], deaf)
    assert deaf.begun.wait(60)
    waiting = threading.Timer(5, deaf.go.set)  # so that a wait without limit ends as well
    waiting.start()
    decoders.end()
    waiting.cancel()
    waiting.join()
    assert worker.isRunning() and worker.parent() is None and any_late()
    assert not any(other.isRunning() for other in decoders._all if other is not worker)
    shiboken6.delete(decoders)
    deaf.go.set()
    assert worker.wait(60_000) and not any_late()


def test_a_thread_that_ends_in_time_is_no_late_one(qtbot):
    thread = QThread()
    thread.start()
    thread.quit()
    assert wait_for(thread, 60_000) and not any_late()


def test_the_program_ends_well_while_a_job_hears_nothing(tmp_path):
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr

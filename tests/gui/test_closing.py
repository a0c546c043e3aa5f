"""Closing: nothing that goes wrong on the way leaves a thread behind, or loses a training without a word."""

import shutil
import threading

import pytest
from PySide6.QtCore import QSettings

from tests.small import CPU, one_thread, pictures, recipe  # noqa: F401
from vae_studio.errors import ExportError
from vae_studio.gui.phased import Phase
from vae_studio.gui.studio import Studio
from vae_studio.gui.window import MainWindow
from vae_studio.gui.workers.training_worker import TrainingWorker
from vae_studio.runs import store
from vae_studio.runs.run import start_run
from vae_studio.runs.store import RunFolder

_LONG = 60_000  # ms


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_STUDIO_HOME", str(tmp_path / "runs"))


@pytest.fixture
def own_window(qtbot, tmp_path):
    """A window that the test closes itself."""
    window = MainWindow(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(window)
    window.show()
    return window


def begun(path, epochs=2):
    return start_run(recipe(training__epochs=epochs), CPU, path, images=pictures())


def any_running(studio):
    return any(worker.isRunning() for worker in studio.decoders._all)


def test_a_training_whose_folder_is_gone_goes_on_to_its_end_in_memory(qtbot, tmp_path):
    run = begun(tmp_path / "run")
    shutil.rmtree(run.folder.path)
    worker = TrainingWorker(run, 1)
    with qtbot.waitSignal(worker.ended, timeout=_LONG) as ended:
        worker.start()
    assert worker.wait(_LONG)
    outcome = ended.args[1]
    assert outcome.kind == "unsaved" and "does not exist" in outcome.sentence
    assert run.state.position.epoch == 2
    run.folder.path.mkdir()
    run.save()
    assert run.folder.facts["epoch"] == 2


def test_a_window_closes_well_when_the_folder_of_its_run_is_gone(qtbot, own_window, tmp_path):
    studio, run = own_window.studio, begun(tmp_path / "run")
    list(run.train())
    studio.open_path(run.folder.path)
    shutil.rmtree(run.folder.path)
    studio.study.groups.add("first", [0, 1])
    said = []
    studio.study.groups.refused.connect(said.append)
    own_window.close()
    assert not any_running(studio)
    assert "does not exist" in said[-1]


def test_no_error_on_the_way_keeps_the_threads_from_ending(qtbot, monkeypatch):
    studio = Studio()

    def broken():
        raise RuntimeError("broken")

    monkeypatch.setattr(studio.runs, "save_again", broken)
    monkeypatch.setattr(studio.study, "end", broken)
    assert any_running(studio)
    with pytest.raises(RuntimeError, match="broken"):
        studio.close()
    assert not any_running(studio)


@pytest.fixture
def training(qtbot, own_window):
    """A window in the middle of a long training."""
    studio = own_window.studio
    choose_small(qtbot, studio)
    with qtbot.waitSignal(studio.trainer.epoch_finished, timeout=_LONG):
        studio.train()
    return own_window


def choose_small(qtbot, studio):
    studio.choose_source("digits")
    for key, value in (("data.limit", 200), ("network.kind", "dense"), ("network.widths", [16]), ("epochs", 100_000)):
        studio.desk.edit(key, value)
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)


def fill_disk(patched, only_threads=False):
    real = store.write_bytes

    def full(path, content, sync=True):
        if only_threads and threading.current_thread() is threading.main_thread():
            return real(path, content, sync)
        raise ExportError("The disk is full; free some space and try again.")

    patched.setattr(store, "write_bytes", full)


def test_closing_on_a_full_disk_is_refused_once_and_says_what_is_lost(qtbot, training, monkeypatch):
    studio = training.studio
    fill_disk(monkeypatch)
    training.close()
    assert training.isVisible() and studio.phase is Phase.IDLE
    assert any_running(studio), "the window is as good as before"
    said = training.messages.text()
    assert "disk is full" in said and studio.folder.path.name in said and "close again" in said
    qtbot.wait(1)
    studio.tell_done("Saved a.gif.")
    assert training.messages.text() == said, "it stays in sight"
    training.close()
    assert not training.isVisible() and not any_running(studio)


def test_what_a_refused_close_has_kept_is_saved_once_there_is_room(qtbot, training, monkeypatch):
    studio = training.studio
    with monkeypatch.context() as patched:
        fill_disk(patched)
        training.close()
    run = studio.run.unsaved
    assert run is not None and studio.can_continue and not studio.snapshot_is_saved
    training.close()
    assert not training.isVisible()
    position = RunFolder.open(studio.folder.path).read_text("position")
    assert position == run.state.position_json()


def test_a_disk_that_takes_the_second_try_lets_the_window_close(qtbot, training, monkeypatch):
    fill_disk(monkeypatch, only_threads=True)
    path, said = training.studio.folder.path, []
    epoch = RunFolder.open(path).facts["epoch"]
    training.studio.runs.lost.connect(said.append)
    qtbot.waitUntil(lambda: training.studio.trainer._worker.training_run.state.position.epoch > epoch, timeout=_LONG)
    training.close()
    assert not training.isVisible() and not said
    assert RunFolder.open(path).facts["epoch"] > epoch


def test_each_training_that_would_be_lost_is_told_anew(qtbot, training, monkeypatch):
    studio = training.studio
    fill_disk(monkeypatch)
    training.close()
    with qtbot.waitSignal(studio.trainer.epoch_finished, timeout=_LONG):
        studio.train()
    training.close()
    assert training.isVisible() and "close again" in training.messages.text()
    training.close()
    assert not training.isVisible()


def test_closing_on_an_experiment_that_cannot_be_saved_is_refused_once(qtbot, own_window, monkeypatch):
    studio = own_window.studio
    choose_small(qtbot, studio)
    with qtbot.waitSignal(studio.experiments.stood, timeout=_LONG):
        studio.experiments.start(studio.experiments.trials_of([], "0"))
    fill_disk(monkeypatch)
    own_window.close()
    assert own_window.isVisible() and studio.experiments.phase is Phase.IDLE
    said = own_window.messages.text()
    assert "disk is full" in said and "experiment" in said and "close again" in said
    own_window.close()
    assert not own_window.isVisible()

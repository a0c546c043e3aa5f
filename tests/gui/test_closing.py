"""Closing: nothing that goes wrong on the way leaves a thread behind, or loses a training without a word."""

import shutil

import pytest
from PySide6.QtCore import QSettings

from tests.small import CPU, one_thread, pictures, recipe  # noqa: F401
from vae_studio.gui.studio import Studio
from vae_studio.gui.window import MainWindow
from vae_studio.gui.workers.training_worker import TrainingWorker
from vae_studio.runs.run import start_run

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

"""The bar above the map: what went wrong stands there until it is made good, or is closed."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from tests.small import CPU, one_thread, pictures, recipe  # noqa: F401
from vae_studio.errors import ExportError
from vae_studio.gui.phased import Phase
from vae_studio.gui.workers.training_worker import Outcome
from vae_studio.runs.run import start_run

_LONG = 60_000


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    run = start_run(recipe(training__epochs=1), CPU, tmp_path_factory.mktemp("trained") / "run", images=pictures())
    list(run.train())
    return run.folder.path


@pytest.fixture
def folder(trained, tmp_path):
    shutil.copytree(trained, tmp_path / "run")
    return tmp_path / "run"


def fail_to_open(qtbot, window, path):
    window.studio.open_path(path / "nothing")
    assert window.messages.text() == f"There is nothing at {path / 'nothing'}; check the path."
    qtbot.wait(1)  # the next thing is done in another breath


def test_what_could_not_be_opened_is_forgotten_when_a_run_is(qtbot, window, folder, tmp_path):
    fail_to_open(qtbot, window, tmp_path)
    with qtbot.waitSignal(window.studio.run_changed):
        window.studio.open_path(folder)
    assert window.messages.text() == ""


def test_what_could_not_be_opened_is_forgotten_when_pictures_are(qtbot, window, tmp_path):
    fail_to_open(qtbot, window, tmp_path)
    window.studio.choose_source("shapes")
    qtbot.waitUntil(lambda: window.studio.images is not None, timeout=_LONG)
    assert window.messages.text() == ""


def test_a_refused_value_is_forgotten_when_another_is_taken(qtbot, window):
    window.recipe_panel._edit("training.epochs", -1)
    assert "epochs" in window.messages.text()
    qtbot.wait(1)
    window.recipe_panel._edit("training.epochs", 3)
    assert window.messages.text() == ""


def test_a_failed_file_is_forgotten_when_another_is_saved(qtbot, window):
    window.studio.jobs.failed.emit("The disk is full.")
    qtbot.wait(1)
    window.studio.tell_done("Saved a.gif.")
    assert window.messages.text() == ""


def test_what_is_said_in_one_breath_with_a_success_stays(qtbot, window, folder, monkeypatch):
    def warn_too(*_args):
        window.studio.message_raised.emit("warning", "These are other pictures.")

    window.studio.run_changed.connect(warn_too)
    window.studio.open_path(folder)
    assert window.messages.text() == "These are other pictures."


def test_what_had_to_wait_for_the_training_is_forgotten_at_its_end(qtbot, window, tmp_path):
    trainer = window.studio.trainer
    trainer._set_phase(Phase.TRAINING)
    window.studio.open_path(tmp_path)
    assert "Stop the training first" in window.messages.text()
    qtbot.wait(1)
    trainer._set_phase(Phase.IDLE)
    assert window.messages.text() == ""


def test_what_a_training_met_with_stays_until_the_next_or_until_it_is_closed(qtbot, window):
    trainer = window.studio.trainer
    for close in (
        lambda: trainer._set_phase(Phase.PREPARING),
        lambda: qtbot.mouseClick(window.messages.findChild(QToolButton), Qt.MouseButton.LeftButton),
    ):
        trainer._set_phase(Phase.TRAINING)
        trainer.warned.emit("It went back to its last saved state.")
        qtbot.wait(1)
        trainer._set_phase(Phase.IDLE)
        window.studio.tell_done("Saved a.gif.")
        assert window.messages.text() == "It went back to its last saved state."
        close()
        assert window.messages.text() == ""
    trainer._set_phase(Phase.IDLE)


def test_what_is_lost_stays(qtbot, window, folder, monkeypatch):
    window.studio.open_path(folder)

    def full():
        raise ExportError("The disk is full.")

    monkeypatch.setattr(window.studio.run, "save_again", full)
    other = shutil.copytree(folder, folder.with_name("other"))
    window.studio.open_path(other)
    qtbot.waitUntil(lambda: "does not hold the pictures" in window.messages.text(), timeout=_LONG)
    assert window.messages.text().startswith("The disk is full. "), "what comes later stands behind it"
    qtbot.wait(1)
    window.studio.tell_done("Saved a.gif.")
    assert window.messages.text() == "The disk is full."


def test_what_the_disk_refused_stays_until_it_is_saved(qtbot, window):
    said = "The disk is full. Press Continue to try again."
    window._news._on_training_ended(None, Outcome("unsaved", said))
    window.studio.message_raised.emit("error", said)
    qtbot.wait(1)
    window.studio.tell_done("Saved a.gif.")
    assert window.messages.text() == said

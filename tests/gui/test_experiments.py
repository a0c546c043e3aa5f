"""Experiments from the window: values are entered, runs are trained, shown, stopped, gone on with and opened."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton

from vae_studio.gui.dialogs import experiment_dialog
from vae_studio.gui.dialogs.experiment_dialog import ExperimentDialog
from vae_studio.gui.phased import Phase
from vae_studio.runs.experiment_folder import ExperimentFolder
from vae_studio.runs.home import runs_home
from vae_studio.runs.run import Run

_LONG = 60_000


@pytest.fixture
def dialog(qtbot, window):
    """The experiments of a small recipe on the digits."""
    studio = window.studio
    studio.choose_source("digits")
    for key, value in (("data.limit", 200), ("network.kind", "dense"), ("network.widths", [16]), ("epochs", 1)):
        studio.desk.edit(key, value)
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    window.findChild(QAction, "experimentAction").trigger()
    dialog = window.findChild(ExperimentDialog, "experimentDialog")
    qtbot.waitExposed(dialog)
    return dialog


def write(qtbot, dialog, values, seeds="0"):
    for name, text in (("varyValuesField0", values), ("seedsField", seeds)):
        field = dialog.findChild(QLineEdit, name)
        field.selectAll()
        qtbot.keyClicks(field, text)


def press(qtbot, dialog, name):
    qtbot.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def word(dialog):
    return dialog.findChild(QLabel, "experimentWord").text()


def states(dialog):
    return [dialog.queue.item(row, 1).text() for row in range(dialog.queue.rowCount())]


def trained(qtbot, dialog):
    with qtbot.waitSignal(dialog._desk.told, timeout=_LONG) as told:
        press(qtbot, dialog, "startExperimentButton")
    return told.args


def test_runs_are_trained_shown_and_opened(qtbot, window, dialog, monkeypatch):
    write(qtbot, dialog, "1, 4", "0,1")
    assert word(dialog) == "4 runs of 1 epoch."
    kind, sentence = trained(qtbot, dialog)
    assert kind == "info" and "sheet.html" in sentence and states(dialog) == ["finished"] * 4
    table = dialog.view.table
    assert [table.item(row, 0).text() for row in range(2)] == ["1", "4"] and "±" in table.item(0, 2).text()
    thick = [one for one in dialog.view.curves.series() if not one.faint]
    assert [one.style for one in thick] == [0, 1] and dialog.view.isTabVisible(dialog.view.indexOf(dialog.view.rate))
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", asked.append)
    press(qtbot, dialog, "sheetButton")
    assert asked[0].toLocalFile().endswith("sheet.html")
    place = dialog.queue.visualItemRect(dialog.queue.item(3, 0)).center()
    qtbot.mouseClick(dialog.queue.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(dialog.queue.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.studio.folder is not None, timeout=_LONG)
    assert window.studio.folder.path.name == "beta-4_seed-1"


def test_a_queue_that_was_stopped_goes_on_in_its_folder(qtbot, window, dialog):
    write(qtbot, dialog, "1, 2, 4")
    desk = dialog._desk
    with qtbot.waitSignal(desk.told, timeout=_LONG):
        desk.run_ended.connect(lambda *_: desk.stop())
        press(qtbot, dialog, "startExperimentButton")
        assert not dialog.findChild(QPushButton, "startExperimentButton").isEnabled()
        window.studio.train()  # is refused: one training at a time
        assert "Stop the experiment first" in window.messages.text()
    window.studio.open_path(desk.path / "runs" / "beta-1_seed-0")  # with it the window has another recipe
    path, done = desk.path, len(ExperimentFolder.open(desk.path).outcomes)
    assert desk.phase is Phase.IDLE and 1 <= done < 3 and "go on" in word(dialog)
    desk.run_ended.disconnect()
    trained(qtbot, dialog)
    assert desk.path == path and len(ExperimentFolder.open(path).outcomes) == 3


def test_what_failed_is_tried_again_in_its_folder(qtbot, dialog, monkeypatch):
    def train(self, should_stop=lambda: False):
        raise RuntimeError("CUDA out of memory")

    write(qtbot, dialog, "1")
    with monkeypatch.context() as patched:
        patched.setattr(Run, "train", train)
        trained(qtbot, dialog)
    assert states(dialog) == ["failed"]
    path = dialog._desk.path
    trained(qtbot, dialog)
    assert (states(dialog), dialog._desk.path) == (["finished"], path)


def test_an_experiment_of_before_is_opened_and_goes_on(qtbot, window, dialog, monkeypatch, tmp_path):
    write(qtbot, dialog, "1, 4")
    trained(qtbot, dialog)
    path = dialog._desk.path
    folder = ExperimentFolder.open(path)
    del folder.outcomes["beta-4_seed-0"]
    folder._write()
    write(qtbot, dialog, "7")  # the form says something else now, and the recipe as well
    window.studio.desk.edit("epochs", 3)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(path))
    with qtbot.waitSignal(dialog._desk.told, timeout=_LONG):
        press(qtbot, dialog, "openExperimentButton")
    assert "1 of its runs waits" in word(dialog) and states(dialog) == ["finished", "waiting"]
    assert trained(qtbot, dialog)[0] == "info" and states(dialog) == ["finished", "finished"]
    assert dialog._desk.path == path and set(ExperimentFolder.open(path).outcomes) == {"beta-1_seed-0", "beta-4_seed-0"}
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    with qtbot.waitSignal(dialog._desk.told, timeout=_LONG):
        press(qtbot, dialog, "openExperimentButton")
    assert "is not an experiment" in word(dialog)


@pytest.mark.parametrize(
    ("values", "seeds", "told"),
    [
        (",", "0", "no value of objective.beta"),
        ("1, much", "0", "must be a number"),
        ("1, -4", "0", "at least 0"),
        ("1, 1.0", "0", "twice"),
        ("1, 4", "a", "are no seeds"),
    ],
)
def test_bad_values_are_told_while_they_are_written(qtbot, dialog, values, seeds, told):
    write(qtbot, dialog, values, seeds)
    assert told in word(dialog)
    press(qtbot, dialog, "startExperimentButton")
    assert told in word(dialog) and dialog._desk.phase is Phase.IDLE


def test_runs_that_cannot_be_trained_are_refused_before_the_first(qtbot, window, dialog):
    window.studio.desk.edit("objective.kind", "beta-tcvae")
    box = dialog.findChild(QComboBox, "varyKeyPicker0")
    box.setCurrentIndex(box.findData("training.batch_size"))
    write(qtbot, dialog, "8, 1")
    kind, sentence = trained(qtbot, dialog)
    assert kind == "error" and "batch_size 1, seed 0 cannot be trained" in sentence
    assert dialog._desk.path is None and not list((runs_home() / "experiments").iterdir())


def test_many_runs_want_a_second_press(qtbot, dialog, monkeypatch):
    monkeypatch.setattr(experiment_dialog, "_MANY", 1)
    write(qtbot, dialog, "1, 4")
    press(qtbot, dialog, "startExperimentButton")
    assert "once more" in word(dialog) and dialog._desk.phase is Phase.IDLE
    assert trained(qtbot, dialog)[0] == "info"


def test_the_window_closes_on_a_running_experiment_and_what_is_done_is_kept(qtbot, window, dialog):
    window.studio.desk.edit("epochs", 1000)
    write(qtbot, dialog, "1, 4")
    desk = dialog._desk
    with qtbot.waitSignal(desk.stood, timeout=_LONG):
        press(qtbot, dialog, "startExperimentButton")
    press(qtbot, dialog, "pauseExperimentButton")
    assert desk.phase is Phase.PAUSED
    window.close()
    assert (desk.path / "runs" / "beta-1_seed-0" / "manifest.json").is_file()


def test_the_folder_of_an_experiment_is_opened_like_a_run(qtbot, window, dialog):
    write(qtbot, dialog, "1, 4", "0")
    trained(qtbot, dialog)
    path = dialog._desk.path
    dialog.close()
    dialog.queue.set_trials([])
    with qtbot.waitSignal(dialog._desk.told, timeout=_LONG) as told:
        window.studio.open_path(path)
    assert "all of its runs are done" in told.args[1]
    assert dialog.isVisible() and dialog.queue.rowCount() == 2

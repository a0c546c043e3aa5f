"""The recipe as a file and as Python, from the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QPlainTextEdit, QPushButton

from vae_studio.runs.recipe_file import read_recipe_at

_LONG = 60_000


@pytest.fixture
def digits(qtbot, window):
    window.studio.choose_source("digits")
    qtbot.waitUntil(lambda: window.studio.images is not None, timeout=_LONG)
    return window


def choose(monkeypatch, name, path):
    monkeypatch.setattr(QFileDialog, name, lambda *_args: (str(path), ""))


def test_a_recipe_is_saved_and_opened_again(qtbot, digits, tmp_path, monkeypatch):
    studio = digits.studio
    studio.desk.edit("objective.beta", 3.5)
    wanted = studio.recipe
    choose(monkeypatch, "getSaveFileName", tmp_path / "mine")  # the ending is added
    digits.findChild(QAction, "saveRecipeAction").trigger()
    assert read_recipe_at(tmp_path / "mine.toml") == wanted
    studio.desk.choose_preset("quick")
    choose(monkeypatch, "getOpenFileName", tmp_path / "mine.toml")
    digits.findChild(QAction, "openRecipeAction").trigger()
    assert studio.recipe == wanted and studio.desk.preset_name == ""
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)


def test_the_preset_that_is_shown_brings_its_values_back(digits):
    box, wanted = digits.findChild(QComboBox, "presetPicker"), digits.studio.recipe
    digits.studio.desk.edit("network.latent_dim", 5)
    assert digits.studio.recipe != wanted and box.currentData() == "balanced"
    box.activated.emit(box.currentIndex())  # what a list says when its row is clicked that was chosen already
    assert digits.studio.recipe == wanted


def test_a_broken_recipe_is_told_and_changes_nothing(digits, tmp_path):
    before = digits.studio.recipe
    (tmp_path / "broken.toml").write_text("[objective]\nbeta = 'much'\n", encoding="utf-8")
    digits.studio.open_path(tmp_path / "broken.toml")
    assert "objective.beta" in digits.messages.text() and digits.studio.recipe == before


def test_the_script_is_shown_copied_and_saved(qtbot, digits, tmp_path, monkeypatch):
    digits.findChild(QAction, "showScriptAction").trigger()
    dialog = digits.findChild(QDialog, "scriptDialog")
    qtbot.waitExposed(dialog)
    text = dialog.findChild(QPlainTextEdit, "scriptText").toPlainText()
    compile(text, "train.py", "exec")
    qtbot.mouseClick(dialog.findChild(QPushButton, "copyScriptButton"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    choose(monkeypatch, "getSaveFileName", tmp_path / "lesson")
    with qtbot.waitSignal(digits.studio.message_raised, timeout=_LONG) as told:
        qtbot.mouseClick(dialog.findChild(QPushButton, "saveScriptButton"), Qt.MouseButton.LeftButton)
    assert told.args[0] == "info"
    assert "lesson.npz" in Path(tmp_path / "lesson.py").read_text(encoding="utf-8")
    assert (tmp_path / "lesson.npz").is_file()
    dialog.close()


def test_a_recipe_that_no_script_can_be_written_for_is_told(digits):
    digits.studio.desk.edit("objective.kind", "beta-tcvae")
    digits.findChild(QAction, "showScriptAction").trigger()
    assert "beta-tcvae is too long for a short script" in digits.messages.text()
    assert digits.findChild(QDialog, "scriptDialog") is None

"""Layouts within layouts: Python keeps nothing of what Qt deletes on its own."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget, QWidgetItem
from shiboken6 import Shiboken

from vae_studio.gui.dialogs.experiment_dialog import ExperimentDialog
from vae_studio.gui.layouts import add_layout

_GUI = Path(__file__).parents[2] / "vae_studio/gui"


def items():
    return [thing for thing in Shiboken.getAllValidWrappers() if isinstance(thing, QWidgetItem)]


def nested(depth):
    """Return a layout of two labels within `depth` others."""
    layout = QHBoxLayout()
    for text in ("a", "b"):
        layout.addWidget(QLabel(text))
    for _ in range(depth):
        outer = QVBoxLayout()
        add_layout(outer, layout)
        layout = outer
    return layout


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_items_are_forgotten_and_widgets_stay(qtbot, depth):
    widget = QWidget()
    qtbot.addWidget(widget)
    grid = QGridLayout(widget)
    add_layout(grid, nested(depth), 1, 0, 1, 2)
    assert grid.getItemPosition(0) == (1, 0, 1, 2)
    assert not items()
    labels = widget.findChildren(QLabel)
    assert [label.text() for label in labels] == ["a", "b"]
    widget.show()
    assert 0 <= labels[0].x() < labels[1].x()
    labels[0].deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert [label.text() for label in widget.findChildren(QLabel)] == ["b"]
    assert not items()


def test_a_window_keeps_no_items_even_when_its_forms_change(qtbot, window):
    dialog = ExperimentDialog(window.studio, window)
    qtbot.addWidget(dialog)
    for kind in ("conv", "residual"):
        window.studio.desk.edit("network.kind", kind)
    for length in (8, 2):
        window.studio.desk.edit("network.latent_dim", length)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not items()


def test_nothing_nests_layouts_on_its_own():
    users = [file.name for file in _GUI.rglob("*.py") if ".addLayout(" in file.read_text()]
    assert users == ["layouts.py"]

"""Layouts within layouts: Python keeps nothing of what Qt deletes on its own."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QFormLayout, QGridLayout, QHBoxLayout, QLabel, QLayout, QLayoutItem, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from vae_studio.gui.dialogs.experiment_dialog import ExperimentDialog
from vae_studio.gui.layouts import add_layout

_GUI = Path(__file__).parents[2] / "vae_studio/gui"


def items():
    """Return what Python knows of the items that Qt has made for widgets and spaces."""
    known = [thing for thing in Shiboken.getAllValidWrappers() if isinstance(thing, QLayoutItem)]
    return [thing for thing in known if not isinstance(thing, QLayout) and not Shiboken.createdByPython(thing)]


@pytest.fixture
def known_before():
    """How many items Python knew before the window was made: what other tests have left is no fault of it."""
    return len(items())


def nested(depth):
    """Return a layout of two labels, a space and a form's row within `depth` others."""
    layout = QHBoxLayout()
    layout.addWidget(QLabel("a"))
    layout.addStretch(1)
    form, row = QFormLayout(), QHBoxLayout()
    row.addWidget(QLabel("c"))
    form.addRow("b", row)
    add_layout(layout, form)
    for _ in range(depth):
        outer = QVBoxLayout()
        add_layout(outer, layout)
        layout = outer
    return layout


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_items_are_forgotten_and_widgets_stay(qtbot, known_before, depth):
    widget = QWidget()
    qtbot.addWidget(widget)
    grid = QGridLayout(widget)
    add_layout(grid, nested(depth), 1, 0, 1, 2)
    assert grid.getItemPosition(0) == (1, 0, 1, 2)
    assert len(items()) == known_before
    labels = {label.text(): label for label in widget.findChildren(QLabel)}
    widget.show()
    assert 0 <= labels["a"].x() < labels["b"].x() < labels["c"].x()
    labels["a"].deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert {label.text() for label in widget.findChildren(QLabel)} == {"b", "c"}
    assert len(items()) == known_before


def test_a_window_keeps_no_items_even_when_its_forms_change(qtbot, known_before, window):
    dialog = ExperimentDialog(window.studio, window)
    qtbot.addWidget(dialog)
    for kind in ("conv", "residual"):
        window.studio.desk.edit("network.kind", kind)
    for length in (8, 2):
        window.studio.desk.edit("network.latent_dim", length)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(items()) == known_before


def test_nothing_nests_layouts_on_its_own():
    nesting = re.compile(r"\.(addLayout|insertLayout|addChildLayout|itemAtPosition|replaceWidget)\(")
    assert [file.name for file in _GUI.rglob("*.py") if nesting.search(file.read_text())] == ["layouts.py"]

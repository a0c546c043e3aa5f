"""Tests of the legend with a real mouse and keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette

from vae_studio.gui.plots.map_legend import MapLegend

NAMES = ("zero", "one", "a name that is far too long for the column beside the map")
COLOURS = np.array([[200, 0, 0], [0, 200, 0], [0, 0, 200]], np.uint8)


@pytest.fixture
def legend(qtbot):
    shown = MapLegend()
    qtbot.addWidget(shown)
    shown.show_labels(NAMES, COLOURS, frozenset({1}))
    shown.resize(shown.sizeHint().width(), 200)
    shown.show()
    return shown


def middle(legend, label):
    return legend.visualItemRect(legend.item(label)).center()


def test_a_click_names_the_label(legend, qtbot):
    with qtbot.waitSignal(legend.label_clicked) as clicked:
        qtbot.mouseClick(legend.viewport(), Qt.MouseButton.LeftButton, pos=middle(legend, 2))
    assert clicked.args == [2]


def test_a_double_click_shows_it_alone(legend, qtbot):
    qtbot.mouseClick(legend.viewport(), Qt.MouseButton.LeftButton, pos=middle(legend, 0))
    with qtbot.waitSignal(legend.label_soloed) as soloed:
        qtbot.mouseDClick(legend.viewport(), Qt.MouseButton.LeftButton, pos=middle(legend, 0))
    assert soloed.args == [0]


def test_the_keyboard_does_it_too(legend, qtbot):
    legend.setCurrentRow(0)
    qtbot.keyClick(legend, Qt.Key.Key_Down)
    with qtbot.waitSignal(legend.label_clicked) as clicked:
        qtbot.keyClick(legend, Qt.Key.Key_Space)
    assert clicked.args == [1]


def test_names_stay_readable_when_the_desktop_turns_dark(legend):
    dark = QPalette(legend.palette())
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText):
        dark.setColor(role, QColor("white"))
    legend.setPalette(dark)
    shown, hidden = (legend.item(label).foreground().color() for label in (0, 1))
    assert shown == QColor("white") and hidden.lightness() > 200 and hidden.alpha() < 255


def test_hidden_labels_are_hollow_and_pale(legend):
    solid, hollow = (legend.item(label).icon().pixmap(12, 12).toImage().pixelColor(6, 6) for label in (0, 1))
    assert solid.alpha() == 255
    assert hollow.alpha() == 0
    assert legend.item(1).foreground().color().alphaF() < 0.6 < legend.item(0).foreground().color().alphaF()


def test_it_stays_narrow_and_scrolls(legend, qtbot):
    assert legend.sizeHint().width() <= 150
    legend.show_labels([f"label {n}" for n in range(500)], COLOURS, frozenset())
    assert legend.count() == 500
    qtbot.waitUntil(lambda: legend.verticalScrollBar().maximum() > 0)

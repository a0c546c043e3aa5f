"""Tests of selecting points with a real mouse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt

from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.plots.outline import combined

LEFT = Qt.MouseButton.LeftButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
XY = np.array([[-2, -2], [2, -2], [2, 2], [-2, 2], [0, 0], [np.nan, 0]], np.float32)
LABELS, NAMES = np.array([0, 1, 2, 0, 1, 1]), ("zero", "one", "two")
INDICES = np.array([70, 11, 52, 33, 94, 5])
NUMBERS = st.lists(st.integers(0, 60), unique=True)


@pytest.fixture
def latent_map(qtbot):
    shown = LatentMap()
    shown.set_animated(False)
    shown.resize(396, 280)
    qtbot.addWidget(shown)
    shown.show()
    shown.set_points(XY, LABELS, NAMES, indices=INDICES)
    shown.grab()
    return shown


def drag(qtbot, shown, places, modifiers=PLAIN):
    pixels = [shown.map_to_widget(*place) for place in places]
    qtbot.mousePress(shown, LEFT, modifiers, pixels[0])
    for pixel in pixels[1:]:
        qtbot.mouseMove(shown, pixel)
        shown.grab()  # the outline is painted on the way
    qtbot.mouseRelease(shown, LEFT, modifiers, pixels[-1])


def selected_by(qtbot, shown, places, modifiers=PLAIN):
    with qtbot.waitSignal(shown.selected) as found:
        drag(qtbot, shown, places, modifiers)
    numbers = found.args[0]
    assert numbers.dtype == np.int64 and np.array_equal(numbers, shown.selection())
    return list(numbers)


def test_a_box_selects_what_lies_in_it_and_decodes_nothing(latent_map, qtbot):
    qtbot.keyClick(latent_map, Qt.Key.Key_B)
    assert latent_map.tool() == "box"
    with qtbot.assertNotEmitted(latent_map.point_picked):
        assert selected_by(qtbot, latent_map, [(-2.3, 2.3), (0.5, -0.5)]) == [33, 94]


def test_a_lasso_selects_what_it_surrounds(latent_map, qtbot):
    qtbot.keyClick(latent_map, Qt.Key.Key_L)
    triangle = [(-2.3, -2.2), (0, -2.2), (2.3, -2.2), (1.2, 0.2), (0, 1), (-1.2, -0.6)]
    assert selected_by(qtbot, latent_map, triangle) == [11, 70, 94]


def test_shift_adds_and_control_removes(latent_map, qtbot):
    latent_map.set_tool("box")
    assert selected_by(qtbot, latent_map, [(-2.2, -2.2), (-1, 2.2)]) == [33, 70]
    assert selected_by(qtbot, latent_map, [(-1, -1), (1, 1)], SHIFT) == [33, 70, 94]
    assert selected_by(qtbot, latent_map, [(-2.2, 1), (-1, 2.2)], CONTROL) == [70, 94]
    assert selected_by(qtbot, latent_map, [(1, 1), (2.2, 2.2)]) == [52]


def test_a_click_selects_the_point_under_it_and_beside_all_nothing(latent_map, qtbot):
    latent_map.set_tool("lasso")
    assert selected_by(qtbot, latent_map, [(2, 2)]) == [52]
    assert selected_by(qtbot, latent_map, [(0, 0)], SHIFT) == [52, 94]
    assert selected_by(qtbot, latent_map, [(1, -1)]) == []


def test_hidden_points_are_not_selected(latent_map, qtbot):
    latent_map.set_label_visible(1, False)
    latent_map.set_tool("box")
    assert selected_by(qtbot, latent_map, [(-2.3, -2.3), (2.3, 2.3)]) == [33, 52, 70]


def test_escape_steps_back_one_by_one(latent_map, qtbot):
    latent_map.set_tool("box")
    selected_by(qtbot, latent_map, [(-1, -1), (1, 1)])
    qtbot.mousePress(latent_map, LEFT, pos=QPoint(40, 40))
    qtbot.mouseMove(latent_map, QPoint(200, 200))
    assert latent_map.drawing()
    qtbot.keyClick(latent_map, Qt.Key.Key_Escape)
    with qtbot.assertNotEmitted(latent_map.selected):
        qtbot.mouseRelease(latent_map, LEFT, pos=QPoint(200, 200))
    assert list(latent_map.selection()) == [94]
    with qtbot.waitSignal(latent_map.tool_changed):
        qtbot.keyClick(latent_map, Qt.Key.Key_Escape)
    assert latent_map.tool() == "point" and list(latent_map.selection()) == [94]
    with qtbot.waitSignal(latent_map.selected):
        qtbot.keyClick(latent_map, Qt.Key.Key_Escape)
    assert len(latent_map.selection()) == 0


def test_all_are_selected_by_their_key(latent_map, qtbot):
    with qtbot.waitSignal(latent_map.selected):
        qtbot.keyClick(latent_map, Qt.Key.Key_A, CONTROL)
    assert list(latent_map.selection()) == sorted(INDICES)


def test_the_selection_stays_with_the_pictures_when_points_move_or_go(latent_map):
    latent_map.set_selection([52, 70])
    latent_map.set_points(XY[::-1] * 3, None, indices=INDICES)
    assert list(latent_map.selection()) == [52, 70]
    latent_map.set_points(XY[:2], None, indices=INDICES[:2])
    assert list(latent_map.selection()) == [52, 70], "while training only some pictures are on the map"
    latent_map.grab()


def test_what_is_selected_stands_out(latent_map):
    colours = np.array([[200, 0, 0], [0, 200, 0], [0, 0, 200]], np.uint8)
    latent_map.set_points(XY, LABELS, NAMES, colours, INDICES)
    latent_map.set_selection([52])
    image = latent_map.grab().toImage()
    blue, red = (image.pixelColor(latent_map.map_to_widget(*XY[row]) * image.devicePixelRatio()) for row in (2, 0))
    assert blue.blue() > 150 > blue.red()
    assert red.green() > 150, "the others are faint"


def test_numbers_that_are_on_no_map_do_no_harm(latent_map):
    latent_map.set_selection([-4, 3_000_000, 52, 52])
    latent_map.grab()
    assert list(latent_map.selection()) == [52, 3_000_000]


def test_an_empty_map_can_be_selected_on(qtbot):
    empty = LatentMap()
    qtbot.addWidget(empty)
    empty.set_points(np.zeros((0, 2)))
    empty.show()
    empty.set_tool("lasso")
    assert selected_by(qtbot, empty, [(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)]) == []


@given(NUMBERS, NUMBERS)
def test_numbers_are_combined_as_sets(before, drawn):
    before = np.sort(np.array(before, np.int64))
    assert combined(before, drawn, "new").tolist() == sorted(drawn)
    assert combined(before, drawn, "add").tolist() == sorted({*before.tolist(), *drawn})
    assert combined(before, drawn, "remove").tolist() == sorted(set(before.tolist()) - set(drawn))

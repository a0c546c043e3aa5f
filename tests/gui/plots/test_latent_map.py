"""Tests of the map with a real mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.theme import apply_theme

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NAMES = ("zero", "one", "two")
XY = np.array([[-2, -2], [2, -2], [2, 2], [-2, 2], [0, 0]], np.float32)
LABELS = np.array([0, 1, 2, 0, 1])
INDICES = np.array([70, 11, 52, 33, 94])


@pytest.fixture
def latent_map(qtbot):
    shown = LatentMap()
    shown.set_animated(False)
    shown.resize(396, 280)  # fits on the off-screen display at twice the scale, too
    qtbot.addWidget(shown)
    shown.show()
    shown.set_points(XY, LABELS, NAMES, indices=INDICES)
    shown.grab()
    return shown


def wheel(widget, place, turn=120):
    position = QPointF(place)
    event = QWheelEvent(
        position, widget.mapToGlobal(position), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("place", [(0, 0), (1.5, -0.75), (-1.9, 1.9)])
def test_a_click_picks_the_place_under_it(latent_map, qtbot, place):
    with qtbot.waitSignal(latent_map.point_picked) as picked:
        qtbot.mouseClick(latent_map, LEFT, pos=latent_map.map_to_widget(*place))
    pixel = (latent_map.view_rect()[2] - latent_map.view_rect()[0]) / latent_map.width()
    assert picked.args == pytest.approx(place, abs=0.75 * pixel)
    assert latent_map.marker() == pytest.approx(tuple(picked.args))


def test_a_click_after_zooming_and_panning_still_hits(latent_map, qtbot):
    for _ in range(7):
        wheel(latent_map, QPoint(100, 300))
    qtbot.mousePress(latent_map, RIGHT, pos=QPoint(200, 200))
    qtbot.mouseMove(latent_map, QPoint(170, 260))
    qtbot.mouseRelease(latent_map, RIGHT, pos=QPoint(170, 260))
    x0, y0, x1, y1 = latent_map.view_rect()
    place = (x0 + 0.3 * (x1 - x0), y0 + 0.6 * (y1 - y0))
    with qtbot.waitSignal(latent_map.point_picked) as picked:
        qtbot.mouseClick(latent_map, LEFT, pos=latent_map.map_to_widget(*place))
    assert picked.args == pytest.approx(place, abs=0.75 * (x1 - x0) / latent_map.width())


def test_dragging_picks_on_the_way(latent_map, qtbot):
    picked = []
    latent_map.point_picked.connect(lambda x, y: picked.append((x, y)))
    qtbot.mousePress(latent_map, LEFT, pos=QPoint(100, 100))
    qtbot.mouseMove(latent_map, QPoint(120, 110))
    qtbot.mouseMove(latent_map, QPoint(140, 120))
    qtbot.mouseRelease(latent_map, LEFT, pos=QPoint(140, 120))
    qtbot.mouseMove(latent_map, QPoint(180, 120))
    assert len(picked) == 3
    assert picked[0][0] < picked[1][0] < picked[2][0] and picked[0][1] > picked[2][1]


def test_a_shift_click_adds_a_stop_and_picks_nothing(latent_map, qtbot):
    with qtbot.assertNotEmitted(latent_map.point_picked), qtbot.waitSignal(latent_map.stop_added) as added:
        qtbot.mouseClick(latent_map, LEFT, Qt.KeyboardModifier.ShiftModifier, pos=latent_map.map_to_widget(1, 1))
    assert added.args == pytest.approx((1, 1), abs=0.02)


def test_the_wheel_zooms_at_the_cursor(latent_map, qtbot):
    before, place = latent_map.view_rect(), QPoint(333, 77)
    fixed = latent_map.widget_to_map(333, 77)
    with qtbot.waitSignal(latent_map.view_changed):
        wheel(latent_map, place)
    after = latent_map.view_rect()
    assert after[2] - after[0] < before[2] - before[0]
    assert latent_map.widget_to_map(333, 77) == pytest.approx(fixed, abs=1e-6)


def test_panning_does_not_pick(latent_map, qtbot):
    before = latent_map.map_to_widget(0, 0)
    with qtbot.assertNotEmitted(latent_map.point_picked):
        qtbot.mousePress(latent_map, Qt.MouseButton.MiddleButton, pos=QPoint(50, 50))
        qtbot.mouseMove(latent_map, QPoint(80, 70))
        qtbot.mouseRelease(latent_map, Qt.MouseButton.MiddleButton, pos=QPoint(80, 70))
    assert latent_map.map_to_widget(0, 0) - before == QPoint(30, 20)


def test_space_and_drag_pans(latent_map, qtbot):
    before = latent_map.map_to_widget(0, 0)
    with qtbot.assertNotEmitted(latent_map.point_picked):
        qtbot.keyPress(latent_map, Qt.Key.Key_Space)
        qtbot.mousePress(latent_map, LEFT, pos=QPoint(50, 50))
        qtbot.mouseMove(latent_map, QPoint(60, 55))
        qtbot.mouseRelease(latent_map, LEFT, pos=QPoint(60, 55))
        qtbot.keyRelease(latent_map, Qt.Key.Key_Space)
    assert latent_map.map_to_widget(0, 0) - before == QPoint(10, 5)
    with qtbot.waitSignal(latent_map.point_picked):
        qtbot.mouseClick(latent_map, LEFT, pos=QPoint(60, 60))


@pytest.mark.parametrize("back", ["home", "double click"])
def test_the_whole_map_comes_back(latent_map, qtbot, back):
    before = latent_map.view_rect()
    wheel(latent_map, QPoint(10, 10), 600)
    assert latent_map.view_rect() != before
    if back == "home":
        qtbot.keyClick(latent_map, Qt.Key.Key_Home)
    else:
        qtbot.mouseDClick(latent_map, LEFT, pos=QPoint(150, 150))
    assert latent_map.view_rect() == pytest.approx(before)


def test_the_view_follows_new_points_until_the_user_zooms(latent_map):
    latent_map.set_points(XY * 10, LABELS, NAMES, indices=INDICES)
    assert latent_map.view_rect()[2] > 20
    wheel(latent_map, QPoint(10, 10))
    seen = latent_map.view_rect()
    latent_map.set_points(XY, LABELS, NAMES, indices=INDICES)
    assert latent_map.view_rect() == seen


def test_arrow_keys_walk(latent_map, qtbot):
    latent_map.set_marker((0, 0))
    with qtbot.waitSignal(latent_map.point_picked) as picked:
        qtbot.keyClick(latent_map, Qt.Key.Key_Right)
    assert picked.args[0] > 0 and picked.args[1] == pytest.approx(0, abs=1e-9)
    qtbot.keyClick(latent_map, Qt.Key.Key_Up)
    assert latent_map.marker()[1] > 0


@pytest.mark.parametrize("number", range(5))
def test_hovering_names_the_right_picture(latent_map, qtbot, number):
    asked = []
    latent_map.set_thumbnail(lambda index: asked.append(index) or np.full((8, 8, 1), 7, np.uint8))
    with qtbot.waitSignal(latent_map.picture_hovered) as hovered:
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(*XY[number]) + QPoint(3, -2))
    assert hovered.args == [INDICES[number]] and asked == [INDICES[number]]
    latent_map.grab()
    with qtbot.waitSignal(latent_map.picture_hovered) as hovered:
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(1, 0.2))
    assert hovered.args == [-1]


def test_hovering_survives_a_picture_that_is_not_there(latent_map, qtbot):
    latent_map.set_thumbnail(lambda _index: None)
    with qtbot.waitSignal(latent_map.picture_hovered):
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(0, 0))
    latent_map.grab()


def test_hovering_can_be_switched_off(latent_map, qtbot):
    latent_map.set_hover_enabled(False)
    with qtbot.assertNotEmitted(latent_map.picture_hovered):
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(0, 0))


def test_a_label_is_hidden_and_stays_hidden(latent_map, qtbot):
    with qtbot.waitSignal(latent_map.labels_changed):
        latent_map.toggle_label(1)
    assert latent_map.hidden_labels() == {1}
    with qtbot.assertNotEmitted(latent_map.picture_hovered):
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(0, 0))  # the point there has label 1
    latent_map.set_points(XY, LABELS, NAMES, indices=INDICES)
    assert latent_map.hidden_labels() == {1}, "an update while training must not bring it back"
    latent_map.toggle_label(1)
    assert latent_map.hidden_labels() == frozenset()


def test_a_label_is_shown_alone_and_all_again(latent_map):
    latent_map.solo_label(2)
    assert latent_map.hidden_labels() == {0, 1}
    latent_map.solo_label(2)
    assert latent_map.hidden_labels() == frozenset()


def test_every_place_of_the_map_can_be_picked(latent_map, qtbot):
    for left in range(2, latent_map.width(), 44):
        for top in range(2, latent_map.height(), 44):
            with qtbot.waitSignal(latent_map.point_picked):
                qtbot.mouseClick(latent_map, LEFT, pos=QPoint(left, top))


def pixel(widget, x, y):
    image = widget.grab().toImage()
    return image.pixelColor(widget.map_to_widget(x, y) * image.devicePixelRatio())


def test_dots_are_painted_where_map_to_widget_says(latent_map):
    latent_map.set_points(XY, LABELS, NAMES, np.array([[200, 0, 0], [0, 200, 0], [0, 0, 200]], np.uint8), INDICES)
    red, green, blue = pixel(latent_map, -2, -2), pixel(latent_map, 0, 0), pixel(latent_map, 2, 2)
    assert red.red() > 150 > red.green()
    assert green.green() > 150 > green.red()
    assert blue.blue() > 150 > blue.red()
    latent_map.set_label_visible(1, False)
    assert pixel(latent_map, 0, 0).lightness() > 240


def test_everything_at_once_can_be_painted_in_both_themes(latent_map, qapp):
    latent_map.set_path(np.linspace([-2, -2], [2, 2], 30), [[-2, -2], [2, 2]])
    latent_map.set_path_marker((0.5, 0.5))
    latent_map.set_marker((1, -1))
    latent_map.set_prior_visible(True)
    latent_map.set_axis_names("z₁", "z₂")
    latent_map.set_note("5 of 60,000 points while training")
    light = latent_map.grab().toImage()
    apply_theme(qapp, "dark")
    dark = latent_map.grab().toImage()
    apply_theme(qapp, "light")
    assert light.pixelColor(3, 200).lightness() > 200 > 60 > dark.pixelColor(3, 200).lightness()


def test_an_empty_map_is_friendly_and_can_be_clicked(qtbot):
    empty = LatentMap()
    qtbot.addWidget(empty)
    empty.set_empty("Train on some pictures, and they will appear here.")
    empty.set_points(np.zeros((0, 2)))
    empty.show()
    empty.grab()
    with qtbot.waitSignal(empty.point_picked):
        qtbot.mouseClick(empty, LEFT, pos=QPoint(50, 50))


def test_points_without_labels_have_no_legend(latent_map, qtbot):
    latent_map.set_points(XY)
    assert latent_map.label_names() == ()
    with qtbot.waitSignal(latent_map.picture_hovered) as hovered:
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(*XY[3]))
    assert hovered.args == [3]


def test_labels_beyond_the_names_are_numbered(latent_map):
    latent_map.set_points(XY, [0, 1, 2, 3, 4], ("a",), indices=INDICES)
    assert latent_map.label_names() == ("a", "1", "2", "3", "4")


def test_points_glide_and_the_newest_places_win(latent_map, qtbot):
    latent_map.set_animated(True)
    latent_map.set_points(XY * 2, LABELS, NAMES, indices=INDICES)
    cloud = latent_map._scene.cloud
    assert cloud.progress < 1, "it has only just set out"
    latent_map.set_points(XY * 3, LABELS, NAMES, indices=INDICES)
    with qtbot.waitSignal(latent_map._glide.finished, timeout=3000):
        pass
    x, y = latent_map._scene.cloud.seen()
    assert sorted(zip(x, y, strict=True)) == sorted(map(tuple, XY * 3))
    assert latent_map.view_rect()[2] > 6


def test_hiding_the_map_ends_the_glide(latent_map):
    latent_map.set_animated(True)
    latent_map.set_points(XY * 2, LABELS, NAMES, indices=INDICES)
    latent_map.hide()
    assert latent_map._glide.state() == latent_map._glide.State.Stopped
    assert max(latent_map._scene.cloud.seen()[0]) == 4


def test_the_arrays_given_may_change_afterwards(latent_map, qtbot):
    xy = XY.copy()
    latent_map.set_points(xy, LABELS, NAMES, indices=INDICES)
    xy[:] = 99
    qtbot.mouseMove(latent_map, QPoint(5, 5))
    with qtbot.waitSignal(latent_map.picture_hovered) as hovered:
        qtbot.mouseMove(latent_map, latent_map.map_to_widget(*XY[2]))
    assert hovered.args == [52]


def test_it_says_what_it_is(latent_map):
    assert latent_map.objectName() == "latentMap"
    assert latent_map.accessibleName() and "Click" in latent_map.accessibleDescription()

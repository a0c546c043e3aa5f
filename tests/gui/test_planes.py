"""Planes in the window: axes, three pictures, depth and bent maps, by mouse and keyboard."""

import importlib.util

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider, QSpinBox, QWidget

from vae_studio.errors import UsageError
from vae_studio.gui.desks import plane as plane_desk
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.embedding import Embedding

_LONG = 60_000


@pytest.fixture
def example(qtbot, window):
    window.start(None)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    window.welcome.hide()
    return window


def click(qtbot, window, x, y):
    latent_map = window.findChild(QWidget, "latentMap")
    qtbot.mouseClick(latent_map, Qt.MouseButton.LeftButton, pos=latent_map.map_to_widget(x, y))


def choose(qtbot, window, steps):
    box = window.findChild(QComboBox, "planePicker")
    box.setFocus()
    for _ in range(steps):
        qtbot.keyClick(box, Qt.Key.Key_Down)


def test_raw_axes_are_exact(qtbot, example):
    explorer = example.studio.explorer
    choose(qtbot, example, 1)
    field = example.findChild(QSpinBox, "yAxisField")
    assert field.isVisible()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert explorer.chart.axes == (0, 4)
    with qtbot.waitSignal(explorer.shown, timeout=_LONG):
        click(qtbot, example, 0.5, -1.0)
    assert explorer.code[[0, 4]] == pytest.approx([0.5, -1.0], abs=0.05)
    assert np.allclose(np.delete(explorer.code, [0, 4]), 0)


def test_the_depth_slider_slides_the_plane_and_the_point_on_it(qtbot, example):
    explorer = example.studio.explorer
    click(qtbot, example, 0.3, 0.4)
    before, place = explorer.code.copy(), np.array(explorer.place_of(explorer.code))
    slider = example.findChild(QSlider, "depthSlider")
    slider.setFocus()
    with qtbot.waitSignal(explorer.shown, timeout=_LONG):
        for _ in range(3):
            qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    moved = np.linalg.norm(explorer.code - before)
    assert moved == pytest.approx(0.3 * explorer.chart.reach, rel=1e-3)
    assert np.allclose(explorer.place_of(explorer.code), place, atol=1e-4)
    explorer.look_at_picture(11)
    button = example.findChild(QAbstractButton, "planeHereButton")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert explorer.plane.distance(explorer.code[None])[0] == pytest.approx(0, abs=1e-4)
    assert slider.value() == 0


def test_three_clicked_pictures_lay_the_plane(qtbot, example):
    explorer, desk = example.studio.explorer, example.studio.study.planes
    choose(qtbot, example, 2)
    assert desk.picked == []
    click(qtbot, example, 900, 900)  # nothing there
    assert desk.picked == []
    latent_map = example.findChild(QWidget, "latentMap")
    spread = np.argsort(explorer.chart.xy[:, 0])[[40, 4000, 7900]]
    for row in spread:
        click(qtbot, example, *explorer.chart.xy[row])
    assert desk.picked is None and explorer.chart.kind == "pictures"
    picked = [int(number) for number in explorer.chart.pictures]
    assert sorted(latent_map.selection()) == sorted(picked)
    codes = np.stack([explorer.code_of(number) for number in picked])
    assert np.allclose(explorer.plane.distance(codes), 0, atol=1e-4)
    assert latent_map.tool() == "point"
    assert np.allclose(explorer.place_of(codes[0]), 0, atol=1e-4)


def test_picking_is_left_with_escape_and_with_another_tool(qtbot, example):
    desk = example.studio.study.planes
    latent_map = example.findChild(QWidget, "latentMap")
    desk.show("pictures")
    latent_map.setFocus()
    qtbot.keyClick(latent_map, Qt.Key.Key_Escape)
    assert desk.picked is None and latent_map.tool() == "point"
    desk.pick()
    latent_map.set_tool("lasso")
    assert desk.picked is None and latent_map.tool() == "lasso"
    assert example.findChild(QComboBox, "planePicker").currentData() == "pca"


def test_three_equal_pictures_are_refused_in_a_sentence(qtbot, example):
    explorer, desk = example.studio.explorer, example.studio.study.planes
    before = explorer.plane
    desk.show_pictures([5, 5, 5])
    assert explorer.plane is before
    assert "three different pictures" in example.findChild(QLabel, "statusMessage").text()
    desk.show_pictures([5, 6])
    assert "exactly 3 pictures" in example.findChild(QLabel, "statusMessage").text()
    desk.show_stops([explorer.code])
    assert "has 1 stop;" in example.findChild(QLabel, "statusMessage").text()


def bent(explorer):
    xy = np.random.default_rng(0).standard_normal((4000, 2)).astype(np.float32)
    return Embedding("tsne", xy, np.arange(0, 8000, 2), 8000)


def test_a_click_on_a_bent_map_finds_the_nearest_picture_and_says_so(qtbot, example, monkeypatch):
    explorer = example.studio.explorer
    qtbot.waitUntil(lambda: explorer.images is not None, timeout=_LONG)
    monkeypatch.setattr(plane_desk, "place_codes", lambda cloud, kind: lambda progress: bent(explorer))
    choose(qtbot, example, 3)
    qtbot.waitUntil(lambda: not explorer.chart.exact, timeout=_LONG)
    place = explorer.chart.xy[2468]
    with qtbot.waitSignal(explorer.picture_shown, timeout=_LONG) as caught:
        click(qtbot, example, *place)
    number = caught.args[0]
    assert f"#{number}" in example.findChild(QLabel, "statusMessage").text()
    assert np.array_equal(explorer.code, explorer.code_of(number))
    assert np.array_equal(example.inspector_panel._original.picture(), explorer.images.picture(number))
    latent_map = example.findChild(QWidget, "latentMap")
    assert np.allclose(latent_map.marker(), explorer.chart.xy[number], atol=1e-5)
    assert not example.findChild(QSlider, "depthSlider").isVisible()
    example.studio.morph.add(explorer.code)
    example.studio.morph.add(explorer.code_of(4))
    qtbot.waitUntil(lambda: example.studio.morph.film is not None, timeout=_LONG)
    choose(qtbot, example, 1)  # UMAP, which is stopped at once
    example.studio.study.planes.show("pca")
    assert explorer.chart.exact and latent_map.marker() is not None


def test_a_library_that_is_missing_is_said_and_the_map_stays(qtbot, example, monkeypatch):
    def missing(progress):
        raise UsageError("UMAP needs one more package; install it.")

    monkeypatch.setattr(plane_desk, "place_codes", lambda cloud, kind: missing)
    example.studio.study.planes.show("umap")
    status = example.findChild(QLabel, "statusMessage")
    qtbot.waitUntil(lambda: "one more package" in status.text(), timeout=_LONG)
    box = example.findChild(QComboBox, "planePicker")
    qtbot.waitUntil(lambda: box.currentData() == "pca", timeout=_LONG)
    assert example.studio.explorer.chart.exact


def test_the_caption_says_how_much_the_map_keeps_and_of_how_many(qtbot, example):
    caption = example.findChild(QLabel, "planeCaption")
    qtbot.waitUntil(lambda: caption.text().startswith("Keeps "), timeout=_LONG)
    assert "2,000 counted" in caption.text()


@pytest.mark.parametrize("dim", [1, 2, 3, 512])
def test_codes_of_any_length_are_charted(qtbot, example, dim):
    explorer = example.studio.explorer
    mu = np.random.default_rng(0).standard_normal((50, dim)).astype(np.float32)
    mu[3] = np.nan
    explorer.begin(None, dim)
    explorer.set_cloud(Cloud(Codes(mu, np.zeros_like(mu)), np.arange(50), None, (), 50))
    assert example.findChild(QWidget, "planeBar").isVisible() == (dim > 2)
    example.studio.study.planes.show("axes")
    explorer.set_depth(0.5)
    click(qtbot, example, 0.2, 0.1)
    assert len(explorer.code) == dim and np.isfinite(explorer.code).all()


@pytest.mark.skipif(importlib.util.find_spec("umap") is None, reason="umap-learn is not installed")
def test_umap_itself_is_drawn_from_the_window_and_a_click_finds_a_picture(qtbot, example):
    explorer, planes = example.studio.explorer, example.studio.study.planes
    qtbot.waitUntil(lambda: explorer.images is not None, timeout=_LONG)
    explorer.set_cloud(explorer.cloud.only(np.arange(600)))
    planes.show("umap")
    qtbot.waitUntil(lambda: not explorer.chart.exact, timeout=5 * _LONG)  # numba compiles for its first map
    assert explorer.chart.xy.shape == (600, 2) and np.isfinite(explorer.chart.xy).all()
    assert "UMAP" in example.findChild(QWidget, "latentMap")._scene.note
    with qtbot.waitSignal(explorer.picture_shown, timeout=_LONG) as caught:
        click(qtbot, example, *explorer.chart.xy[77])
    assert 0 <= caught.args[0] < 600 and "bent map" in example.findChild(QLabel, "statusMessage").text()
    planes.show("pca")
    assert explorer.chart.exact


def test_the_marker_stays_on_its_code_when_the_plane_moves_from_under_a_pick(qtbot, example):
    explorer = example.studio.explorer
    explorer.pick(0.3, -0.4)
    assert explorer.place_of(explorer.code) == (0.3, -0.4)
    code = explorer.code
    explorer.chart.show_axes(2, 3)
    assert np.allclose(explorer.place_of(code), code[2:4], atol=1e-6)


def test_on_a_line_of_codes_the_marker_does_not_stand_beside_it(qtbot, window):
    explorer = window.studio.explorer
    explorer.begin(None, 1)
    explorer.pick(0.3, 0.7)
    assert explorer.place_of(explorer.code) == pytest.approx((0.3, 0))


def test_sliders_out_of_sight_show_the_last_code_in_the_end(qtbot, example):
    sliders, explorer = example.inspector_panel._sliders, example.studio.explorer
    example.resize(900, 500)
    qtbot.wait(50)
    assert sliders.visibleRegion().isEmpty()
    for x in np.linspace(-1, 1, 5):
        click(qtbot, example, x, 0.2)
    qtbot.waitUntil(lambda: np.array_equal(sliders.code(), explorer.code), timeout=2000)
    assert sliders.number(0).value() == pytest.approx(explorer.code[0], abs=1e-3)

"""Tests of the land under the points, drawn by a decoder whose pictures are known."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.land import Land
from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.plots.tile_grid import level_for
from vae_studio.gui.workers.decode_worker import DecodeWorker
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes

_LONG = 60_000


class Painter:
    """A decoder whose picture of a code is grey, as bright as the code's first two numbers say."""

    def __init__(self, brightness=20.0):
        self.brightness, self.decoded = brightness, 0

    def decode(self, z):
        self.decoded += len(z)
        grey = np.clip(128 + self.brightness * (z[:, 0] + 2 * z[:, 1]), 0, 255).astype(np.uint8)
        return np.repeat(grey, 6 * 4).reshape(len(z), 6, 4, 1)

    def metric(self, z, directions):
        return np.eye(len(directions))[None] * np.exp(2 * z[:, :1, None] / len(directions))


def codes(count=400, dim=2):
    mu = np.random.default_rng(0).normal(size=(count, dim)).astype(np.float32)
    return Codes(mu, np.full_like(mu, -4))


def cloud_of(chosen):
    return Cloud(chosen, np.arange(len(chosen)), None, (), len(chosen))


@pytest.fixture
def world(qtbot):
    worker = DecodeWorker()
    worker.start()
    explorer = Explorer(worker)
    land = Land(worker, explorer)
    shown = LatentMap()
    shown.set_animated(False)
    shown.resize(396, 280)
    qtbot.addWidget(shown)
    shown.set_land(land.layer)
    shown.view_changed.connect(lambda: land.look(shown.camera()))
    land.changed.connect(shown.update)
    shown.show()

    def begin(cloud, snapshot):
        worker.set_snapshot(snapshot)
        explorer.begin(None, cloud.codes.dim)
        explorer.set_cloud(cloud)
        shown.set_points(cloud.xy)
        land.look(shown.camera())

    yield begin, land, shown, explorer, worker
    explorer.end()
    worker.end()
    worker.wait()


def done(qtbot, land):
    qtbot.waitUntil(land.is_complete, timeout=_LONG)


@pytest.mark.parametrize("dim", [1, 2, 5])
def test_the_picture_at_a_place_is_the_one_that_is_decoded_there(world, qtbot, dim):
    begin, land, shown, explorer, _ = world
    painter = Painter()
    chosen = cloud_of(codes(dim=dim))
    if dim == 1:
        painter.decode = lambda z: Painter.decode(painter, np.column_stack([z, np.zeros_like(z)]))
    begin(chosen, painter)
    land.set_veiled(False)
    land.show("decoded")
    done(qtbot, land)
    image = QImage(shown.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    brush = QPainter(image)
    land.layer.paint(brush, shown.camera(), QRectF(shown.rect()), shown.palette())  # without the points
    brush.end()
    cell = 2.0 ** -level_for(shown.camera().scale) / 2
    for place in ((60, 90), (200, 140), (300, 200)):
        x, y = shown.widget_to_map(*place)
        middle = (np.floor(np.array([x, y]) / cell) + 0.5) * cell
        pixel = shown.map_to_widget(*middle)
        wanted = painter.decode(explorer.plane.to_code([middle]))[0, 0, 0, 0]
        washed = 0.72 * wanted + 0.28 * 255
        assert image.pixelColor(pixel).red() == pytest.approx(washed, abs=4)


def test_new_weights_are_drawn_over_the_old_ones(world, qtbot):
    begin, land, shown, explorer, worker = world
    begin(cloud_of(codes()), Painter())
    land.show("decoded")
    done(qtbot, land)
    before = shown.grab().toImage()
    worker.set_snapshot(Painter(brightness=-20))
    explorer.snapshot_changed()
    assert not land.is_complete()
    assert shown.grab().toImage() == before, "the old pictures stay until the new ones come"
    done(qtbot, land)
    assert shown.grab().toImage() != before


@pytest.mark.parametrize("kind", ["density", "stretch", "support"])
def test_fields_are_drawn_and_have_a_scale(world, qtbot, kind):
    begin, land, shown, _, _ = world
    begin(cloud_of(codes()), Painter())
    bare = shown.grab().toImage()
    land.show(kind)
    done(qtbot, land)
    low, high = land.span()
    assert low < high
    if kind == "stretch":  # known here: log magnification is x, seen from edge to edge
        x0, _, x1, _ = shown.view_rect()
        assert low == pytest.approx(x0, abs=0.2 * (x1 - x0)) and high == pytest.approx(x1, abs=0.2 * (x1 - x0))
    assert shown.grab().toImage() != bare


def test_only_what_is_in_sight_is_decoded_and_nothing_twice(world, qtbot):
    begin, land, shown, _, _ = world
    painter = Painter()
    begin(cloud_of(codes()), painter)
    land.set_veiled(False)
    land.show("decoded")
    done(qtbot, land)
    in_sight = (396 / 34 + 4) * (280 / 34 + 4)
    first = painter.decoded
    assert first < 1.6 * in_sight
    qtbot.mousePress(shown, Qt.MouseButton.RightButton, pos=QPoint(200, 100))
    qtbot.mouseMove(shown, QPoint(202, 100))
    qtbot.mouseMove(shown, QPoint(200, 100))
    qtbot.mouseRelease(shown, Qt.MouseButton.RightButton, pos=QPoint(200, 100))
    done(qtbot, land)
    assert painter.decoded - first < 0.3 * first


def test_a_collapsed_model_and_codes_that_are_no_numbers_have_land_too(world, qtbot):
    begin, land, shown, _, _ = world
    flat = np.zeros((50, 2), np.float32)
    flat[7] = np.nan
    for kind in ("decoded", "density", "support"):
        begin(cloud_of(Codes(flat, np.zeros_like(flat))), Painter())
        land.show(kind)
        done(qtbot, land)
        shown.grab()


def test_a_failure_is_said_once_and_the_map_lives_on(world, qtbot):
    begin, land, shown, _, _ = world

    class Broken(Painter):
        def decode(self, z):
            raise MemoryError("no room")

    begin(cloud_of(codes()), Broken())
    with qtbot.waitSignal(land.failed, timeout=_LONG) as failed:
        land.show("decoded")
    assert "Decoding failed" in failed.args[0]
    shown.grab()


def test_the_land_of_another_run_is_forgotten(world, qtbot):
    begin, land, _, _, _ = world
    begin(cloud_of(codes()), Painter())
    land.show("decoded")
    done(qtbot, land)
    assert len(land._cache)
    begin(cloud_of(codes(dim=3)), Painter())
    done(qtbot, land)
    assert all(land._cache.fresh(key) for key in land._cache._tiles)


def test_nobody_else_is_woken_for_the_picture_of_a_point(qtbot, world):
    begin, _, _, explorer, worker = world
    begin(cloud_of(codes()), Painter())
    others = []
    worker.answered.connect(lambda answer: others.append(answer.lane))
    with qtbot.waitSignals([explorer.shown, explorer.surroundings_found], timeout=_LONG):
        explorer.look_at(np.full(2, 0.5, np.float32))
    qtbot.waitUntil(lambda: "around" in others, timeout=_LONG)  # told a little later than the explorer
    assert "point" not in others

"""The replay bar with real mouse and keyboard events: back through the training, and to now again."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QWidget

from tests.small import pictures, recipe
from vae_studio.device import Device
from vae_studio.gui.panels.replay_bar import MomentSlider, ReplayBar
from vae_studio.runs import recorder
from vae_studio.runs.run import start_run

_LONG = 60_000  # ms


@pytest.fixture
def folder(request, tmp_path, monkeypatch):
    """A small finished run with all its moments; the parameter is its number of dimensions."""
    monkeypatch.setattr(recorder, "_HEAD_START", 1e9)
    monkeypatch.setattr(recorder, "SHARE", 1e9)
    chosen = recipe(training__epochs=4, network__latent_dim=getattr(request, "param", 2))
    run = start_run(chosen, Device("cpu", "CPU, test", bfloat16=False), tmp_path / "run", images=pictures())
    list(run.train())
    return tmp_path / "run"


@pytest.fixture
def opened(qtbot, window, folder):
    window.studio.open_path(folder)
    qtbot.waitUntil(lambda: window.studio.replay.now > 0 and window.studio.snapshot is not None, timeout=_LONG)
    return window


def slider_of(window):
    return window.findChild(MomentSlider, "replaySlider")


def caption_of(window):
    return window.findChild(QLabel, "replayCaption").text()


def places(window):
    return window.studio.explorer.cloud.xy


def test_a_run_without_moments_has_no_bar(qtbot, window):
    window.start(None)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    assert not window.findChild(ReplayBar, "replayBar").isVisible()


def test_keys_go_back_and_now_returns(qtbot, opened):
    studio, slider = opened.studio, slider_of(opened)
    assert opened.findChild(ReplayBar, "replayBar").isVisible()
    assert caption_of(opened).startswith("Now")
    finished, weights = studio.explorer.cloud, studio.snapshot
    slider.setFocus()
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert caption_of(opened).startswith("Epoch 0")
    first = places(opened).copy()
    assert not np.allclose(first, finished.xy[studio.explorer.cloud.indices])
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert studio.replay.place == 1
    assert not np.allclose(first, places(opened))
    assert studio.snapshot is weights, "films and files are always of the finished run"
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        qtbot.mouseClick(opened.findChild(QAbstractButton, "nowButton"), Qt.MouseButton.LeftButton)
    assert studio.explorer.cloud is finished
    assert slider.value() == slider.maximum()
    assert caption_of(opened).startswith("Now")


@pytest.mark.parametrize("folder", [5], indirect=True)
def test_codes_of_many_dimensions_are_seen_on_the_finished_maps_plane(qtbot, opened):
    studio = opened.studio
    plane, marker = studio.explorer.plane, studio.explorer.place_of(studio.explorer.code)
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        qtbot.keyClick(slider_of(opened), Qt.Key.Key_Home)
    cloud = studio.explorer.cloud
    assert np.array_equal(cloud.xy, plane.to_plane(cloud.codes.mu))
    assert studio.explorer.place_of(studio.explorer.code) == pytest.approx(marker)
    assert np.isfinite(cloud.codes.log_var).all(), "how sure the codes were is known as well"


def test_a_newer_map_ends_the_look_back(qtbot, opened):
    studio = opened.studio
    finished = studio.explorer.cloud
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        studio.replay.look_at(1)
    newer = finished.only(np.arange(20))
    studio.explorer.set_cloud(newer)
    assert not studio.replay.in_past
    assert studio.explorer.cloud is newer
    assert studio.replay.present is newer


def test_the_mouse_scrubs_and_the_picture_is_that_of_the_moment(qtbot, opened):
    studio, slider = opened.studio, slider_of(opened)
    studio.explorer.look_at(np.array([0.5, -0.5], np.float32))
    with qtbot.waitSignals([studio.replay.arrived, studio.explorer.shown, studio.pairs.changed], timeout=_LONG):
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(3, slider.height() // 2))
    assert studio.replay.place == 0
    qtbot.waitUntil(lambda: shown_is(opened, 0), timeout=_LONG)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(3, slider.height() // 2))
    for x in np.linspace(3, slider.width() * 0.8, 12):
        qtbot.mouseMove(slider, QPoint(int(x), slider.height() // 2))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(int(slider.width() * 0.8), slider.height() // 2))
    assert 0 < studio.replay.place < studio.replay.now
    qtbot.waitUntil(lambda: shown_is(opened, studio.replay.place), timeout=_LONG)


def shown_is(window, place):
    """Tell whether the inspector shows what the network of a moment draws at the marker."""
    from vae_studio.runs.replay import Replay

    studio = window.studio
    replay = Replay(studio.folder)
    expected = replay.snapshot_at(replay.moments()[place]).decode(studio.explorer.code[None])[0]
    shown = window.findChild(QWidget, "decodedImage").picture()
    return shown is not None and np.array_equal(shown, expected)


def test_it_plays_through_every_moment_to_now(qtbot, opened):
    studio, seen = opened.studio, []
    studio.replay.arrived.connect(seen.append)
    studio.replay.play()
    studio.replay._timer.setInterval(10)
    qtbot.waitUntil(lambda: not studio.replay.playing, timeout=_LONG)
    assert seen == list(range(studio.replay.now + 1))
    button = opened.findChild(QAbstractButton, "replayButton")
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not studio.replay.playing


def test_it_is_saved_as_a_film(qtbot, opened, tmp_path, monkeypatch):
    file = tmp_path / "replay.gif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(file), ""))
    bar = opened.findChild(ReplayBar, "replayBar")
    with qtbot.waitSignal(bar.saved, timeout=_LONG):
        qtbot.mouseClick(opened.findChild(QAbstractButton, "saveReplayButton"), Qt.MouseButton.LeftButton)
    with Image.open(file) as image:
        assert image.n_frames == 120


def test_a_moment_that_cannot_be_read_is_a_sentence_and_now_is_shown(qtbot, opened):
    studio = opened.studio
    for path in studio.folder.path.glob("moment-*"):
        path.write_bytes(b"broken")
    with qtbot.waitSignal(studio.replay.failed, timeout=_LONG) as caught:
        studio.replay.look_at(1)
    assert caught.args[0].endswith(".")
    assert not studio.replay.in_past


def test_moments_are_there_after_training_in_the_window(qtbot, window):
    studio = window.studio
    studio.choose_source("digits")
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    studio.desk.edit("training.epochs", 2)
    bar = window.findChild(ReplayBar, "replayBar")
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG):
        studio.train()
        assert not bar.isVisible()
    qtbot.waitUntil(lambda: bar.isVisible() and slider_of(window).isEnabled(), timeout=_LONG)
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        qtbot.keyClick(slider_of(window), Qt.Key.Key_Home)
    assert studio.replay.place == 0
    qtbot.waitUntil(lambda: not studio.jobs.running("encode"), timeout=_LONG)


def test_the_way_of_the_morph_belongs_to_now(qtbot, opened):
    studio, scene = opened.studio, opened.map_panel.map._scene
    for place in (-0.5, 0.5):
        studio.morph.add(np.array([place, place], np.float32))
    qtbot.waitUntil(lambda: studio.morph.film is not None and len(scene.curve) > 0, timeout=_LONG)
    with qtbot.waitSignal(studio.replay.arrived, timeout=_LONG):
        studio.replay.look_at(1)
    assert len(scene.curve) == len(scene.stops) == 0
    studio.morph.show_frame(3)
    assert scene.path_marker is None
    assert scene.note.endswith("the way of the morph comes back with Now")
    studio.replay.leave()
    assert len(scene.curve) and len(scene.stops) == 2 and scene.path_marker is not None and "Now" not in scene.note

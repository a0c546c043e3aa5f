"""The film panel with real events: stops in order, their times, the ways with their numbers, files of all kinds."""

import importlib.util
import json

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from tests.gui.test_replay import folder  # noqa: F401
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.gui.widgets.way_table import WayTable
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.paths import PATHS
from vae_studio.latent.timing import Timing

_LONG = 60_000  # ms
STOPS = [np.array(stop, np.float32) for stop in ((-0.5, 0.2), (0.4, 0.6), (0.1, -0.7))]


@pytest.fixture
def filming(qtbot, window, folder):  # noqa: F811
    """The window on a small run with three stops and their film."""
    window.studio.open_path(folder)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    for stop in STOPS:
        window.studio.morph.add(stop)
    qtbot.waitUntil(film_is_there(window), timeout=_LONG)
    window._docks["Morph"].raise_()
    return window


def film_is_there(window):
    desk = window.studio.morph
    return lambda: desk.film is not None and len(desk.film.frame_codes) == desk.frame_count > 0 and not desk._stamp


def part(window, kind, name):
    found = window.findChild(kind, name)
    assert found is not None, name
    return found


def click(qtbot, window, name):
    qtbot.mouseClick(part(window, QAbstractButton, name), Qt.MouseButton.LeftButton)


def drag(qtbot, strip, source, target):
    start, end = (strip.cell(index).center().toPoint() for index in (source, target))
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    for share in np.linspace(0, 1, 8):
        qtbot.mouseMove(strip, start + QPoint(int(share * (end.x() - start.x())), 0))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=end)


def type_seconds(qtbot, box, text):
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def saved(qtbot, window, file, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(file), ""))
    with qtbot.waitSignal(window.morph_panel.saved, timeout=_LONG) as caught:
        click(qtbot, window, "exportButton")
    return caught.args[0]


def choose(qtbot, box, data):
    """Pick an entry with the keyboard."""
    box.setFocus()
    steps = box.findData(data) - box.currentIndex()
    for _ in range(abs(steps)):
        qtbot.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    assert box.currentData() == data


def test_a_key_frame_is_dragged_with_its_times(qtbot, filming):
    desk, strip = filming.studio.morph, part(filming, PictureStrip, "stopStrip")
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(0).center().toPoint())
    type_seconds(qtbot, part(filming, QDoubleSpinBox, "holdField"), "0.4")
    assert desk.keys[0] == KeyFrame(hold=0.4)
    drag(qtbot, strip, 0, 2)
    assert [tuple(stop) for stop in desk.stops] == [tuple(STOPS[row]) for row in (1, 2, 0)]
    assert desk.keys == [KeyFrame(), KeyFrame(), KeyFrame(hold=0.4)]
    assert strip.selected() == 2
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    resting = np.isclose(desk.film.frame_codes, STOPS[0], atol=1e-6).all(axis=1)
    assert resting.sum() == 10  # 0.4 s at 25 a second
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert len(desk.stops) == 2 and desk.keys == [KeyFrame(), KeyFrame()]


def test_travel_times_make_the_length_and_what_cannot_be_is_a_sentence(qtbot, filming):
    desk, strip = filming.studio.morph, part(filming, PictureStrip, "stopStrip")
    desk.set_timing(Timing(frames=30, cycle="once"))
    travel = part(filming, QDoubleSpinBox, "travelField")
    for stop in (0, 1):
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(stop).center().toPoint())
        type_seconds(qtbot, travel, "0.4")
    assert desk.frame_count == 21
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(2).center().toPoint())
    assert not travel.isEnabled(), "no way leads on from the last stop"
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(0).center().toPoint())
    type_seconds(qtbot, travel, "9")
    type_seconds(qtbot, travel, "0")
    desk.set_key(0, KeyFrame(travel=9))
    desk.set_key(1, KeyFrame())
    assert desk.problem.endswith(".")
    assert not part(filming, QAbstractButton, "exportButton").isEnabled()
    desk.set_key(0, KeyFrame())
    assert not desk.problem
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)


def test_every_kind_of_path_gets_its_numbers_and_a_click_takes_it(qtbot, filming):
    desk, paths = filming.studio.morph, filming.studio.paths
    qtbot.waitUntil(lambda: len(paths.reports) == len(PATHS), timeout=_LONG)
    table = part(filming, WayTable, "pathPicker")
    assert all(table.text(kind, column) for kind in PATHS for column in (1, 2, 3))
    assert paths.reports["geodesic"].length <= paths.reports["linear"].length * 1.001
    row = list(PATHS).index("geodesic")
    place = table.visualItemRect(table.item(row, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.kind == "geodesic"
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    assert len(paths.reports) == len(PATHS), "another kind leaves the numbers as they are"
    qtbot.keyClick(table, Qt.Key.Key_Up)
    assert desk.kind == "spline"
    desk.add(np.zeros(2, np.float32))
    assert not paths.reports
    qtbot.waitUntil(lambda: len(paths.reports) == len(PATHS), timeout=_LONG)


@pytest.mark.parametrize("kind", ["linear", "spline"])
def test_a_speed_in_pictures_is_even_to_the_eye(qtbot, filming, kind):
    from vae_studio.latent.pace import picture_steps

    desk = filming.studio.morph
    desk.set_kind(kind)
    box = part(filming, QComboBox, "pace")
    desk.set_timing(Timing(frames=40, cycle="once"))
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert desk.timing.pace == "pictures" and desk.timing.frames == 40
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    steps = picture_steps(desk.film.frame_codes, filming.studio.snapshot.decode_floats)
    assert steps.std() < 0.02 * steps.mean()


def test_apng_with_a_title_and_a_map(qtbot, filming, tmp_path, monkeypatch):
    choose(qtbot, part(filming, QComboBox, "formatPicker"), "apng")
    choose(qtbot, part(filming, QComboBox, "insetPicker"), "beside")
    title = part(filming, QLineEdit, "filmTitleField")
    title.setFocus()
    qtbot.keyClicks(title, "Blobs")
    qtbot.keyClick(title, Qt.Key.Key_Return)
    file = saved(qtbot, filming, tmp_path / "film", monkeypatch)
    assert file == tmp_path / "film.apng"
    with Image.open(file) as image:
        assert image.n_frames == 60
        assert image.width == 512 and image.height > 256
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["overlay"] == {"title": "Blobs", "title_place": "below", "inset": "beside"}
    assert told["run_sha256"] == filming.studio.folder.checksum("weights")


def test_a_sprite_sheet_with_its_options(qtbot, filming, tmp_path, monkeypatch):
    choose(qtbot, part(filming, QComboBox, "formatPicker"), "sprites")
    size = part(filming, QSpinBox, "sizeField")
    type_seconds(qtbot, size, "32")
    columns = part(filming, QSpinBox, "columns")  # in the popup of the format
    columns.setValue(10)
    file = saved(qtbot, filming, tmp_path / "sheet.png", monkeypatch)
    with Image.open(file) as image:
        assert image.size == (320, 192)
    assert len(json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["frames"]) == 60


def test_an_export_can_be_cancelled_and_leaves_nothing(qtbot, filming, tmp_path, monkeypatch):
    filming.studio.morph.set_timing(Timing(frames=5000))
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(tmp_path / "long.gif"), ""))
    jobs, button = filming.studio.jobs, part(filming, QAbstractButton, "exportButton")
    with qtbot.waitSignal(jobs.progressed, timeout=_LONG):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Cancel"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Save …"
    qtbot.waitUntil(lambda: not jobs._alive, timeout=_LONG)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("long")]


def test_a_slow_path_says_computing_and_the_newest_wins(qtbot, filming):
    desk, shares = filming.studio.morph, []
    desk.computing.connect(shares.append)
    desk.set_kind("geodesic")
    desk.add(np.array([0.9, 0.9], np.float32))
    desk.remove(3)
    desk.set_kind("linear")
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    assert shares[-1] == 1.0
    assert np.allclose(desk.film.frame_codes[0], STOPS[0])


@pytest.mark.parametrize("stops", [0, 1, 2])
def test_too_few_or_equal_stops_do_no_harm(qtbot, filming, stops):
    desk = filming.studio.morph
    desk.clear()
    for _ in range(stops):
        desk.add(STOPS[0])
    if stops == 2:
        qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
        qtbot.waitUntil(lambda: len(filming.studio.paths.reports) == len(PATHS), timeout=_LONG)
        assert filming.studio.paths.reports["linear"].length == 0
    assert part(filming, QAbstractButton, "exportButton").isEnabled() == (stops == 2)
    assert part(filming, QWidget, "morphPanel").isVisible()


def test_the_panel_fits_into_the_smallest_window(filming):
    assert filming.width() == 1280
    assert filming.morph_panel.minimumSizeHint().width() <= filming.morph_panel.width()
    for code in np.random.default_rng(0).standard_normal((40, 2)).astype(np.float32):
        filming.studio.morph.add(code)
    assert filming.width() == 1280


def test_a_stop_that_is_no_number_is_a_sentence_and_no_film(qtbot, filming):
    desk = filming.studio.morph
    desk.add(np.array([np.nan, 0], np.float32))
    assert "finite" in desk.problem
    assert not part(filming, QAbstractButton, "exportButton").isEnabled()
    desk.snapshot_changed()
    filming.studio.paths.forget()
    desk.remove(3)
    assert not desk.problem
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)


def test_a_film_too_large_for_the_memory_is_played_with_gaps_and_says_so(qtbot, filming, monkeypatch):
    from vae_studio.gui.workers import film_requests

    monkeypatch.setattr(film_requests, "_MOST_BYTES", 64 * 25)
    desk = filming.studio.morph
    desk.set_timing(Timing(frames=100, cycle="once"))
    qtbot.waitUntil(lambda: desk.film is not None and desk.film.stride == 4, timeout=_LONG)
    desk.show_frame(99)
    assert np.array_equal(desk.picture(), desk.film.frames[24])
    assert "one in 4" in part(filming, QLabel, "filmCaption").text()


def test_a_drag_goes_on_while_the_pictures_are_drawn_anew(qtbot, filming):
    desk, strip = filming.studio.morph, part(filming, PictureStrip, "stopStrip")
    start, end = (strip.cell(index).center().toPoint() for index in (0, 2))
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    for place in (start + QPoint(20, 0), end - QPoint(20, 0), end):
        qtbot.mouseMove(strip, place)
        desk.film_changed.emit(desk.film)  # as while training
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=end)
    assert np.array_equal(desk.stops[2], STOPS[0])


def test_rests_that_are_longer_than_the_film_are_told(qtbot, filming):
    desk, caption = filming.studio.morph, part(filming, ElidedLabel, "filmCaption")
    desk.set_timing(Timing(frames=20, fps=20, hold=0.1))
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    assert caption.text().startswith("20 frames")
    desk.set_timing(Timing(frames=20, fps=20, hold=3))
    qtbot.waitUntil(film_is_there(filming), timeout=_LONG)
    assert caption.text() == "Too few frames for these rests, so they are shorter: 20 frames, 1.0 s, 20 fps"


@pytest.mark.skipif(importlib.util.find_spec("av") is None, reason="av is not installed")
def test_a_film_is_saved_as_mp4_from_the_window(qtbot, filming, tmp_path, monkeypatch):
    import av

    box = part(filming, QComboBox, "formatPicker")
    box.setCurrentIndex(box.findData("mp4"))
    file = saved(qtbot, filming, tmp_path / "morph.mp4", monkeypatch)
    with av.open(str(file)) as video:
        stream = video.streams.video[0]
        assert sum(1 for _ in video.decode(stream)) == filming.studio.morph.frame_count
        assert float(stream.average_rate) == pytest.approx(filming.studio.morph.fps)
        assert (stream.width, stream.height) == (256, 256)
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["format"] == "mp4" and told["command"].endswith("morph.mp4")

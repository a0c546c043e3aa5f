"""The whole way with real mouse and keyboard events: pictures, training, map, morph, GIF."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QSpinBox, QWidget

from vae_studio.gui.window import MainWindow

_LONG = 60_000  # ms; a loaded machine may take its time


def part(window, kind, name):
    found = window.findChild(kind, name)
    assert found is not None, f"the window has no {name}"
    return found


def click(qtbot, window, name):
    button = part(window, QAbstractButton, name)
    qtbot.waitUntil(button.isEnabled, timeout=_LONG)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(qtbot, box: QComboBox, text: str):
    """Pick an entry with the keyboard, as a person would."""
    box.setFocus()
    start, target = box.currentIndex(), box.findText(text)
    assert target >= 0
    key = Qt.Key.Key_Down if target > start else Qt.Key.Key_Up
    for _ in range(abs(target - start)):
        qtbot.keyClick(box, key)


def type_number(qtbot, box: QSpinBox, value: int):
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, str(value))
    qtbot.keyClick(box, Qt.Key.Key_Return)


def train(qtbot, window, epochs: int):
    type_number(qtbot, part(window, QSpinBox, "epochsField"), epochs)
    click(qtbot, window, "trainButton")
    stop = part(window, QAbstractButton, "stopButton")
    qtbot.waitUntil(stop.isEnabled, timeout=_LONG)
    qtbot.waitUntil(
        lambda: not stop.isEnabled() and part(window, QAbstractButton, "trainButton").isEnabled(), timeout=_LONG
    )


def shown_picture(window):
    return part(window, QWidget, "decodedImage").picture()


def test_from_digits_to_gif(qtbot, window, tmp_path, monkeypatch):
    choose(qtbot, part(window, QComboBox, "sourcePicker"), "faces")
    choose(qtbot, part(window, QComboBox, "sourcePicker"), "digits")
    qtbot.waitUntil(lambda: window.studio.images is not None and len(window.studio.images) == 1797, timeout=_LONG)
    maps = []
    window.studio.explorer.cloud_changed.connect(lambda: maps.append(window.studio.explorer.cloud))
    train(qtbot, window, 5)

    curves = part(window, QWidget, "lossPlot").curves()
    epochs, held_out = curves[("held_out", "total")]
    assert list(epochs) == [1, 2, 3, 4, 5]
    assert held_out[-1] < held_out[0]
    assert len(curves[("train", "total")][0]) >= 2

    clouds = [cloud for cloud in maps if cloud is not None]
    assert len(clouds) >= 2, "the map must be drawn while training and after it"
    assert not np.allclose(clouds[0].xy[:50], clouds[-1].xy[:50])
    assert len(clouds[-1].indices) == 1797

    latent_map = part(window, QWidget, "latentMap")
    cloud = clouds[-1]
    spread = cloud.xy[np.argsort(cloud.xy[:, 0])[[20, 450, 900, 1350, 1776]]]
    pictures = []
    for x, y in spread:
        with qtbot.waitSignal(window.studio.explorer.shown, timeout=_LONG):
            qtbot.mouseClick(latent_map, Qt.MouseButton.LeftButton, pos=latent_map.map_to_widget(x, y))
        pictures.append(shown_picture(window).copy())
    assert len({picture.tobytes() for picture in pictures}) == 5

    for x, y in spread[[0, 2, 4]]:
        place = latent_map.map_to_widget(x, y)
        qtbot.mouseClick(latent_map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    assert len(window.studio.morph.stops) == 3
    film_ready = lambda: window.studio.morph.film is not None and len(window.studio.morph.film.frames) == 60  # noqa: E731
    qtbot.waitUntil(film_ready, timeout=_LONG)

    with qtbot.waitSignals([window.studio.morph.frame_shown] * 5, timeout=_LONG):
        click(qtbot, window, "playButton")
    assert latent_map._scene.path_marker is not None
    click(qtbot, window, "playButton")
    assert not window.studio.morph.playing

    file = tmp_path / "morph.gif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(file), ""))
    with qtbot.waitSignal(window.morph_panel.saved, timeout=_LONG):
        click(qtbot, window, "exportButton")
    check_film(file, window)


def check_film(file: Path, window: MainWindow):
    studio = window.studio
    with Image.open(file) as image:
        assert image.n_frames == 60
        assert image.size == (256, 256)
        frames, durations = [], []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("L")).astype(np.float64))
            durations.append(image.info["duration"])
    assert durations == [40] * 60
    steps = [np.abs(after - before).mean() for before, after in pairwise(frames)]
    assert max(steps) < 12, "neighbouring frames must lie close"
    assert max(steps) > 0
    first = studio.snapshot.decode(studio.morph.stops[0][None])[0]
    last = studio.snapshot.decode(studio.morph.film.frame_codes[-1][None])[0]
    for frame, picture in ((frames[0], first), (frames[-1], last)):
        expected = np.asarray(Image.fromarray(picture[..., 0]).resize((256, 256), Image.Resampling.LANCZOS))
        assert np.abs(frame - expected).max() <= 1
    assert file.with_suffix(".json").is_file()


def test_pause_stop_and_go_on(qtbot, window):
    choose(qtbot, part(window, QComboBox, "sourcePicker"), "shapes")
    choose(qtbot, part(window, QComboBox, "sourcePicker"), "digits")
    type_number(qtbot, part(window, QSpinBox, "epochsField"), 400)
    click(qtbot, window, "trainButton")
    with qtbot.waitSignal(window.studio.trainer.epoch_finished, timeout=_LONG):
        pass
    click(qtbot, window, "pauseButton")
    assert window.studio.phase == "paused"
    step = window.studio.trainer._worker.training_run.state.position.step
    qtbot.wait(150)
    assert (
        window.studio.trainer._worker.training_run.state.position.step <= step + 40
    )  # the batches up to the next event
    click(qtbot, window, "pauseButton")
    with qtbot.waitSignal(window.studio.trainer.epoch_finished, timeout=_LONG):
        pass
    click(qtbot, window, "stopButton")
    qtbot.waitUntil(lambda: window.studio.phase == "idle", timeout=_LONG)
    done = window.studio.folder.facts["epoch"]
    assert 1 <= done < 400
    train_button = part(window, QAbstractButton, "trainButton")
    assert train_button.text() == "Continue"
    type_number(qtbot, part(window, QSpinBox, "epochsField"), done + 2)
    path = window.studio.folder.path
    click(qtbot, window, "trainButton")
    qtbot.waitUntil(
        lambda: window.studio.folder.facts["epoch"] == done + 2 and window.studio.phase == "idle", timeout=_LONG
    )
    assert window.studio.folder.path == path
    assert "Finished" in part(window, QLabel, "statusMessage").text()


def test_closing_while_training_saves_and_asks_nothing(qtbot, window):
    from vae_studio.runs.store import RunFolder

    window.studio.choose_source("digits")
    type_number(qtbot, part(window, QSpinBox, "epochsField"), 500)
    click(qtbot, window, "trainButton")
    with qtbot.waitSignal(window.studio.trainer.epoch_finished, timeout=_LONG):
        pass
    path = window.studio.folder.path
    window.close()
    assert not window.isVisible()
    assert RunFolder.open(path).facts["epoch"] >= 1


def test_dropped_picture_is_encoded_and_shown(qtbot, window, tmp_path):
    window.studio.choose_source("digits")
    train(qtbot, window, 2)
    Image.fromarray(np.tile(np.arange(0, 240, 8, dtype=np.uint8), (30, 1))).save(tmp_path / "ramp.png")
    with qtbot.waitSignal(window.studio.explorer.file_shown, timeout=_LONG) as caught:
        window.studio.open_path(tmp_path / "ramp.png")
    file = caught.args[0]
    assert file.picture.shape == (8, 8, 1)
    assert np.allclose(window.studio.explorer.code, file.code)
    expected = window.studio.explorer.place_of(file.code)
    assert part(window, QWidget, "latentMap").marker() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", ["nothing-here", "a-text.txt", "broken.npz", "empty-folder"])
def test_bad_sources_are_one_sentence_in_the_bar(qtbot, window, tmp_path, name):
    path = tmp_path / name
    if name == "empty-folder":
        path.mkdir()
    elif name != "nothing-here":
        path.write_bytes(b"not pictures")
    with qtbot.waitSignal(window.studio.message_raised, timeout=_LONG) as caught:
        window.studio.open_path(path)
    kind, sentence = caught.args
    assert kind == "error"
    assert sentence.endswith(".") and "\n" not in sentence and "Traceback" not in sentence
    assert window.messages.text() == sentence
    assert part(window, QAbstractButton, "trainButton").isEnabled()


def test_map_point_of_a_widget_place(window):
    latent_map = part(window, QWidget, "latentMap")
    window.studio.choose_source("digits")
    assert isinstance(latent_map.map_to_widget(0.0, 0.0), QPoint)


def test_first_launch_is_a_living_example(qtbot, window):
    window.start(None)
    cloud = window.studio.explorer.cloud
    assert cloud is not None and len(cloud.indices) == 8000, "the map is there at once, before torch is loaded"
    assert part(window, QWidget, "welcomeCard").isVisible()
    qtbot.waitUntil(lambda: shown_picture(window) is not None, timeout=_LONG)
    before = shown_picture(window).copy()
    latent_map = part(window, QWidget, "latentMap")
    with qtbot.waitSignal(window.studio.explorer.shown, timeout=_LONG):
        qtbot.mouseClick(latent_map, Qt.MouseButton.LeftButton, pos=latent_map.map_to_widget(1.5, 2.0))
    assert not np.array_equal(before, shown_picture(window))
    assert not window.studio.can_continue, "the example is only to be looked at"


def test_real_pictures_stay_those_of_the_open_run(qtbot, window):
    window.start(None)
    studio = window.studio
    qtbot.waitUntil(lambda: studio.explorer.images is not None and studio.snapshot is not None, timeout=_LONG)
    faces = studio.explorer.images
    studio.choose_source("digits")
    qtbot.waitUntil(lambda: studio.images is not None and studio.images.name != faces.name, timeout=_LONG)
    with qtbot.waitSignal(studio.explorer.surroundings_found, timeout=_LONG) as caught:
        studio.explorer.pick(0.3, 0.4)
    assert studio.explorer.images is faces
    nearest = int(caught.args[0].nearest[0])
    assert studio.explorer.thumbnail(nearest).shape == (64, 64, 3)
    assert np.array_equal(studio.explorer.thumbnail(nearest), faces.pictures[nearest])


def test_the_panel_says_when_pictures_cannot_be_opened(qtbot, window, tmp_path):
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(window.studio.desk.images_failed, timeout=_LONG):
        window.studio.choose_source(str(tmp_path / "empty"))
    assert window.recipe_panel._about_pictures.text() == "No pictures could be opened."


def test_the_gap_is_that_of_one_epoch(window):
    curves = {
        (part, term): (np.array([]), np.array([]))
        for part in ("train", "epoch", "held_out")
        for term in ("total", "reconstruction", "kl")
    }
    curves[("train", "total")] = (np.array([0.5, 1.0, 1.5, 2.0, 2.5]), np.array([90.0, 80.0, 60.0, 50.0, 10.0]))
    curves[("epoch", "total")] = (np.array([1.0, 2.0]), np.array([86.0, 54.0]))
    curves[("held_out", "total")] = (np.array([1.0, 2.0]), np.array([100.0, 70.0]))
    window.studio.curves_changed.emit(curves)
    values = window.diagnosis_panel._values
    assert (values["held_out"].text(), values["gap"].text()) == ("70.00", "+16.00")
    assert window.studio.study.health.curve.gap == 16, "what the verdict rests on"
    caption = window.loss_plot._readout.text()
    assert "training 54.00 =" in caption and "held out 70.00 =" in caption, "the same two numbers above the curves"
    curves[("held_out", "total")] = (np.array([]), np.array([]))
    window.studio.curves_changed.emit(curves)
    assert (values["held_out"].text(), values["gap"].text()) == ("–", "–")


NAMES = [
    "latentMap",
    "lossPlot",
    "decodedImage",
    "sourcePicker",
    "presetPicker",
    "epochsField",
    "latentDimField",
    "trainButton",
    "pauseButton",
    "stopButton",
    "progressBar",
    "statusMessage",
    "morphPanel",
    "addStopButton",
    "playButton",
    "exportButton",
    "reconstructionsView",
    "diagnosisPanel",
    "devicePicker",
]


def test_scripts_find_every_part_by_its_name(window):
    assert window.objectName() == "mainWindow"
    for name in NAMES:
        assert len(window.findChildren(QWidget, name)) == 1, name

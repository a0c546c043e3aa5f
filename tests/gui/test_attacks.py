"""What a clumsy or unlucky user does to the window: nothing is lost, nothing hangs, each fault is one sentence."""

import shutil

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from vae_studio.gui.phased import Phase
from vae_studio.gui.window import MainWindow
from vae_studio.runs.home import known_runs
from vae_studio.runs.store import RunFolder

_LONG = 60_000


@pytest.fixture
def folder(tmp_path):
    """Forty small pictures in two sub-folders, of several sizes and modes."""
    noise = np.random.default_rng(0)
    for number in range(40):
        place = tmp_path / "pictures" / ("left" if number % 2 else "right")
        place.mkdir(parents=True, exist_ok=True)
        pixels = noise.integers(0, 255, (12 + number % 5, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).convert("L" if number % 3 else "RGB").save(place / f"{number}.png")
    (tmp_path / "pictures" / "left" / "broken.png").write_bytes(b"\x89PNG no more")
    return tmp_path / "pictures"


def train(qtbot, window, epochs=2, size=12):
    studio = window.studio
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    studio.desk.edit("data.size", size)
    studio.desk.edit("training.epochs", epochs)
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG):
        qtbot.mouseClick(window.findChild(QAbstractButton, "trainButton"), Qt.MouseButton.LeftButton)
    return studio.folder.path


def sentences(window):
    heard = []
    window.studio.message_raised.connect(lambda kind, sentence: heard.append((kind, sentence)))
    return heard


def test_own_folder_with_a_broken_file_trains_and_names_it(qtbot, window, folder):
    heard = sentences(window)
    window.studio.open_path(folder)
    path = train(qtbot, window)
    assert any("broken.png" in sentence for kind, sentence in heard if kind == "warning")
    assert RunFolder.open(path).facts["pictures"] == 40
    assert window.studio.explorer.cloud.label_names == ("left", "right")


def test_stop_and_close_while_a_run_is_prepared(qtbot, window):
    studio = window.studio
    studio.choose_source("digits")
    studio.train()
    assert studio.phase is Phase.PREPARING
    studio.trainer.stop()
    assert studio.phase is Phase.IDLE
    studio.train()
    window.close()
    assert not window.isVisible()


def test_keys_ask_for_no_file_while_a_training_is_in_the_way(qtbot, window, monkeypatch):
    asked, heard = [], sentences(window)
    for name in ("getExistingDirectory", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args, name=name: (asked.append(name), "")[1])
    window.start(None)
    window.studio.trainer._set_phase(Phase.TRAINING)
    for key, wish in ((Qt.Key.Key_O, "open something else"), (Qt.Key.Key_S, "save the run")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.messages.text() == f"Stop the training first, then {wish}."
    window.studio.trainer._set_phase(Phase.IDLE)
    assert not asked and not heard


def test_pictures_that_are_gone_leave_the_run_to_look_at(qtbot, window, folder):
    window.studio.open_path(folder)
    path = train(qtbot, window)
    shutil.rmtree(folder)
    heard = sentences(window)
    window.studio.open_path(path)
    qtbot.waitUntil(lambda: any(kind == "error" for kind, _ in heard), timeout=_LONG)
    assert str(folder) in heard[-1][1] or any(str(folder) in sentence for _, sentence in heard)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    with qtbot.waitSignal(window.studio.explorer.shown, timeout=_LONG) as caught:
        window.studio.explorer.pick(0.2, 0.1)
    assert caught.args[0].picture.shape == (12, 12, 3)


def test_changed_pictures_are_never_shown_as_the_runs_own(qtbot, window, folder):
    window.studio.open_path(folder)
    path = train(qtbot, window)
    for file in (folder / "left").iterdir():
        file.unlink()
    heard = sentences(window)
    window.studio.open_path(path)
    qtbot.waitUntil(lambda: any("trained on" in sentence for _, sentence in heard), timeout=_LONG)
    assert window.studio.explorer.thumbnail(0) is None


def test_a_damaged_run_is_one_sentence(qtbot, window, folder):
    window.studio.open_path(folder)
    path = train(qtbot, window)
    weights = path / RunFolder.open(path).names()["weights"]
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    heard = sentences(window)
    window.studio.open_path(path)
    qtbot.waitUntil(lambda: any(kind == "error" for kind, _ in heard), timeout=_LONG)
    assert any("damaged" in sentence for _, sentence in heard)


def test_diverging_training_is_explained_and_the_last_state_kept(qtbot, window):
    studio = window.studio
    studio.choose_source("digits")
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    studio.desk.edit("training.learning_rate", 1.0)
    studio.desk.edit("training.schedule", "constant")
    studio.desk.edit("training.optimiser", "adam")
    studio.desk.edit("likelihood.kind", "gaussian")
    studio.desk.edit("likelihood.sigma", 1e-18)
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG) as caught:
        studio.train()
    outcome = caught.args[1]
    assert outcome.kind == "failed"
    assert "not a number" in outcome.sentence
    assert studio.phase is Phase.IDLE
    assert RunFolder.open(studio.folder.path).has("weights")


def test_closed_many_times_while_training(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("VAE_STUDIO_HOME", str(tmp_path / "runs"))
    for number in range(4):
        window = MainWindow(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
        qtbot.addWidget(window)
        window.show()
        window.studio.choose_source("digits")
        window.studio.desk.edit("training.epochs", 1000)
        window.studio.train()
        qtbot.waitUntil(lambda window=window: window.studio.phase is Phase.TRAINING, timeout=_LONG)
        window.close()
        assert len(known_runs()) == number + 1
        for run in known_runs():
            RunFolder.open(run).read("weights")

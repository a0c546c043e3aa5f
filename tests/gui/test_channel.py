"""Presets that bring pictures with them, and noise on the codes, in the window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSlider

from tests.gui.test_journey import choose, click, part
from tests.small import one_thread  # noqa: F401
from vae_studio.gui.phased import Phase

_LONG = 60_000  # ms


def pictures_there(window, count):
    return lambda: window.studio.images is not None and len(window.studio.images) == count


@pytest.mark.parametrize("preset", ["memoriser"])
def test_a_preset_brings_its_number_of_pictures_and_takes_it_away_again(qtbot, window, preset):
    window.studio.choose_source("digits")
    qtbot.waitUntil(pictures_there(window, 1797), timeout=_LONG)
    box = part(window, QComboBox, "presetPicker")
    choose(qtbot, box, preset)
    qtbot.waitUntil(pictures_there(window, 1), timeout=_LONG)
    window.studio.desk.edit("training.epochs", 60)
    click(qtbot, window, "trainButton")
    with qtbot.waitSignal(window.studio.trainer.ended, timeout=_LONG) as caught:
        pass
    assert caught.args[1].kind == "finished"
    qtbot.waitUntil(lambda: window.studio.phase is Phase.IDLE, timeout=_LONG)
    window.studio.choose_source("digits")
    choose(qtbot, box, "balanced")
    qtbot.waitUntil(pictures_there(window, 1797), timeout=_LONG)
    assert window.studio.recipe.data.held_out == 0.1


def test_the_slider_adds_noise_to_the_codes(qtbot, window):
    window.studio.choose_source("digits")
    qtbot.waitUntil(pictures_there(window, 1797), timeout=_LONG)
    window.studio.desk.edit("training.epochs", 1)
    window.studio.desk.edit("network.kind", "dense")
    with qtbot.waitSignal(window.studio.trainer.ended, timeout=_LONG):
        window.studio.train()
    qtbot.waitUntil(lambda: not window.studio.jobs.running("encode"), timeout=_LONG)
    slider = part(window, QSlider, "noiseSlider")
    view = window.reconstructions_panel.pairs
    shown = []
    window.studio.pairs.changed.connect(lambda _o, r: shown.append(r))
    slider.setFocus()
    with qtbot.waitSignal(window.studio.pairs.changed, timeout=_LONG):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    clean = shown[-1]  # of the network that answers now: the last pairs of the training may come after its end
    with qtbot.waitSignal(window.studio.pairs.changed, timeout=_LONG):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert window.studio.pairs.noise == 0.25
    little = np.abs(shown[-1].astype(int) - clean).mean()
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: np.abs(shown[-1].astype(int) - clean).mean() > 1.5 * little > 0, timeout=_LONG)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert np.array_equal(shown[-1], clean)
    assert view.count() == len(clean)

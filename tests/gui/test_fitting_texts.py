"""No text of the window is cut, at the size with which it opens and at a small one."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from tests.gui.fitting import cut_texts
from tests.small import CPU, one_thread, recipe  # noqa: F401
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.runs.run import start_run

_LONG = 60_000
_TABS = ("Morph", "Reconstructions", "Groups", "Traversals", "Diagnosis", "Log")
_KINDS = {
    "finished": {},
    "conditional": {"network__condition": "label", "network__latent_dim": 3},
    "sphere": {"prior__kind": "sphere", "network__latent_dim": 3},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A small run on the included digits of each kind."""
    home = tmp_path_factory.mktemp("kinds")
    for name, values in _KINDS.items():
        chosen = recipe(data__source="digits", training__epochs=2, training__batch_size=256, **values)
        list(start_run(chosen, CPU, home / name).train())
    return home


@pytest.fixture(params=[(1280, 800), (1024, 700)], ids=lambda size: f"{size[0]}x{size[1]}")
def sized(request, window):
    window.resize(*request.param)
    return window


def check(window):
    """Look at every tab; the window keeps the size that it was given."""
    size = window.size()
    for title in _TABS:
        window._docks[title].raise_()
        for _ in range(4):  # a label that wraps anew moves others
            QApplication.processEvents()
        assert cut_texts(window) == [], title
    assert window.size() == size


def test_a_text_without_room_is_found(qtbot):
    outside, tight = QWidget(), QLabel("A sentence that is too long")
    QHBoxLayout(outside).addWidget(tight)
    narrow = QPushButton("A button with a long text", outside)
    narrow.setFixedWidth(40)
    elided, told = ElidedLabel("This is longer than its room", outside), ElidedLabel("So is this one", outside)
    elided.setToolTip("")
    for label in (elided, told):
        label.setFixedWidth(30)
    beyond = QLabel("Beyond", outside)
    area = QScrollArea(outside)
    area.setWidget(QLabel("This is long as well, but it can be scrolled"))
    area.setFixedWidth(60)
    qtbot.addWidget(outside)
    tight.setFixedWidth(40)
    outside.resize(120, 200)
    beyond.move(100, 100)
    outside.show()
    found = "\n".join(cut_texts(outside))
    for text in ("A sentence", "A button", "longer than its room", "Beyond"):
        assert text in found
    assert "So is this" not in found and "scrolled" not in found


def test_nothing_is_cut_when_the_window_opens(qtbot, sized):
    sized.start(None)
    qtbot.waitUntil(lambda: sized.studio.images is not None and sized.studio.snapshot is not None, timeout=_LONG)
    assert sized.welcome.isVisible()
    check(sized)


@pytest.mark.parametrize("kind", _KINDS)
def test_nothing_of_a_run_is_cut(qtbot, sized, runs, kind):
    studio = sized.studio
    sized.welcome.hide()
    studio.open_path(runs / kind)
    qtbot.waitUntil(lambda: studio.snapshot is not None and studio.explorer.images is not None, timeout=_LONG)
    for place in (-0.5, 0.5):
        studio.morph.add(np.full(studio.snapshot.latent_dim, place, np.float32))
    qtbot.waitUntil(lambda: len(studio.paths.reports) >= 3, timeout=_LONG)
    with qtbot.waitSignal(studio.explorer.surroundings_found, timeout=_LONG):
        studio.explorer.look_at_picture(0)
    check(sized)


def test_nothing_is_cut_while_a_training_runs_and_after_its_stop(qtbot, sized):
    studio = sized.studio
    studio.choose_source("digits")
    studio.desk.edit("training.epochs", 400)
    with qtbot.waitSignal(studio.trainer.epoch_finished, timeout=_LONG):
        studio.train()
    check(sized)
    with qtbot.waitSignal(studio.trainer.ended, timeout=_LONG):
        studio.trainer.stop()
    check(sized)

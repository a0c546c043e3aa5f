"""Traversals in the window: the rows are those of the point that is looked at, and a click looks at one."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QSpinBox, QWidget

from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes

_LONG = 60_000


@pytest.fixture
def example(qtbot, window):
    window.start(None)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    window.welcome.hide()
    return window


def test_rows_are_walked_only_while_they_are_seen_and_a_click_looks_at_one(qtbot, example, tmp_path, monkeypatch):
    studio = example.studio
    desk = studio.study.traversals
    studio.explorer.look_at_picture(3)
    assert not desk._rest.isActive() and desk.rows is None, "nobody watches yet"
    with qtbot.waitSignal(desk.walked, timeout=_LONG):
        example._docks["Traversals"].raise_()
    walks = desk.rows.walks
    assert len(walks.order) == 8 and (np.diff(walks.kl) <= 0).all()

    field = example.findChild(QSpinBox, "traversalDimsField")
    field.setFocus()
    field.selectAll()
    with qtbot.waitSignal(desk.walked, timeout=_LONG, check_params_cb=lambda rows: len(rows.walks.order) == 3):
        qtbot.keyClicks(field, "3")
        qtbot.keyClick(field, Qt.Key.Key_Return)

    rows = example.findChild(QWidget, "traversalRows")
    wanted = desk.rows.walks.codes[1, 7].copy()
    picture = desk.rows.pictures[1, 7]
    with qtbot.waitSignal(studio.explorer.shown, timeout=_LONG) as caught:
        qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=rows.cell(1, 7).center().toPoint())
    assert np.array_equal(studio.explorer.code, wanted)
    assert np.abs(caught.args[0].picture.astype(int) - picture).max() <= 1, (
        "the picture that was clicked is the one shown"
    )
    with qtbot.waitSignal(studio.explorer.shown, timeout=_LONG):
        qtbot.keyClick(rows, Qt.Key.Key_Left)
    assert np.array_equal(np.flatnonzero(studio.explorer.code != wanted), [desk.rows.walks.order[1]])

    file = tmp_path / "sheet.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(file), ""))
    button = example.findChild(QAbstractButton, "traversalSaveButton")
    with qtbot.waitSignal(desk.saved, timeout=_LONG):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with Image.open(file) as image:
        assert image.width > 9 * 64 and image.height > 3 * 64


def test_a_collapsed_model_and_codes_without_numbers_are_walked_too(qtbot, example):
    studio = example.studio
    example._docks["Traversals"].raise_()
    for value in (1.0, np.nan):
        mu = np.full((20, 8), value, np.float32)
        with qtbot.waitSignal(studio.study.traversals.walked, timeout=_LONG):
            studio.explorer.set_cloud(Cloud(Codes(mu, np.zeros_like(mu)), np.arange(20), None, (), 20))
            studio.explorer.look_at(np.zeros(8, np.float32))
    assert np.isfinite(studio.study.traversals.rows.walks.codes).all()

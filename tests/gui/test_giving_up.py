"""The toolbar's cross: who has waited for a cancelled job says so, shows what was there before, and writes nothing."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from tests.small import one_thread  # noqa: F401
from vae_studio.errors import CancelledError
from vae_studio.gui.desks import column as column_module
from vae_studio.gui.workers import tasks
from vae_studio.gui.workers.jobs import Jobs

_LONG = 60_000


def endless(*_args):
    """A job that ends only when it is cancelled."""

    def job(progress):
        while True:
            progress(-1, "Still at it.")
            time.sleep(0.01)

    return job


def press_cross(qtbot, window):
    cross = window.findChild(QAbstractButton, "cancelButton")
    qtbot.waitUntil(cross.isVisible, timeout=5000)
    qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)


def test_pictures_that_are_not_waited_for_are_said_not_to_be_open(qtbot, window, monkeypatch):
    monkeypatch.setattr(tasks, "open_pictures", endless)
    window.studio.choose_source("digits")
    said = window.recipe_panel._about_pictures
    assert said.text() == "Opening the pictures …"
    press_cross(qtbot, window)
    assert said.text() == "No pictures are open."
    monkeypatch.undo()
    window.studio.choose_source("digits")
    qtbot.waitUntil(lambda: said.text().startswith("1,797 pictures"), timeout=_LONG)


@pytest.fixture
def example(qtbot, window):
    studio = window.studio
    studio.open_example()
    ready = lambda: studio.snapshot is not None and studio.explorer.images is not None  # noqa: E731
    qtbot.waitUntil(lambda: ready() and not studio.jobs.running("encode"), timeout=_LONG)
    return window


@pytest.mark.parametrize("name", ["label", "kl"])
def test_a_column_that_is_not_waited_for_gives_way_to_the_one_before(qtbot, example, monkeypatch, name):
    columns = example.map_panel.columns
    columns.choose(name)
    qtbot.waitUntil(lambda: columns.values() is None or np.isfinite(columns.values()).all(), timeout=_LONG)
    before = columns.values()
    monkeypatch.setattr(column_module, "measure_column", endless)
    columns.choose("reconstruction")
    press_cross(qtbot, example)
    assert columns.name == name and example.findChild(QAction, f"{name}Colour").isChecked()
    assert np.array_equal(columns.values(), before) if before is not None else columns.values() is None


def test_a_column_of_codes_that_are_gone_gives_way_to_the_labels(qtbot, example, monkeypatch):
    columns, explorer = example.map_panel.columns, example.studio.explorer
    columns.choose("kl")
    qtbot.waitUntil(lambda: np.isfinite(columns.values()).all(), timeout=_LONG)
    monkeypatch.setattr(column_module, "measure_column", endless)
    columns.choose("reconstruction")
    explorer.set_cloud(replace(explorer.cloud))
    press_cross(qtbot, example)
    assert columns.name == "label"


def test_only_the_user_gives_up(qtbot):
    jobs, heard = Jobs(), []
    for _ in range(2):
        jobs.start("slow", "Being slow", endless(), heard.append, given_up=lambda: heard.append("given up"))
    jobs.cancel("slow")
    jobs.give_up("slow")
    assert heard == []
    jobs.start("slow", "Being slow", endless(), heard.append, given_up=lambda: heard.append("given up"))
    jobs.give_up("slow")
    assert heard == ["given up"]
    jobs.end()
    qtbot.wait(1)
    assert heard == ["given up"]


def cancelled_at(call):
    """Progress that is cancelled when it is reported for the nth time; from the end for negative numbers."""
    seen = []

    def progress(share, _sentence):
        seen.append(share)
        if len(seen) == call + 1 or (call < 0 and share == 1.0):
            raise CancelledError("Cancelled.")

    return progress


@pytest.mark.parametrize("call", [0, 1, -1])
def test_a_cancelled_packing_leaves_what_was_there(folder, packed, tmp_path, call):
    packed.write_bytes(b"an older file")
    before = sorted(tmp_path.rglob("*"))
    for path in (packed, tmp_path / "new.vaez"):
        with pytest.raises(CancelledError):
            tasks.pack_run(folder, path)(cancelled_at(call))
    assert sorted(tmp_path.rglob("*")) == before
    assert packed.read_bytes() == b"an older file"


@pytest.mark.parametrize("call", [0, 1, -1])
def test_a_cancelled_unpacking_leaves_nothing(packed, tmp_path, monkeypatch, call):
    monkeypatch.setenv("VAE_STUDIO_HOME", str(tmp_path / "home"))
    with pytest.raises(CancelledError):
        tasks.unpack_run(packed)(cancelled_at(call))
    assert list((tmp_path / "home").iterdir()) == []

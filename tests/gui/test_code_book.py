"""The code book in place of the map: clicked, looked at, left for the scatter, and gone with its run."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar

from tests.gui.test_journey import part
from tests.small import one_thread  # noqa: F401

_LONG = 60_000  # ms
_SMALL = {
    "network.kind": "dense", "network.widths": (32,), "network.latent_dim": 8, "objective.kind": "vq-vae",
    "objective.places": 4, "objective.entries": 20, "training.epochs": 2,
}  # fmt: skip


def train(qtbot, window, values):
    window.studio.choose_source("digits")
    qtbot.waitUntil(lambda: window.studio.images is not None, timeout=_LONG)
    for key, value in values.items():
        window.studio.desk.edit(key, value)
    with qtbot.waitSignal(window.studio.trainer.ended, timeout=_LONG) as caught:
        window.studio.train()
    assert caught.args[1].kind == "finished"


@pytest.fixture
def opened(qtbot, window):
    train(qtbot, window, _SMALL)
    qtbot.waitUntil(lambda: has_the_last_book(window), timeout=_LONG)
    return window


def has_the_last_book(window):
    """Tell whether the book is that of the trained weights: one of before may have other entries in front."""
    book, cloud = window.centre.books.open, window.studio.explorer.cloud
    encoding = window.studio.jobs.running("encode")
    return book is not None and not encoding and book.numbers is cloud.indices and len(cloud.indices) == 1797


def test_a_click_decodes_an_entry_and_shows_who_uses_it(qtbot, opened):
    window, books = opened, opened.centre.books
    grid = window.centre.book_panel.grid
    assert window.centre.book_panel.isVisible() and not window.map_panel.isVisible()
    assert grid.count() == 20
    assert (np.diff(books.open.uses[books.open.order]) <= 0).all()
    with qtbot.waitSignal(window.studio.explorer.shown, timeout=_LONG) as caught:
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell(1).center().toPoint())
    entry = int(books.open.order[1])
    assert books.entry == entry
    assert np.array_equal(caught.args[0].picture, books.open.pictures[1])
    users = window.centre.book_panel.users
    numbers = window.centre.book_panel._numbers
    assert users.count() == len(numbers) > 0
    times = (books.open.indices == entry).sum(axis=1)
    assert times[numbers[0]] == times.max()
    with qtbot.waitSignal(window.studio.explorer.picture_shown, timeout=_LONG) as picked:
        qtbot.mouseClick(users, Qt.MouseButton.LeftButton, pos=users.cell(0).center().toPoint())
    assert picked.args == [numbers[0]]
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert books.entry == int(books.open.order[2])


def test_a_tab_leads_to_the_scatter_and_another_run_has_no_book(qtbot, opened):
    window = opened
    tabs = part(window, QTabBar, "centreTabs")
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(1).center())
    assert window.map_panel.isVisible()
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(0).center())
    assert window.centre.book_panel.isVisible()
    before = window.studio.explorer.code.copy()
    with qtbot.waitSignal(window.studio.explorer.code_changed, timeout=_LONG):
        window.inspector_panel._on_random_code_asked()
    code = window.studio.explorer.code
    book = window.centre.books.open.book
    assert np.array_equal(book.codes(book.indices(code[None]))[0], code) and not np.array_equal(code, before)
    train(qtbot, window, {"objective.kind": "vae", "training.epochs": 1})
    qtbot.waitUntil(window.map_panel.isVisible, timeout=_LONG)
    assert not tabs.isVisible()

"""Tests of the code sliders, the message bar, the welcome card and the elided label."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolButton, QWidget

from vae_studio.gui.widgets.choice_tile import ChoiceTile
from vae_studio.gui.widgets.code_sliders import CodeSliders
from vae_studio.gui.widgets.elided_button import ElidedButton
from vae_studio.gui.widgets.elided_label import ElidedLabel
from vae_studio.gui.widgets.file_dialog import ask_where_to_save
from vae_studio.gui.widgets.images import from_qimage
from vae_studio.gui.widgets.message_bar import MessageBar
from vae_studio.gui.widgets.welcome_card import WelcomeCard

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sliders(qtbot):
    made = CodeSliders()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.set_code([0.5, -1.25, 2.0])
    made.show()
    return made


def test_sliders_and_numbers_show_the_code(sliders):
    assert [sliders.number(d).value() for d in range(3)] == [0.5, -1.25, 2.0]
    assert [sliders.slider(d).value() for d in range(3)] == [50, -125, 200]
    assert sliders.code().dtype == np.float32


def test_showing_a_code_is_no_edit(sliders, qtbot):
    with qtbot.assertNotEmitted(sliders.edited):
        sliders.set_code([1, 2, 3])
        sliders.set_code(np.zeros(40))


def test_moving_a_slider_edits_one_number(sliders, qtbot):
    with qtbot.waitSignal(sliders.edited) as edited:
        qtbot.keyClick(sliders.slider(1), Qt.Key.Key_Right)
    np.testing.assert_allclose(edited.args[0], [0.5, -1.2, 2.0], atol=1e-6)
    assert sliders.number(1).value() == pytest.approx(-1.2)


def test_typing_a_number_moves_the_slider(sliders, qtbot):
    with qtbot.waitSignal(sliders.edited) as edited:
        sliders.number(2).setValue(-3.0)
    assert edited.args[0][2] == -3 and sliders.slider(2).value() == -300


def test_what_is_told_is_a_copy(sliders, qtbot):
    with qtbot.waitSignal(sliders.edited) as edited:
        sliders.number(0).setValue(1.0)
    edited.args[0][:] = 99
    assert sliders.code()[0] == 1


def test_the_range_grows_for_a_far_code(sliders):
    sliders.set_code([0, 9.5, 0])
    assert sliders.number(1).value() == 9.5 and sliders.slider(1).value() == 950
    assert sliders.number(0).maximum() == 4


def test_a_double_click_sets_one_to_zero(sliders, qtbot):
    with qtbot.waitSignal(sliders.edited):
        qtbot.mouseDClick(sliders.slider(2), LEFT, pos=QPoint(4, 4))
    assert sliders.code()[2] == 0


def test_all_can_be_reset_and_a_random_code_asked_for(sliders, qtbot):
    buttons = sliders.findChildren(QToolButton)
    reset, dice = (next(button for button in buttons if word in button.toolTip()) for word in ("0", "random"))
    with qtbot.waitSignal(sliders.edited) as edited:
        qtbot.mouseClick(reset, LEFT)
    assert not edited.args[0].any()
    with qtbot.waitSignal(sliders.random_asked):
        qtbot.mouseClick(dice, LEFT)


def test_hundreds_of_numbers_are_made_as_they_are_scrolled_to(sliders):
    sliders.set_code(np.arange(512) / 512)
    assert len(sliders._rows) < 100
    assert sliders.number(500).value() == pytest.approx(0.977)
    assert sliders.number(511).value() == pytest.approx(0.998)
    assert len(sliders._rows) == 512
    sliders.set_code([1.0])
    assert len(sliders._rows) == 1


def test_scrolling_and_a_tall_window_bring_more_rows(sliders, qtbot):
    sliders.set_code(np.zeros(512))
    bar = sliders._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    first = len(sliders._rows)
    bar.setValue(bar.maximum())
    assert len(sliders._rows) > first
    sliders.set_code(np.zeros(300))
    sliders.resize(300, 1500)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert 24 < len(sliders._rows) < 300


@pytest.fixture
def bar(qtbot):
    made = MessageBar()
    qtbot.addWidget(made)
    return made


def test_a_message_is_shown_and_closed(bar, qtbot):
    assert bar.text() == ""
    bar.show_message("The disk is full.", "error")
    bar.grab()
    assert (bar.text(), bar.kind(), bar.isVisible()) == ("The disk is full.", "error", True)
    with qtbot.waitSignal(bar.closed):
        qtbot.mouseClick(bar.findChild(QToolButton), LEFT)
    assert bar.isHidden() and bar.text() == ""


def test_the_action_is_done_once_and_not_for_a_later_message(bar, qtbot):
    done = []
    bar.show_message("It stopped.", "warning", "Try again", lambda: done.append(1))
    button = bar.findChild(QPushButton)
    qtbot.mouseClick(button, LEFT)
    assert done == [1] and bar.isHidden()
    bar.show_message("All is well.")
    assert button.isHidden()


@pytest.fixture
def card(qtbot):
    made = WelcomeCard(["mnist", "cifar10"])
    qtbot.addWidget(made)
    made.set_previews({"digits": [np.zeros((8, 8, 1), np.uint8)] * 4, "unknown": []})
    made.resize(460, 560)
    made.show()
    made.grab()
    return made


@pytest.mark.parametrize("name", ["digits", "faces"])
def test_a_choice_names_its_source(card, qtbot, name):
    with qtbot.waitSignal(card.source_chosen) as chosen:
        qtbot.mouseClick(card.tile(name), LEFT)
    assert chosen.args == [name]


def test_a_data_set_is_chosen_by_name(card, qtbot):
    card._names.setCurrentIndex(1)
    with qtbot.waitSignal(card.source_chosen) as chosen:
        qtbot.mouseClick(card._go, LEFT)
    assert chosen.args == ["cifar10"]


def test_without_names_none_can_be_used(card):
    card.set_data_sets([])
    assert not card._go.isEnabled()


def test_a_folder_can_be_asked_for_and_the_card_dismissed(card, qtbot):
    with qtbot.waitSignal(card.folder_asked):
        qtbot.mouseClick(card.tile("folder"), LEFT)
    with qtbot.waitSignal(card.dismissed):
        qtbot.mouseClick(card._close, LEFT)


def test_a_folder_can_be_dropped(card, qtbot, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    rest = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(card, QDragEnterEvent(QPoint(9, 9), *rest))
    assert card.tile("folder").lit
    with qtbot.waitSignal(card.source_chosen) as chosen:
        QApplication.sendEvent(card, QDropEvent(QPointF(9, 9), *rest))
    assert chosen.args == [tmp_path.as_posix()] and not card.tile("folder").lit


@pytest.mark.parametrize("width", [96, 110, 150])
def test_the_title_of_a_choice_is_never_cut(qtbot, width):
    tile = ChoiceTile("Handwritten digits", "", "grid")
    qtbot.addWidget(tile)
    tile.resize(width, tile.sizeHint().height())
    blank = ChoiceTile("", "", "grid")
    qtbot.addWidget(blank)
    blank.resize(tile.size())
    written, bare = (from_qimage(one.grab().toImage()) for one in (tile, blank))
    columns = np.flatnonzero((written != bare).any(axis=(0, 2)))
    assert columns[0] >= 5 and columns[-1] <= width - 6, "room on both sides"
    assert columns[-1] - columns[0] > 0.5 * width


def test_a_file_is_asked_for_in_the_folder_of_the_last_one(qtbot, tmp_path, monkeypatch):
    window = QWidget()
    qtbot.addWidget(window)
    first, second = QWidget(window), QWidget(window)
    asked, answers = [], [str(tmp_path / "films" / "a.gif"), "", ""]
    (tmp_path / "films").mkdir()

    def answer(_parent, _title, suggested, _kinds):
        asked.append(Path(suggested))
        return answers[len(asked) - 1], ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    assert ask_where_to_save(first, "Save", "morph.gif") == tmp_path / "films" / "a.gif"
    assert ask_where_to_save(second, "Save", "sheet.png") is None
    (tmp_path / "films").rmdir()
    assert ask_where_to_save(first, "Save", "morph.gif") is None
    assert asked == [Path.home() / "morph.gif", tmp_path / "films" / "sheet.png", Path.home() / "morph.gif"]


def test_a_long_text_is_shortened_to_the_room(qtbot):
    label = ElidedLabel("A rather long sentence\nthat cannot be shown at once")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    label.grab()
    assert label.shown_text().endswith("…") and "\n" not in label.text()
    assert "cannot be shown" in label.toolTip()
    assert label.minimumSizeHint().width() < 40


def test_a_long_button_is_shortened_to_its_room_and_grows_with_it(qtbot):
    place = QWidget()
    button = ElidedButton("Try: learning rate 0.001 and 2 more", place)
    qtbot.addWidget(place)
    place.show()
    button.resize(120, 30)
    button.grab()
    assert button.shown_text().startswith("Try") and button.shown_text().endswith("…")
    button.resize(button.sizeHint())
    assert button.shown_text() == button.text()
    assert button.minimumSizeHint().width() < 100


@pytest.mark.parametrize(("width", "rows"), [(800, 1), (440, 2)])
def test_the_card_fits_over_the_map(qtbot, width, rows):
    window, area = QWidget(), QWidget()
    qtbot.addWidget(window)
    area.setParent(window)
    card = WelcomeCard(["mnist"], window)
    window.resize(width, 400)
    area.resize(width, 400)
    window.show()
    card.float_over(area)
    QApplication.processEvents()
    assert area.geometry().contains(card.geometry())
    assert len({card.tile(name).y() for name in ("digits", "faces", "data-set", "folder")}) == rows
    assert all(card.tile(name).width() > 130 for name in ("digits", "folder"))

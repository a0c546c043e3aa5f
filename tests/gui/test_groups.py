"""Groups in the window: lasso, name, undo, export; and what lies between two of them."""

import csv
import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QLabel, QLineEdit, QSlider, QWidget

from vae_studio.export.sheet import sheet
from vae_studio.gui.desks.attribute import in_words
from vae_studio.latent.attribute import Attribute
from vae_studio.runs import groups as groups_module
from vae_studio.runs.groups import read_groups
from vae_studio.runs.store import RunFolder

_LONG = 60_000


@pytest.fixture
def example(qtbot, window):
    window.start(None)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    qtbot.waitUntil(lambda: window.studio.explorer.images is not None, timeout=_LONG)
    window.welcome.hide()
    window._docks["Groups"].raise_()
    return window


def press(qtbot, window, name):
    qtbot.mouseClick(window.findChild(QAbstractButton, name), Qt.MouseButton.LeftButton)


def lasso(qtbot, window, corners):
    """Draw a lasso through places of the map with the left button."""
    latent_map = window.findChild(QWidget, "latentMap")
    latent_map.set_tool("lasso")
    points = [QPoint(round(x * latent_map.width()), round(y * latent_map.height())) for x, y in corners]
    qtbot.mousePress(latent_map, Qt.MouseButton.LeftButton, pos=points[0])
    for point in [*points[1:], points[0]]:
        qtbot.mouseMove(latent_map, point)
    qtbot.mouseRelease(latent_map, Qt.MouseButton.LeftButton, pos=points[0])


def saved_in(qtbot, window, monkeypatch, place, action):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(place), ""))
    said = []
    window.studio.message_raised.connect(lambda kind, sentence: said.append((kind, sentence)))
    menu = window.findChild(QAbstractButton, "groupExportButton").menu()
    menu.actions()[action].trigger()
    qtbot.waitUntil(lambda: bool(said), timeout=_LONG)
    return said[-1]


def test_a_lasso_becomes_a_group_that_is_named_shown_and_undone(qtbot, example):
    desk, groups = example.studio.study.groups, example.groups_panel.list
    latent_map = example.findChild(QWidget, "latentMap")
    button = example.findChild(QAbstractButton, "groupSelectionButton")
    assert not button.isEnabled()
    lasso(qtbot, example, [(0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6)])
    chosen = desk.selection.copy()
    assert len(chosen) > 20 and np.array_equal(chosen, latent_map.selection())
    press(qtbot, example, "groupSelectionButton")
    assert np.array_equal(desk.groups[0].pictures, chosen)

    item = groups.topLevelItem(0)
    place = groups.visualItemRect(item).center()
    qtbot.mouseClick(groups.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(groups, Qt.Key.Key_F2)
    editor = groups.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "the middle")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.groups[0].name == "the middle", timeout=_LONG)

    lasso(qtbot, example, [(0.1, 0.1), (0.12, 0.1), (0.12, 0.12)])
    assert groups.places() == [] and len(desk.selection) < len(chosen)
    qtbot.mouseClick(groups.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert np.array_equal(latent_map.selection(), chosen), "a click shows the group on the map"

    qtbot.keyClick(groups, Qt.Key.Key_Delete)
    assert len(desk.groups) == 0
    for expected in ("the middle", "Group 1"):
        press(qtbot, example, "undoGroupsButton")
        assert desk.groups[0].name == expected
    press(qtbot, example, "redoGroupsButton")
    assert desk.groups[0].name == "the middle"


def test_an_empty_lasso_makes_no_group(qtbot, example):
    lasso(qtbot, example, [(0.01, 0.98), (0.02, 0.98), (0.02, 0.99)])
    button = example.findChild(QAbstractButton, "groupSelectionButton")
    assert not button.isEnabled()
    example.studio.study.groups.add("none", [])
    assert len(example.studio.study.groups.groups) == 0
    assert "at least one picture" in example.findChild(QLabel, "statusMessage").text()


def test_the_keys_of_the_groups_work_behind_another_tab(qtbot, example):
    desk = example.studio.study.groups
    example._docks["Reconstructions"].raise_()
    latent_map = example.findChild(QWidget, "latentMap")
    latent_map.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(latent_map, Qt.Key.Key_G, control)
    assert "select some" in example.findChild(QLabel, "statusMessage").text()
    example._docks["Reconstructions"].raise_()
    lasso(qtbot, example, [(0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6)])
    qtbot.keyClick(latent_map, Qt.Key.Key_G, control)
    assert np.array_equal(desk.groups[0].pictures, latent_map.selection())
    qtbot.waitUntil(example.groups_panel.list.isVisible)
    example._docks["Reconstructions"].raise_()
    qtbot.keyClick(latent_map, Qt.Key.Key_Z, control)
    assert len(desk.groups) == 0
    qtbot.keyClick(latent_map, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert len(desk.groups) == 1


def test_a_name_that_is_taken_is_given_back(qtbot, example):
    desk = example.studio.study.groups
    desk.add("a", [1])
    desk.add("b", [2])
    desk.rename(1, "a")
    assert [group.name for group in desk.groups.groups] == ["a", "b"]
    assert example.groups_panel.list.topLevelItem(1).text(0) == "b"
    example.groups_panel.list.choose([0, 1])
    desk.unite([0, 1])
    assert desk.groups[2].pictures.tolist() == [1, 2]


def test_what_is_exported_is_the_groups_own(qtbot, example, tmp_path, monkeypatch):
    desk, explorer = example.studio.study.groups, example.studio.explorer
    numbers = [7900, 5, 17, 4000]
    desk.add("odd", numbers)
    example.groups_panel.list.topLevelItem(0).setSelected(True)
    numbers = sorted(numbers)

    kind, sentence = saved_in(qtbot, example, monkeypatch, tmp_path / "codes.csv", 0)
    assert kind == "info" and "4 pictures" in sentence
    with (tmp_path / "codes.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["index"]) for row in rows] == numbers
    for row, number in zip(rows, numbers, strict=True):
        assert np.float32(row["mu_3"]) == explorer.code_of(number)[3]
        assert row["label"] == explorer.images.label_of(number)

    kind, sentence = saved_in(qtbot, example, monkeypatch, tmp_path / "files", 1)
    assert kind == "info", sentence
    for number in numbers:
        with Image.open(tmp_path / "files" / f"picture-{number:06}.png") as image:
            assert np.array_equal(np.asarray(image), explorer.images.picture(number))

    kind, sentence = saved_in(qtbot, example, monkeypatch, tmp_path / "sheet.png", 2)
    with Image.open(tmp_path / "sheet.png") as image:
        assert np.array_equal(np.asarray(image), sheet(explorer.images.pictures[numbers], scale=0))


def test_groups_stay_with_the_run_but_never_with_the_example(qtbot, example, tmp_path):
    desk = example.studio.study.groups
    desk.add("a", [1, 2])
    assert not RunFolder.open(example.studio.folder.path).has("groups"), "the example is shipped, not written"
    assert "forgotten" in example.findChild(QLabel, "statusMessage").text()
    folder = RunFolder.create(tmp_path / "run")
    folder.save({}, {"pictures": 10})
    desk.begin(folder, lasting=True)
    assert len(desk.groups) == 0 and not desk.undo_stack.canUndo()
    for number in range(5):
        desk.add(f"g{number}", [number])
    desk.undo_stack.undo()
    qtbot.waitUntil(lambda: not example.studio.jobs.running("groups"), timeout=_LONG)
    assert read_groups(RunFolder.open(folder.path)) == desk.groups
    desk.add("last", [9])
    example.studio.jobs.end()
    desk.end()
    assert [group.name for group in read_groups(RunFolder.open(folder.path)).groups][-1] == "last"


def test_groups_are_written_beside_the_window_and_outlive_a_hasty_change_of_runs(qtbot, example, tmp_path, monkeypatch):
    desk, main, writers = example.studio.study.groups, threading.current_thread(), []
    let_go, real = threading.Event(), groups_module.save_groups

    def slow(folder, groups):
        writers.append(threading.current_thread())
        assert let_go.wait(60)
        real(folder, groups)

    monkeypatch.setattr(groups_module, "save_groups", slow)
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        RunFolder.create(path).save({}, {"pictures": 10})
    desk.begin(RunFolder.open(paths[0]), lasting=True)
    desk.add("first", [1])
    desk.add("second", [2])
    desk.begin(RunFolder.open(paths[1]), lasting=True)
    assert len(desk.groups) == 0
    again = RunFolder.open(paths[0])  # before any of it is on the disk
    desk.begin(again, lasting=True)
    assert [group.name for group in desk.groups.groups] == ["first", "second"]
    let_go.set()
    qtbot.waitUntil(lambda: not desk._unwritten, timeout=_LONG)
    again.save({}, {"seen": True})  # what is saved by this hand later must not let go of them
    assert read_groups(RunFolder.open(paths[0])) == desk.groups
    assert writers and main not in writers


def test_damaged_groups_are_told_and_do_not_stop_the_run_from_opening(qtbot, example, tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    folder.save({"groups": b"{"}, {"pictures": 10})
    with qtbot.waitSignal(example.studio.study.groups.refused) as caught:
        example.studio.study.groups.begin(folder, lasting=True)
    assert "damaged" in caught.args[0]
    assert len(example.studio.study.groups.groups) == 0


def find(qtbot, window, first, second):
    for name, place in (("attributeFrom", first), ("attributeTo", second)):
        box = window.findChild(QComboBox, name)
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Home)
        for _ in range(place + 1):
            qtbot.keyClick(box, Qt.Key.Key_Down)


def test_two_groups_give_a_direction_and_its_slider_keeps_the_base(qtbot, example, tmp_path, monkeypatch):
    studio = example.studio
    for label in (0, 3):
        studio.study.groups.add_label(label)
    studio.explorer.look_at_picture(int(studio.study.groups.groups[0].pictures[0]))
    base = studio.explorer.code.copy()
    find(qtbot, example, 0, 1)
    qtbot.waitUntil(lambda: studio.study.attributes.attribute is not None, timeout=_LONG)
    words = example.findChild(QLabel, "attributeWords").text()
    assert words.startswith("Separates 100 of 100 pairs") or words.startswith("Separates 99 of 100 pairs")

    slider = example.findChild(QSlider, "attributeSlider")
    slider.setFocus()
    for _ in range(2):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    attribute = studio.study.attributes.attribute
    assert np.allclose(studio.explorer.code, base + attribute.direction, atol=1e-5)
    qtbot.waitUntil(lambda: studio.study.trust.trust is not None, timeout=_LONG)
    file = tmp_path / "walk.gif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(file), ""))
    with qtbot.waitSignal(studio.study.attributes.written, timeout=_LONG):
        press(qtbot, example, "attributeFilm")
    with Image.open(file) as image:
        assert image.n_frames == 60
    press(qtbot, example, "attributeReset")
    assert np.array_equal(studio.explorer.code, base), "the base comes back exactly"

    qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    studio.explorer.look_at_picture(9)
    assert studio.study.attributes.amount == 0 and slider.value() == 0
    assert np.array_equal(studio.study.attributes.base, studio.explorer.code_of(9))


def test_groups_that_give_no_direction_say_why(qtbot, example):
    studio, words = example.studio, example.findChild(QLabel, "attributeWords")
    studio.study.groups.add("one", [1])
    studio.study.groups.add("many", range(20))
    studio.study.groups.add("more", range(30, 60))
    find(qtbot, example, 0, 1)
    qtbot.waitUntil(lambda: "in both groups" in words.text(), timeout=_LONG)
    find(qtbot, example, 0, 2)
    qtbot.waitUntil(lambda: "at least two pictures" in words.text(), timeout=_LONG)
    assert not example.findChild(QSlider, "attributeSlider").isEnabled()
    find(qtbot, example, 1, 1)
    assert "different" in words.text()


@pytest.mark.qt_log_ignore(r"This plugin does not support", extend=True)  # a list that drops down
def test_the_same_two_groups_can_be_chosen_again_when_the_codes_have_changed(qtbot, example):
    studio, words = example.studio, example.findChild(QLabel, "attributeWords")
    for label in (0, 3):
        studio.study.groups.add_label(label)
    find(qtbot, example, 0, 1)
    qtbot.waitUntil(lambda: studio.study.attributes.attribute is not None, timeout=_LONG)
    studio.explorer.set_cloud(studio.explorer.cloud)
    assert "choose the groups once more" in words.text()
    box = example.findChild(QComboBox, "attributeTo")
    box.setFocus()
    box.showPopup()
    shown = box.view()
    place = shown.visualRect(box.model().index(box.currentIndex(), 0)).center()
    qtbot.waitUntil(shown.isVisible)
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: studio.study.attributes.attribute is not None, timeout=_LONG)
    assert words.text().startswith("Separates")


def test_words_are_honest_about_chance():
    direction = np.ones(2)
    assert "50 would be chance" in in_words(Attribute(direction, 0.55, 0.1, (100, 100)))
    assert "none" in in_words(Attribute(direction, 0.5, -0.1, (100, 100)))
    assert "Few pictures" in in_words(Attribute(direction, 0.97, 3.0, (4, 100)))

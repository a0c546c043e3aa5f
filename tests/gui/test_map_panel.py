"""The map with its toolbar, in the whole window, with a real mouse."""

import shutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from tests.small import CPU, one_thread, recipe  # noqa: F401
from vae_studio.runs.run import start_run

_LONG = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A run on the included digits, trained for a blink."""
    path = tmp_path_factory.mktemp("trained") / "digits"
    run = start_run(recipe(data__source="digits", training__epochs=1, training__batch_size=256), CPU, path)
    list(run.train(lambda: False))
    return path


@pytest.fixture
def opened(qtbot, window, trained, tmp_path):
    path = tmp_path / "digits"
    shutil.copytree(trained, path)
    studio = window.studio
    window.welcome.hide()
    studio.open_path(path)
    ready = lambda: studio.snapshot is not None and studio.explorer.images is not None  # noqa: E731
    qtbot.waitUntil(lambda: ready() and len(studio.explorer.cloud.indices) == 1797, timeout=_LONG)
    return window


def part(window, name, kind=QWidget):
    found = window.findChild(kind, name)
    assert found is not None, f"the window has no {name}"
    return found


def choose(window, name):
    part(window, name, QAction).trigger()


def latent_map(window):
    return part(window, "latentMap")


def complete(qtbot, window):
    qtbot.waitUntil(window.map_panel.land.is_complete, timeout=_LONG)


def drag(qtbot, shown, start, end):
    qtbot.mousePress(shown, LEFT, pos=start)
    qtbot.mouseMove(shown, (start + end) / 2)
    qtbot.mouseMove(shown, end)
    qtbot.mouseRelease(shown, LEFT, pos=end)


def test_the_land_is_switched_on_with_a_click_and_off_again(qtbot, opened):
    bare = latent_map(opened).grab().toImage()
    qtbot.mouseClick(part(opened, "groundButton", QAbstractButton), LEFT, pos=QPoint(8, 12))
    assert opened.map_panel.land.kind == "decoded"
    complete(qtbot, opened)
    assert latent_map(opened).grab().toImage() != bare
    qtbot.mouseClick(part(opened, "groundButton", QAbstractButton), LEFT, pos=QPoint(8, 12))
    assert opened.map_panel.land.kind == "none"


@pytest.mark.parametrize("kind", ["density", "stretch", "support"])
def test_a_field_has_a_bar_with_numbers(qtbot, opened, kind):
    choose(opened, f"{kind}Land")
    complete(qtbot, opened)
    bar = part(opened, "landBar")
    assert bar.isVisible() and len(bar.ticks()) == 5 and bar.ticks()[0] != bar.ticks()[-1]
    assert part(opened, "groundButton", QAbstractButton).isChecked()
    choose(opened, "noneLand")
    assert not bar.isVisible() and not part(opened, "groundButton", QAbstractButton).isChecked()


def test_land_without_data_is_veiled_and_can_be_bared(qtbot, opened):
    choose(opened, "decodedLand")
    latent_map(opened)._look(latent_map(opened).camera().zoomed(0.3, 200, 150))
    complete(qtbot, opened)
    veiled = latent_map(opened).grab().toImage()
    choose(opened, "veilAction")
    complete(qtbot, opened)
    assert latent_map(opened).grab().toImage() != veiled


def test_a_tool_is_chosen_and_points_are_selected(qtbot, opened):
    shown = latent_map(opened)
    qtbot.mouseClick(part(opened, "boxTool", QAbstractButton), LEFT)
    with qtbot.waitSignal(shown.selected, timeout=_LONG) as found:
        drag(qtbot, shown, QPoint(40, 40), QPoint(shown.width() - 40, shown.height() - 40))
    assert len(found.args[0]) > 100
    shown.setFocus()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert part(opened, "pointTool", QAbstractButton).isChecked()
    assert len(shown.selection()) == len(found.args[0])
    qtbot.keyClick(shown, Qt.Key.Key_L)
    assert part(opened, "lassoTool", QAbstractButton).isChecked()


def test_another_run_begins_with_nothing_selected(qtbot, opened, trained):
    shown = latent_map(opened)
    shown.set_selection([3, 4])
    with qtbot.waitSignal(shown.selected, timeout=_LONG) as found:
        opened.studio.open_path(trained)
    assert len(found.args[0]) == 0 == len(shown.selection())


@pytest.mark.parametrize("name", ["kl", "reconstruction", "nearest", "number"])
def test_points_are_coloured_by_numbers_and_by_labels_again(qtbot, opened, name):
    panel = opened.map_panel
    before = latent_map(opened).grab().toImage()
    choose(opened, f"{name}Colour")
    qtbot.waitUntil(lambda: np.isfinite(panel.columns.values()).all(), timeout=_LONG)
    bar = part(opened, "columnBar")
    assert bar.isVisible() and len(bar.ticks()) == 5
    assert not part(opened, "mapLegend").isVisible()
    assert latent_map(opened).grab().toImage() != before
    choose(opened, "labelColour")
    assert part(opened, "mapLegend").isVisible() and not bar.isVisible()
    assert latent_map(opened).grab().toImage() == before


def test_the_reconstruction_losses_are_those_of_the_run(qtbot, opened):
    studio = opened.studio
    choose(opened, "reconstructionColour")
    values = opened.map_panel.columns.values
    qtbot.waitUntil(lambda: np.isfinite(values()).all(), timeout=_LONG)
    x = studio.explorer.images.pictures[:20].astype(np.float64) / 255
    mean = studio.snapshot.decode_floats(studio.snapshot.encode(studio.explorer.images.pictures[:20]).mu)
    mean = mean.astype(np.float64).clip(1e-9, 1 - 1e-9)
    wanted = -(x * np.log(mean) + (1 - x) * np.log(1 - mean)).sum(axis=(1, 2, 3))
    assert values()[:20] == pytest.approx(wanted, rel=1e-3)


def test_pictures_without_files_have_no_dates(opened, tmp_path):
    action, run, columns = part(opened, "dateColour", QAction), opened.studio.run, opened.map_panel.columns
    assert not action.isEnabled() and "no dates" in action.toolTip()
    recipe = run.recipe
    run.recipe = recipe.with_values({"data.source": str(tmp_path)})
    opened.studio.explorer.images_changed.emit()
    assert action.isEnabled() and "no dates" not in action.toolTip()
    columns.name = "date"
    run.recipe = recipe
    opened.studio.explorer.images_changed.emit()
    assert columns.name == "label" and part(opened, "labelColour", QAction).isChecked(), "it gives way to the labels"


def test_hovering_shows_the_posterior_and_the_true_neighbours(qtbot, opened):
    panel, shown = opened.map_panel, latent_map(opened)
    cloud, row = opened.studio.explorer.cloud, 60
    with qtbot.waitSignal(panel._hover.found, timeout=_LONG) as found:
        qtbot.mouseMove(shown, shown.map_to_widget(*cloud.xy[row]))
    hovered = found.args[0]
    of = int(np.flatnonzero(cloud.indices == hovered.number)[0])
    assert np.diag(hovered.covariance) == pytest.approx(np.exp(cloud.codes.log_var[of]), rel=1e-4)
    apart = np.linalg.norm(cloud.codes.mu - cloud.codes.mu[of], axis=1)
    apart[of] = np.inf
    assert sorted(apart[hovered.neighbours]) == pytest.approx(np.sort(apart)[: len(hovered.neighbours)])
    mark = shown._scene.hover_mark
    assert len(mark.neighbours) == 6 and mark.covariance is not None
    shown.grab()
    choose(opened, "neighboursAction")
    with qtbot.waitSignal(panel._hover.found, timeout=_LONG):
        qtbot.mouseMove(shown, QPoint(2, 2))
        qtbot.mouseMove(shown, shown.map_to_widget(*cloud.xy[row]))
    assert len(shown._scene.hover_mark.neighbours) == 0


def test_every_control_says_what_it_does(opened):
    toolbar = opened.map_panel.toolbar
    for button in toolbar.findChildren(QAbstractButton):
        assert button.toolTip() and button.accessibleName() and button.objectName()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_keys_of_the_tools_work_wherever_the_focus_is_but_not_in_a_text(qtbot, opened):
    shown, button = latent_map(opened), part(opened, "trainButton")
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_L)
    assert shown.tool() == "lasso"
    qtbot.keyClick(button, Qt.Key.Key_B)
    assert shown.tool() == "box"
    opened._docks["Morph"].raise_()
    title = part(opened, "filmTitleField")
    title.setFocus()
    shown.set_tool("point")
    qtbot.keyClicks(title, "lb")
    assert shown.tool() == "point" and title.text() == "lb"


def test_points_are_coloured_by_their_groups_and_the_legend_hides_them(qtbot, opened):
    shown, desk, legend = latent_map(opened), opened.studio.study.groups, opened.map_panel._keys.legend
    desk.add("left", np.arange(50))
    choose(opened, "groupColour")
    assert shown.label_names() == ("in no group", "left")
    desk.add("right", np.arange(40, 60))  # those in both go by the last
    assert shown.label_names() == ("in no group", "left", "right") and legend.count() == 3
    cloud = shown._scene.cloud
    by_number = dict(zip(cloud.indices.tolist(), cloud.labels.tolist(), strict=True))
    assert [by_number[number] for number in (0, 39, 40, 59, 60, 1796)] == [1, 1, 2, 2, 0, 0]
    assert shown.label_colours()[1].tolist() == list(bytes.fromhex(desk.groups[0].colour[1:]))
    place = legend.visualItemRect(legend.item(1)).center()
    qtbot.mouseClick(legend.viewport(), LEFT, pos=place)
    assert shown.hidden_labels() == {1}
    assert (~shown._scene.cloud.visible()).sum() == 40
    desk.undo_stack.undo()
    assert shown.label_names() == ("in no group", "left")
    choose(opened, "labelColour")
    assert shown.label_names()[0] == "0" and len(shown.label_names()) == 10


def test_land_says_of_how_many_pictures_it_knows_when_those_are_not_all(qtbot, opened, monkeypatch):
    monkeypatch.setattr("vae_studio.latent.density._TREE_POINTS", 500)
    explorer = opened.studio.explorer
    explorer.set_cloud(explorer.cloud.only(np.arange(1797)))
    choose(opened, "densityLand")
    complete(qtbot, opened)
    assert "land of 500 pictures" in latent_map(opened)._scene.note
    explorer.look_at_picture(3)
    trust = part(opened, "trustLine")
    qtbot.waitUntil(lambda: "of 500 pictures" in trust.reasons(), timeout=_LONG)
    qtbot.waitUntil(lambda: "Comes back" in trust.reasons(), timeout=_LONG)
    assert "of 500 pictures" in trust.reasons()
    choose(opened, "noneLand")
    assert "500" not in latent_map(opened)._scene.note


@pytest.mark.parametrize(("key", "tool"), [("L", "lasso"), ("B", "box")])
def test_keys_choose_the_tool_before_anything_was_clicked(qtbot, opened, key, tool):
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    for name in ("", "trainButton", "sourcePicker", "epochsField", "samplesField", "logPanel"):
        if name:
            part(opened, name).setFocus()
        qtbot.keyClick(QApplication.focusWidget() or opened, getattr(Qt.Key, f"Key_{key}"))
        assert latent_map(opened).tool() == tool, f"with the focus in {name or 'nothing'}"
        latent_map(opened).set_tool("point")


def test_a_text_field_keeps_its_letters(qtbot, opened):
    opened._docks["Morph"].raise_()
    title = part(opened, "filmTitleField", QLineEdit)
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    title.setFocus()
    qtbot.keyClicks(title, "Blob")
    assert title.text() == "Blob" and latent_map(opened).tool() == "point"

"""Tests of the loss plot and of the numbers behind it."""

import csv
import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from vae_studio.errors import ExportError
from vae_studio.gui.plots.loss_curves import as_csv, robust_range, settled, tidy, value_at
from vae_studio.gui.plots.loss_plot import LossPlot

STEPS = np.linspace(0.01, 10, 400)
TRAIN = 140 + 400 * np.exp(-STEPS * 8)
EPOCHS = np.arange(1.0, 11.0)
CURVES = {
    ("train", "total"): (STEPS, TRAIN + 6),
    ("train", "reconstruction"): (STEPS, TRAIN),
    ("train", "kl"): (STEPS, np.full(400, 6.0)),
    ("held_out", "total"): (EPOCHS, np.linspace(160, 146, 10)),
}


@pytest.fixture
def plot(qtbot):
    shown = LossPlot()
    qtbot.addWidget(shown)
    shown.resize(700, 320)
    shown.show()
    return shown


def y_range(plot):
    return plot._canvas.getViewBox().viewRange()[1]


def test_curves_are_shown_and_their_items_stay(plot):
    before = dict(plot._items)
    plot.set_curves(CURVES)
    plot.set_curves(CURVES)
    assert plot._items == before
    x, y = plot._items["held_out", "total"].getOriginalDataset()
    np.testing.assert_array_equal(x, EPOCHS)
    np.testing.assert_array_equal(y, CURVES["held_out", "total"][1])


def test_a_curve_that_is_left_out_is_emptied(plot):
    plot.set_curves(CURVES)
    plot.set_curves({("train", "kl"): CURVES["train", "kl"]})
    assert plot._items["train", "total"].getOriginalDataset()[0] is None or not len(
        plot._items["train", "total"].getOriginalDataset()[0]
    )


def test_arrays_of_the_caller_may_change_afterwards(plot):
    x, y = STEPS.copy(), TRAIN.copy()
    plot.set_curves({("train", "kl"): (x, y)})
    y[:] = 0
    assert plot.curves()["train", "kl"][1].min() > 100


def test_the_range_ignores_the_wild_start_but_shows_all_held_out_values(plot):
    plot.set_curves(CURVES)
    low, high = y_range(plot)
    assert low < 6 and 160 < high < 250


def test_the_range_follows_until_the_user_zooms_and_again_after_fit(plot, qtbot):
    plot.set_curves({("train", "kl"): (EPOCHS, EPOCHS)})
    assert y_range(plot)[1] > 10
    plot.set_curves({("train", "kl"): (EPOCHS, EPOCHS * 3)})
    assert y_range(plot)[1] > 30
    viewport = plot._canvas.viewport()
    place = QPointF(viewport.rect().center())
    wheel = QWheelEvent(
        place, viewport.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, wheel)
    zoomed = y_range(plot)
    plot.set_curves({("train", "kl"): (EPOCHS, EPOCHS * 9)})
    assert y_range(plot) == zoomed
    qtbot.mouseClick(plot._bar.reset, Qt.MouseButton.LeftButton)
    assert y_range(plot)[1] > 90


def test_axes_stand_still_while_curves_grow_into_their_room(plot):
    def grown(epochs):
        x = np.linspace(0, epochs, 200)
        plot.set_curves({("train", "total"): (x, 140 + 30 * np.exp(-x / 4))})
        return plot._canvas.getViewBox().viewRange()

    assert grown(0.1)[0][1] >= 1, "the first epoch is free from the start"
    ranges = [grown(epochs) for epochs in np.arange(4, 12, 0.05)]
    assert all(across[1] >= epochs for (across, _), epochs in zip(ranges, np.arange(4, 12, 0.05), strict=True))
    moved = sum(one != other for one, other in itertools.pairwise(ranges))
    assert all(across[0] >= -0.05 * (across[1] - across[0]) for across, _ in ranges), "nothing free before the start"
    assert 2 <= moved <= 12, f"of 159 times the axes moved {moved} times"
    assert grown(300)[0][1] < 310, "other curves fill the plot"


@given(st.floats(-1e4, 1e4), st.floats(1e-2, 1e4), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4))
@example(0.0, 10.0, 0.38, 0.05)
@example(0.0, 10.0, 0.4, 0.005)
def test_a_settled_axis_holds_what_is_wanted_and_stays_as_it_is(start, length, left, right):
    wanted = start + left * length, start + length + right * length
    low, high = settled((start, start + length), wanted)
    assert low <= wanted[0] and high >= wanted[1]
    assert high - low <= 1.67 * (wanted[1] - wanted[0])
    assert settled((low, high), wanted) == (low, high)


def test_the_axes_of_a_run_are_not_those_of_the_run_before(plot):
    def across():
        return plot._canvas.getViewBox().viewRange()[0]

    run = {("train", "kl"): (np.linspace(0, 9, 50), np.linspace(20, 10, 50))}
    plot.set_curves(run)
    alone = across()
    plot.set_curves({("train", "kl"): (np.linspace(0, 10, 50), np.linspace(20, 10, 50))})
    assert across() != alone
    plot.set_curves({})
    plot.set_curves(run)
    assert across() == alone


def test_a_term_can_be_switched_off(plot, qtbot):
    plot.set_curves(CURVES)
    switch = plot._switches["total"]
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert not plot._items["train", "total"].isVisible() and not plot._items["held_out", "total"].isVisible()
    assert plot._items["train", "kl"].isVisible()


def test_the_scale_can_be_logarithmic(plot, qtbot):
    plot.set_curves(CURVES)
    qtbot.mouseClick(plot._bar.log, Qt.MouseButton.LeftButton)
    assert y_range(plot)[1] < 3
    plot.grab()
    plot.set_log(False)
    assert y_range(plot)[1] > 100


def test_values_under_the_cursor_are_read_out(plot, qtbot):
    plot.set_curves({("train", "kl"): (EPOCHS, EPOCHS * 2), ("held_out", "kl"): (EPOCHS, EPOCHS * 3)})
    newest = plot._readout.text()
    assert "+ 20.00" in newest and "+ 30.00" in newest, "without a cursor the newest values"
    box = plot._canvas.getViewBox()
    plot.grab()
    scene = box.mapViewToScene(QPointF(4.2, 10))
    qtbot.mouseMove(plot._canvas.viewport(), plot._canvas.mapFromScene(scene))
    assert "+ 8.00" in plot._readout.text() and "+ 12.00" in plot._readout.text()
    assert plot._canvas.readout.startswith("epoch 4.")
    plot.grab()


def test_while_there_is_nothing_it_is_friendly(plot):
    assert "training" in plot._canvas.empty
    plot.set_curves({("train", "kl"): ([], [])})
    assert plot._canvas.empty
    plot.grab()
    plot.set_curves({("train", "kl"): ([0.1], [5.0])})
    assert not plot._canvas.empty
    plot.grab()


def test_values_that_are_no_numbers_are_survived(plot):
    plot.set_curves({("train", "total"): ([0, 1, 2], [np.nan, np.inf, 3.0]), ("train", "kl"): ([0], [np.nan])})
    plot.grab()
    assert np.isfinite(y_range(plot)).all()


def test_the_table_is_saved(plot, tmp_path):
    plot.set_curves(CURVES)
    plot.save_csv(tmp_path / "loss.csv")
    rows = list(csv.DictReader((tmp_path / "loss.csv").read_text().splitlines()))
    assert [float(row["held_out_total"]) for row in rows if row["held_out_total"]] == pytest.approx(
        CURVES["held_out", "total"][1]
    )
    assert [float(row["epoch"]) for row in rows] == pytest.approx(sorted({*STEPS, *EPOCHS}))


def test_the_picture_is_saved_at_twice_the_size(plot, tmp_path):
    from PIL import Image

    plot.set_curves(CURVES)
    plot.save_png(tmp_path / "loss.png")
    with Image.open(tmp_path / "loss.png") as image:
        assert image.size == (2 * plot._canvas.width(), 2 * plot._canvas.height())
        assert len(image.getcolors(1 << 24)) > 50


def test_saving_into_a_missing_folder_is_told(plot, tmp_path, qtbot, monkeypatch):
    target = str(tmp_path / "missing" / "loss.csv")
    with pytest.raises(ExportError):
        plot.save_csv(target)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (target, ""))
    with qtbot.waitSignal(plot.failed) as failed:
        qtbot.mouseClick(plot._bar.csv, Qt.MouseButton.LeftButton)
    assert "does not exist" in failed.args[0]


def test_unknown_curves_and_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="no curve"):
        tidy({("train", "mse"): ([1], [1])})
    with pytest.raises(ValueError, match="2 x but 1 y"):
        tidy({("train", "kl"): ([1, 2], [1])})


def test_a_logarithmic_range_leaves_out_what_has_no_logarithm():
    assert robust_range([np.array([-1.0, 0.0])], log=True) is None
    low, high = robust_range([np.array([0.0, 1.0, 100.0])], log=True)
    assert low < 0 and high == pytest.approx(2.12)


def test_the_value_nearest_to_a_place():
    x, y = np.array([1.0, 2.0, 4.0]), np.array([10.0, 20.0, np.nan])
    assert [value_at(x, y, place) for place in (-5, 1.4, 1.6, 2.9, 9)] == [10, 10, 20, 20, None]
    assert value_at(np.zeros(0), np.zeros(0), 1.0) is None


def test_an_empty_table_has_a_head():
    assert as_csv({}) == "epoch\n"


def test_when_the_cursor_leaves_the_newest_values_are_read_out_again(plot, qtbot):
    plot.set_curves({("train", "kl"): (EPOCHS, EPOCHS * 2)})
    box = plot._canvas.getViewBox()
    plot.grab()
    scene = box.mapViewToScene(QPointF(4.2, 10))
    qtbot.mouseMove(plot._canvas.viewport(), plot._canvas.mapFromScene(scene))
    assert "+ 8.00" in plot._readout.text()
    QApplication.sendEvent(plot._canvas, QEvent(QEvent.Type.Leave))
    assert "+ 20.00" in plot._readout.text()
    assert plot._canvas.readout == "" and not plot._hair.isVisible()


@pytest.mark.parametrize(("width", "beside"), [(600, True), (260, False)])
def test_a_narrow_plot_has_its_buttons_below_the_switches(qtbot, plot, width, beside):
    plot.resize(width, 200)
    QApplication.processEvents()
    bar = plot._bar
    assert (bar.csv.y() < bar.switches["kl"].geometry().bottom()) is beside
    assert bar.csv.geometry().right() <= width and bar.switches["kl"].geometry().right() <= width
    assert plot.minimumSizeHint().width() <= 260


def test_new_curves_are_painted_once(plot, qtbot):
    plot.set_curves(CURVES)
    qtbot.wait(50)
    painted = []
    plot._canvas.viewport().installEventFilter(watch := _Paints(painted))
    longer = np.linspace(0.01, 12, 480)  # the range follows, so curves and axes move
    plot.update()  # a painting is under way already, as it is when a hand drags over the map
    plot.set_curves({key: (longer, 140 + 400 * np.exp(-longer)) for key in CURVES})
    qtbot.waitUntil(lambda: bool(painted))
    qtbot.wait(50)
    assert len(painted) == 1
    plot._canvas.viewport().removeEventFilter(watch)
    seen = plot.grab().toImage()
    plot._canvas.viewport().update()
    assert plot.grab().toImage() == seen


class _Paints(QObject):
    """Writes down which parts of a widget are painted."""

    def __init__(self, painted):
        super().__init__()
        self.painted = painted

    def eventFilter(self, _watched, event):  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.painted.append(event.rect())
        return False

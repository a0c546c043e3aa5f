"""Tests of the widgets that show pictures."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QRegion
from PySide6.QtWidgets import QApplication

from vae_studio.gui.widgets.picture_pairs import PicturePairs
from vae_studio.gui.widgets.picture_strip import PictureStrip
from vae_studio.gui.widgets.picture_view import PictureView

LEFT = Qt.MouseButton.LeftButton
PICTURES = np.random.default_rng(0).integers(0, 255, (12, 8, 8, 3), dtype=np.uint8)


def shown(qtbot, widget, width=500, height=200):
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def drop(widget, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    rest = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(5, 5), *rest))
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), *rest))


def test_the_view_shows_its_own_copy(qtbot):
    view = shown(qtbot, PictureView())
    picture = np.full((4, 4, 3), 250, np.uint8)
    view.set_picture(picture)
    picture[:] = 0
    assert (view.picture() == 250).all()
    image = view.grab().toImage()
    assert image.pixelColor(image.rect().center()).lightness() > 240


def test_the_view_keeps_square_pixels_crisp(qtbot):
    view = shown(qtbot, PictureView(), 112, 112)
    view.set_picture(np.array([[0, 255], [255, 0]], np.uint8)[:, :, None])
    image, ratio = view.grab().toImage(), view.devicePixelRatioF()
    rect = view.picture_rect()
    inner = QRectF(rect.topLeft() * ratio, rect.size() * ratio).toRect().adjusted(5, 5, -5, -5)
    seen = {image.pixelColor(x, inner.top()).lightness() for x in range(inner.left(), inner.right())}
    assert seen == {0, 255}
    view.set_smooth(True)
    image = view.grab().toImage()
    assert len({image.pixelColor(x, inner.top()).lightness() for x in range(inner.left(), inner.right())}) > 5


def test_the_view_can_be_emptied_copied_and_saved(qtbot, tmp_path):
    from PIL import Image

    view = shown(qtbot, PictureView("Click on the map."))
    view.copy_to_clipboard()
    view.set_picture(PICTURES[0])
    view.copy_to_clipboard()
    assert QGuiApplication.clipboard().image().size().toTuple() == (8, 8)
    view.save(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as image:
        np.testing.assert_array_equal(np.asarray(image), PICTURES[0])
    view.set_picture(None)
    assert view.picture() is None
    view.grab()


def test_a_file_can_be_dropped_on_the_view(qtbot, tmp_path):
    view = shown(qtbot, PictureView())
    with qtbot.waitSignal(view.picture_dropped) as dropped:
        drop(view, tmp_path / "cat.png")
    assert dropped.args == [(tmp_path / "cat.png").as_posix()]


@pytest.fixture
def strip(qtbot):
    made = shown(qtbot, PictureStrip(removable=True, movable=True), 700, 100)
    made.set_pictures(list(PICTURES[:6]), [f"#{number}" for number in range(6)])
    return made


@pytest.mark.parametrize("index", [0, 3, 5])
def test_a_click_on_a_picture_tells_which(strip, qtbot, index):
    with qtbot.waitSignal(strip.clicked) as clicked:
        qtbot.mouseClick(strip, LEFT, pos=strip.cell(index).center().toPoint())
    assert clicked.args == [index] and strip.selected() == index


def test_a_click_beside_the_pictures_tells_nothing(strip, qtbot):
    with qtbot.assertNotEmitted(strip.clicked):
        qtbot.mouseClick(strip, LEFT, pos=QPoint(690, 50))


def test_the_cross_removes_and_does_not_click(strip, qtbot):
    with qtbot.assertNotEmitted(strip.clicked), qtbot.waitSignal(strip.removed) as removed:
        qtbot.mouseClick(strip, LEFT, pos=strip.remove_button(2).center().toPoint())
    assert removed.args == [2]


@pytest.mark.parametrize(("start", "end"), [(0, 3), (4, 1)])
def test_a_picture_can_be_dragged_to_another_place(strip, qtbot, start, end):
    with qtbot.assertNotEmitted(strip.clicked), qtbot.waitSignal(strip.moved) as moved:
        qtbot.mousePress(strip, LEFT, pos=strip.cell(start).center().toPoint())
        qtbot.mouseMove(strip, strip.cell(end).center().toPoint())
        strip.grab()
        qtbot.mouseRelease(strip, LEFT, pos=strip.cell(end).center().toPoint())
    assert moved.args == [start, end]


def test_a_picture_dragged_behind_the_last_becomes_the_last(strip, qtbot):
    with qtbot.assertNotEmitted(strip.clicked), qtbot.waitSignal(strip.moved) as moved:
        qtbot.mousePress(strip, LEFT, pos=strip.cell(0).center().toPoint())
        qtbot.mouseMove(strip, QPoint(690, 50))
        qtbot.mouseRelease(strip, LEFT, pos=QPoint(690, 50))
    assert moved.args == [0, strip.count() - 1]


def test_a_picture_dragged_out_of_the_strip_stays(strip, qtbot):
    with qtbot.assertNotEmitted(strip.clicked), qtbot.assertNotEmitted(strip.moved):
        qtbot.mousePress(strip, LEFT, pos=strip.cell(0).center().toPoint())
        qtbot.mouseMove(strip, strip.cell(3).center().toPoint())
        qtbot.mouseMove(strip, QPoint(690, -60))
        qtbot.mouseRelease(strip, LEFT, pos=QPoint(690, -60))


def test_keys_walk_and_remove(strip, qtbot):
    strip.set_selected(5)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.selected() == 5
    with qtbot.waitSignal(strip.clicked) as clicked:
        qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert clicked.args == [4]
    with qtbot.waitSignal(strip.removed) as removed:
        qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert removed.args == [4]


def test_fewer_pictures_forget_the_selection(strip):
    strip.set_selected(5)
    strip.set_pictures(list(PICTURES[:2]))
    assert strip.selected() == -1 and strip.count() == 2


def test_a_wrapping_strip_grows_downwards(qtbot):
    strip = shown(qtbot, PictureStrip(wrapping=True), 150, 80)
    strip.set_pictures(list(PICTURES))
    assert strip.cell(2).top() > strip.cell(0).top()
    assert strip.minimumHeight() > 300
    with qtbot.waitSignal(strip.clicked) as clicked:
        qtbot.mouseClick(strip, LEFT, pos=strip.cell(3).center().toPoint())
    assert clicked.args == [3]


def test_an_empty_strip_says_something(qtbot):
    strip = shown(qtbot, PictureStrip(empty="No stops yet."))
    strip.set_pictures([])
    strip.grab()


def test_pairs_stand_one_above_the_other(qtbot):
    pairs = shown(qtbot, PicturePairs())
    pairs.grab()
    black, white = np.zeros((9, 4, 4, 1), np.uint8), np.full((9, 4, 4, 1), 255, np.uint8)
    pairs.set_pairs(black, white)
    image, ratio = pairs.grab().toImage(), pairs.devicePixelRatioF()
    for column in range(pairs.columns()):
        assert image.pixelColor((pairs.cell(0, column).center() * ratio).toPoint()).lightness() == 0
        assert image.pixelColor((pairs.cell(1, column).center() * ratio).toPoint()).lightness() == 255


def test_only_as_many_pairs_as_fit_are_shown(qtbot):
    pairs = shown(qtbot, PicturePairs(), 400, 120)
    pairs.set_pairs(PICTURES, PICTURES)
    assert 1 < pairs.columns() < len(PICTURES) == pairs.count()
    assert pairs.cell(0, pairs.columns() - 1).right() <= pairs.width()
    pairs.set_pairs(None, None)
    assert pairs.count() == 0


def test_pairs_of_unequal_length_are_refused(qtbot):
    pairs = shown(qtbot, PicturePairs())
    with pytest.raises(ValueError, match="12 originals but 3"):
        pairs.set_pairs(PICTURES, PICTURES[:3])


def test_a_view_looks_the_same_whatever_was_painted_before(qtbot):
    """It paints a new picture alone where the frame stays, and remembers where that lies."""
    view = shown(qtbot, PictureView("Nothing.", smooth=True), 200, 160)
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8, 1) * 3
    for change in (
        lambda: view.set_picture(PICTURES[0]),
        lambda: view.set_picture(PICTURES[1]),
        lambda: view.set_picture(grey[:5]),  # of another shape
        lambda: view.set_smooth(False),
        lambda: view.resize(150, 170),
        lambda: view.set_picture(None),
        lambda: view.set_picture(grey),
    ):
        change()
        qtbot.wait(5)
        fresh = PictureView("Nothing.", smooth=view._smooth)
        qtbot.addWidget(fresh)
        fresh.resize(view.size())
        fresh.set_picture(view.picture())
        assert view.grab().toImage() == fresh.grab().toImage()


def test_a_strip_paints_the_pictures_anew_that_are_others(qtbot):
    strip = shown(qtbot, PictureStrip(side=40, wrapping=True), 300, 160)
    strip.set_pictures(PICTURES[:6], [f"#{number}" for number in range(6)])
    qtbot.wait(20)
    painted = _Paints()
    strip.installEventFilter(painted)
    strip.set_pictures(PICTURES[:6], [f"#{number}" for number in range(6)])
    qtbot.wait(20)
    assert painted.area.isEmpty(), "nothing is another one"
    strip.set_pictures([*PICTURES[:4], PICTURES[9], PICTURES[5]], ["#0", "#1", "#2", "#30", "#9", "#5"])
    qtbot.waitUntil(lambda: not painted.area.isEmpty())
    for index, changed in enumerate([False, False, False, True, True, False]):
        assert painted.area.contains(strip.cell(index).center().toPoint()) == changed
    fresh = shown(qtbot, PictureStrip(side=40, wrapping=True), strip.width(), strip.height())
    fresh.set_pictures([*PICTURES[:4], PICTURES[9], PICTURES[5]], ["#0", "#1", "#2", "#30", "#9", "#5"])
    assert strip.grab().toImage() == fresh.grab().toImage()


class _Paints(QObject):
    """Collects what is painted of a widget."""

    def __init__(self):
        super().__init__()
        self.area = QRegion()

    def eventFilter(self, _watched, event):  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.area += event.region()
        return False

"""Real pictures on their points, where there is room for them."""

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.point_cloud import Colours, PointCloud
from vae_studio.gui.widgets.images import Picture, fitted_rect, to_qimage

Thumbnail = Callable[[int], Picture | None]
Rows = npt.NDArray[np.int64]
_MOST = 600  # points in sight above which there is no room
_LARGE, _SMALL, _FEW = 46.0, 34.0, 80  # pixels of a picture while few points are in sight, or more
_FRAME = 1.5  # pixels of the point's colour around its picture
_FAINT = 0.3  # of pictures that are not selected, while others are
_KEPT = 3000  # pictures
_SAMPLE = 20_000  # points that tell whether there may be room


def spread(x: npt.ArrayLike, y: npt.ArrayLike, size: float) -> Rows:
    """Return which of the places, [N] each, can have squares of a size without any two overlapping.

    The first ones go first, and nobody is left out for whom there is room.
    """
    taken: dict[tuple[int, int], list[tuple[float, float]]] = {}
    chosen = []
    for row, (left, top) in enumerate(zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True)):
        column, line = int(left // size), int(top // size)
        near = (place for i in (-1, 0, 1) for j in (-1, 0, 1) for place in taken.get((column + i, line + j), ()))
        if all(abs(left - other) >= size or abs(top - over) >= size for other, over in near):
            taken.setdefault((column, line), []).append((left, top))
            chosen.append(row)
    return np.array(chosen, np.int64)


class ThumbLayer:
    """Chooses points that are far enough from each other, and paints their pictures."""

    def __init__(self) -> None:
        self.enabled = True
        self._thumbnail: Thumbnail | None = None
        self._images: dict[int, QImage] = {}  # by the pictures' numbers
        self._rows: Rows = np.zeros(0, np.int64)  # that were chosen last: they stay while the view moves

    def set_thumbnail(self, thumbnail: Thumbnail | None) -> None:
        """Give the function that returns a picture by its number."""
        self._thumbnail = thumbnail
        self.forget()

    def forget(self) -> None:
        """Ask for all pictures anew: there may be others."""
        self._images.clear()
        self._rows = self._rows[:0]

    def shown(self) -> Rows:
        """Return the rows of the points that were painted with their pictures."""
        return self._rows

    def paint(self, painter: QPainter, cloud: PointCloud, camera: Camera, colours: Colours) -> None:
        """Paint the pictures of some of the points in sight, or none when there are too many."""
        self._rows, size = self._chosen(cloud, camera)
        x, y = cloud.seen()
        marked = cloud.marked()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for row in self._rows.tolist():
            image = self._image(int(cloud.indices[row]), size * painter.device().devicePixelRatioF())
            if image is None:
                continue
            left, top = camera.to_widget(float(x[row]), float(y[row]))
            inner = size - 2 * _FRAME - 1
            frame = QRectF(left - inner / 2, top - inner / 2, inner, inner)
            rect = fitted_rect(image.width(), image.height(), frame)
            painter.setOpacity(1.0 if marked is None or marked[row] else _FAINT)
            red, green, blue = (
                int(part) for part in colours[(int(cloud.key[row]) & 255) - 1 if len(colours) > 1 else 0]
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(red, green, blue))
            painter.drawRoundedRect(rect.adjusted(-_FRAME, -_FRAME, _FRAME, _FRAME), 2.5, 2.5)
            painter.drawImage(rect, image)
        painter.restore()

    def _chosen(self, cloud: PointCloud, camera: Camera) -> tuple[Rows, float]:
        none = np.zeros(0, np.int64)
        if not self.enabled or self._thumbnail is None:
            return none, _SMALL
        step = max(1, len(cloud) // _SAMPLE)
        if step > 1 and len(self._in_sight(cloud, camera, step)) * step > 4 * _MOST:
            return none, _SMALL
        rows = self._in_sight(cloud, camera)
        if len(rows) > _MOST:
            return none, _SMALL
        size = _LARGE if len(rows) <= _FEW else _SMALL
        before = np.intersect1d(self._rows, rows, assume_unique=True)
        rows = np.concatenate([before, np.setdiff1d(rows, before, assume_unique=True)])
        x, y = cloud.seen()
        return rows[spread(x[rows] * camera.scale, y[rows] * camera.scale, size)], size

    def _in_sight(self, cloud: PointCloud, camera: Camera, step: int = 1) -> Rows:
        x, y = (places[::step] for places in cloud.seen())
        x0, y0, x1, y1 = camera.rect()
        inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
        shown = cloud.visible()
        return np.flatnonzero(inside if shown is None else inside & shown[::step])

    def _image(self, number: int, size: float) -> QImage | None:
        kept = self._images.get(number)
        if kept is not None:
            return kept
        picture = None if self._thumbnail is None else self._thumbnail(number)
        if picture is None:
            return None
        image = to_qimage(picture)
        if max(image.width(), image.height()) > 2 * size:  # scaling down in one step while painting would alias
            mode = Qt.TransformationMode.SmoothTransformation
            image = image.scaled(round(size), round(size), Qt.AspectRatioMode.KeepAspectRatio, mode)
        for oldest in self._first(len(self._images) - _KEPT + 1):
            del self._images[oldest]
        self._images[number] = image.convertToFormat(QImage.Format.Format_RGB32)
        return self._images[number]

    def _first(self, count: int) -> Iterable[int]:
        return list(self._images)[: max(count, 0)]

"""The points of the map as one picture, kept until the points or the view change."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter

from vae_studio.gui.plots.camera import Camera
from vae_studio.gui.plots.lens import Lens, Points
from vae_studio.gui.plots.point_cloud import Colours, PointCloud
from vae_studio.gui.plots.point_raster import dot_radius, rasterise
from vae_studio.gui.widgets.images import argb_image

_FAINT = 0.22  # opacity of the others while some are selected
_MOST_MOVING = 2_000_000  # points drawn while the view moves: those on top, which hide most of the others anyway


class DotLayer:
    """Draws all points when the view is still; of very many only the topmost while it moves."""

    def __init__(self) -> None:
        self._image: QImage | None = None
        self._moving = False
        self._partial = False

    @property
    def complete(self) -> bool:
        """Whether what was painted last holds all points."""
        return self._image is not None and not self._partial

    @property
    def partial(self) -> bool:
        """Whether points were left out because the view was moving."""
        return self._partial

    def forget(self, moving: bool = False) -> None:
        """Have the points drawn anew at the next painting."""
        self._image, self._moving, self._partial = None, moving, False

    def paint(self, painter: QPainter, cloud: PointCloud, camera: Camera, frame: QRectF, colours: Colours) -> None:
        """Paint the points."""
        if self._image is None:
            ratio = painter.device().devicePixelRatioF()
            self._image = self._drawn(cloud, camera, frame, colours, ratio)
        painter.drawImage(QPointF(0, 0), self._image)

    def _drawn(self, cloud: PointCloud, camera: Camera, frame: QRectF, colours: Colours, ratio: float) -> QImage:
        x, y = cloud.seen()
        points = Points(x, y, cloud.key, cloud.visible())
        scale = camera.scale * ratio
        left = camera.width * ratio / 2 - camera.x * scale
        top = camera.height * ratio / 2 + camera.y * scale
        lens = Lens(scale, left, top, round(frame.width() * ratio), round(frame.height() * ratio))
        seen = lens.count(points)
        radius = dot_radius(seen, frame.width() * frame.height()) * ratio
        self._partial = self._moving and seen > _MOST_MOVING
        if self._partial:
            points = points.last(_MOST_MOVING)
        marked = cloud.marked()
        if marked is None:
            image = argb_image(rasterise(points, lens, colours, radius, seen))
        else:
            image = _marked_image(points, marked[len(cloud) - len(points) :], lens, colours, radius, seen)
        image.setDevicePixelRatio(ratio)
        return image


def _marked_image(
    points: Points, marked: npt.NDArray[np.bool_], lens: Lens, colours: Colours, radius: float, seen: int
) -> QImage:
    """Draw the selected points large over the others, which are faint."""
    image = argb_image(rasterise(points, lens, colours, radius, seen, _FAINT))
    chosen = Points(points.x, points.y, points.key, marked)
    painter = QPainter(image)
    painter.drawImage(0, 0, argb_image(rasterise(chosen, lens, colours, radius + 0.5)))
    painter.end()
    return image

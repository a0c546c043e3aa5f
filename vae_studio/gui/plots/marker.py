"""The mark of the current point, kept as small pictures: a hand that drags has it painted sixty times a second."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPalette, QPen

from vae_studio.gui.plots.camera import Camera

REACH = 16  # pixels around the middle that the mark may touch
_STEPS = 8  # places within a pixel that are told apart, across and down


class Marker:
    """A ring with a dot that stays readable on any ground; in other colours, or on another screen, it is drawn anew."""

    def __init__(self) -> None:
        self._kind: tuple[object, ...] | None = None  # the colours and the pixel ratio that the pictures are for
        self._pictures: dict[tuple[int, int], QImage] = {}  # by where the middle lies within its pixel

    def paint(
        self, painter: QPainter, camera: Camera, palette: QPalette, place: tuple[float, float], ratio: float
    ) -> None:
        """Paint the mark at a place of the map, to an eighth of a pixel."""
        if not camera.sees(place, REACH):
            return
        kind = palette.cacheKey(), palette.currentColorGroup(), ratio
        if kind != self._kind:
            self._kind, self._pictures = kind, {}
        left, top = camera.to_widget(*place)
        column, across = divmod(round(left * ratio * _STEPS), _STEPS)
        row, down = divmod(round(top * ratio * _STEPS), _STEPS)
        picture = self._pictures.get((across, down))
        if picture is None:
            picture = self._pictures[across, down] = _drawn(palette, ratio, across / _STEPS, down / _STEPS)
        half = picture.width() // 2
        painter.drawImage(QPointF((column - half) / ratio, (row - half) / ratio), picture)


def _drawn(palette: QPalette, ratio: float, across: float, down: float) -> QImage:
    half = round(REACH * ratio)
    picture = QImage(2 * half, 2 * half, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    picture.setDevicePixelRatio(ratio)
    text, ground = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
    middle = QPointF((half + across) / ratio, (half + down) / ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((ground, 5.5), (text, 2.2)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(middle, 8.5, 8.5)
    painter.setPen(QPen(ground, 1.5))
    painter.setBrush(text)
    painter.drawEllipse(middle, 3.0, 3.0)
    painter.end()
    return picture

"""The one place where numpy pictures become Qt pictures and back.

A QImage made over a numpy buffer does not keep it alive; everything here copies, so nothing can dangle.
"""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter, QPainterPath, QPixmap

Picture = npt.NDArray[np.uint8]  # [H, W, C], C is 1 (grey) or 3 (RGB)
# Pixels of the screen that are painted at a time. With more the window waits, as if Qt shared them out among threads of
# its own, which are served last while something is trained; Python is held up meanwhile. Measured, nowhere documented.
_ROWS = 56
_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def to_qimage(picture: Picture) -> QImage:
    """Return a QImage that owns a copy of the picture, [H, W], [H, W, 1], [H, W, 3] or [H, W, 4]."""
    pixels = np.ascontiguousarray(picture)
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3):
        raise ValueError(f"a picture is uint8 [H, W, C], not {pixels.dtype} {pixels.shape}")
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    height, width, channels = pixels.shape
    if channels not in _FORMATS:
        raise ValueError(f"a picture has 1, 3 or 4 channels, not {channels}")
    return QImage(pixels.data, width, height, width * channels, _FORMATS[channels]).copy()


def to_pixmap(picture: Picture) -> QPixmap:
    """Return the picture as a QPixmap of the same size."""
    return QPixmap.fromImage(to_qimage(picture))


def argb_image(words: npt.NDArray[np.uint32]) -> QImage:
    """Return a QImage that owns a copy of [H, W] words 0xAARRGGBB with colours multiplied by alpha."""
    pixels = np.ascontiguousarray(words, np.uint32)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()


def from_qimage(image: QImage) -> Picture:
    """Return the pixels as a fresh array: [H, W, 1] for a grey image, else [H, W, 3]; transparency is dropped."""
    grey = image.format() == QImage.Format.Format_Grayscale8
    image = image if grey else image.convertToFormat(QImage.Format.Format_RGB888)
    channels = 1 if grey else 3
    height, width = image.height(), image.width()
    rows = np.frombuffer(image.constBits(), np.uint8, count=height * image.bytesPerLine())
    rows = rows.reshape(height, image.bytesPerLine())[:, : width * channels]  # rows are padded to 4 bytes
    return rows.reshape(height, width, channels).copy()


def png_bytes(image: QImage) -> bytes:
    """Return the image as the bytes of a PNG file."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    buffer.close()
    return bytes(content.data())


def fitted_rect(width: int, height: int, frame: QRectF, whole_steps: bool = False) -> QRectF:
    """Return the largest rectangle of the picture's aspect that lies centred in `frame`.

    With `whole_steps` an enlargement is a whole number of times, so that square pixels stay square.
    """
    if width <= 0 or height <= 0 or frame.width() <= 0 or frame.height() <= 0:
        return QRectF()
    scale = min(frame.width() / width, frame.height() / height)
    if whole_steps and scale > 2:
        scale = float(int(scale))
    rect = QRectF(0, 0, width * scale, height * scale)
    rect.moveCenter(frame.center())
    return rect


def draw_rounded(painter: QPainter, image: QImage, rect: QRectF, radius: float, smooth: bool) -> None:
    """Paint an image into a rectangle with soft corners, smooth or with crisp square pixels."""
    draw_clipped(painter, image, rect, rounded(rect, radius), smooth)


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    """Return the outline of a rectangle with soft corners."""
    outline = QPainterPath()
    outline.addRoundedRect(rect, radius, radius)
    return outline


def draw_clipped(painter: QPainter, image: QImage, rect: QRectF, clip: QPainterPath, smooth: bool) -> None:
    """Paint an image into a rectangle, within a soft-edged outline, smooth or with crisp square pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    larger, ratio = False, painter.device().devicePixelRatioF()
    if smooth:
        size = (rect.size() * ratio).toSize()
        larger = size.width() >= image.width() and size.height() >= image.height()
        if larger:  # in the painter's own format it is enlarged in half the time
            image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        else:  # scaling down in one step would alias, so the image itself is scaled well first
            mode = Qt.TransformationMode.SmoothTransformation
            image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, larger)
    top, rows = math.floor(rect.top()), max(int(_ROWS / ratio), 1)
    while top < rect.bottom():
        painter.setClipRect(QRectF(rect.left() - 1, top, rect.width() + 2, rows))
        painter.setClipPath(clip, Qt.ClipOperation.IntersectClip)
        painter.drawImage(rect, image)
        top += rows
    painter.restore()

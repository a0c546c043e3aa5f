"""One picture in a file, of whatever kind, as plain grey or colour."""

import logging
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from vae_studio.data.fit import fitted
from vae_studio.data.image_set import Pictures
from vae_studio.errors import DataError

FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "WEBP", "TIFF")
SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".webp", ".tif", ".tiff"))
MOST_PIXELS = 50_000_000  # more would take 150 MB to decode
_LARGE = 16_000_000
_ONE_LARGE = threading.Lock()  # several large pictures decoded at once could fill the memory
_WITH_ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")
_STRIP = 2_000_000  # pixels of a large picture handled at a time
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BROKEN = (  # what Pillow's decoders raise on damaged files, apart from OSError
    SyntaxError, ValueError, TypeError, IndexError, KeyError, AttributeError, EOFError, OverflowError, MemoryError,
    RuntimeError, AssertionError, struct.error, zlib.error, Warning,
)  # fmt: skip

logging.getLogger("PIL").addHandler(logging.NullHandler())  # else its remarks on broken files reach the terminal


class UnreadableError(DataError):
    """A picture file cannot be used; `reason` says why in a few words."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} cannot be used: {reason}.")
        self.reason = reason


def read_picture(path: Path, size: int, channels: int, fit: str = "crop") -> Pictures:
    """Return a picture file as a square of `size` pixels, uint8 [size, size, channels], channels 1 or 3.

    Turned as its EXIF says, laid on white where it is transparent. Raises UnreadableError.
    """
    with quiet_pillow(), opened(path) as image:
        if image.format == "JPEG":
            image.draft(image.mode, (2 * size, 2 * size))  # decoded small at once: several times faster
        with _ONE_LARGE if image.width * image.height > _LARGE else nullcontext():
            plain = _shrunk(image, path, 4 * size) or _plain(image, path)
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
        small = fitted(plain if turn is None else plain.transpose(turn), size, fit)
        return np.array(small.convert("L" if channels == 1 else "RGB"), np.uint8).reshape(size, size, channels)


def picture_size(path: Path) -> tuple[int, int]:
    """Return height and width of a picture file as it is looked at, from its header alone; raises UnreadableError."""
    with quiet_pillow(), opened(path) as image:
        width, height = image.size
        on_its_side = image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8)
        return (width, height) if on_its_side else (height, width)


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture file whose header is sound; every fault met inside the block becomes an UnreadableError."""
    try:
        if path.stat().st_size == 0:
            raise UnreadableError(path, "the file is empty")
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UnreadableError(path, f"{image.width}x{image.height} pixels are too many")
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnreadableError(path, "it has too many pixels") from error
    except UnidentifiedImageError as error:
        raise UnreadableError(path, "it is damaged or of another format than its name says") from error
    except PermissionError as error:
        raise UnreadableError(path, "it may not be read") from error
    except FileNotFoundError as error:
        raise UnreadableError(path, "there is no such file") from error
    except OSError as error:
        cut = "truncated" in str(error)
        raise UnreadableError(path, "the file is cut short" if cut else "the file is damaged") from error
    except _BROKEN as error:
        raise UnreadableError(path, "the file is damaged") from error


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Silence what Pillow remarks about odd files, but stop at pictures of suspicious size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _plain(image: Image.Image, path: Path) -> Image.Image:
    """Return a picture as L or RGB: depth brought to 8 bits, transparency laid on white, palette resolved."""
    if image.mode.startswith(("I", "F")):
        return Image.fromarray(_eight_bits(np.asarray(image).astype(np.float64), path, image.mode))
    if image.mode in _WITH_ALPHA or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    return image.convert("L") if image.mode in ("1", "L") else image.convert("RGB")


def _shrunk(image: Image.Image, path: Path, least: int) -> Image.Image | None:
    """Return a plain, smaller version of a large picture, made strip by strip; None when it need not be."""
    factor = min(image.size) // least
    if image.width * image.height <= _STRIP or factor < 2 or image.mode in ("I", "F"):  # their scale needs all of it
        return None
    rows = max(1, _STRIP // (image.width * factor)) * factor
    strips = []
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        strips.append(_plain(strip, path).reduce(factor))
    result = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        result.paste(strip, (0, top))
        top += strip.height
    return result


def _eight_bits(levels: np.ndarray[tuple[int, ...], np.dtype[np.float64]], path: Path, mode: str) -> Pictures:
    low, high = float(levels.min()), float(levels.max())
    if not np.isfinite(low) or not np.isfinite(high):
        raise UnreadableError(path, "it holds numbers that are not finite")
    if mode.startswith("I;16"):
        top = 65535.0
    elif mode == "F" and high <= 1:
        top = 1.0
    else:
        top = next((limit for limit in (255.0, 65535.0) if high <= limit), high)
    return np.rint(np.clip(levels, 0, top) * (255 / top)).astype(np.uint8)

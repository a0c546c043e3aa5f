"""Pictures brought to the size, the colours and the number that were asked for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.data.options import DataOptions
from vae_studio.data.progress import Progress, silent

LARGEST_KEPT = 128  # larger pictures are made smaller unless the user names a size
USUAL_SIZE = 64
_BLOCK = 512


def chosen_side(height: int, width: int, options: DataOptions) -> int:
    """Return the side that pictures of this size get: the one asked for, else their own when it is small."""
    if options.size:
        return options.size
    own = min(height, width) if options.fit == "crop" else max(height, width)
    return own if own <= LARGEST_KEPT else USUAL_SIZE


def fitted(image: Image.Image, side: int, fit: str) -> Image.Image:
    """Return a picture as a square: its middle (crop), all of it on a ground (pad), or all of it pulled (stretch)."""
    if fit == "pad":
        image = _padded(image)
    elif fit == "crop":
        width, height = image.size
        short = min(width, height)
        left, top = (width - short) // 2, (height - short) // 2
        image = image.crop((left, top, left + short, top + short))
    if image.size == (side, side):
        return image
    smaller = side < image.width
    return image.resize((side, side), Image.Resampling.LANCZOS if smaller else Image.Resampling.BICUBIC)


def fit_all(pictures: Pictures, side: int, fit: str, progress: Progress = silent) -> Pictures:
    """Bring many pictures to a square of `side` pixels, [N, side, side, C]."""
    count, height, width, channels = pictures.shape
    if (height, width) == (side, side):
        return pictures
    if fit == "crop" and min(height, width) == side:
        top, left = (height - side) // 2, (width - side) // 2
        return np.ascontiguousarray(pictures[:, top : top + side, left : left + side])
    result = np.empty((count, side, side, channels), np.uint8)

    def bring(index: int) -> None:
        picture = pictures[index, :, :, 0] if channels == 1 else pictures[index]
        small = np.asarray(fitted(Image.fromarray(np.ascontiguousarray(picture)), side, fit))
        result[index] = small.reshape(side, side, channels)

    with ThreadPoolExecutor() as pool:
        for start in range(0, count, _BLOCK):
            progress(start / count, "Resizing the pictures.")
            list(pool.map(bring, range(start, min(start + _BLOCK, count))))
    return result


def in_channels(pictures: Pictures, channels: str) -> Pictures:
    """Return grey [N, H, W, 1] or colour [N, H, W, 3] pictures; "auto" makes grey what is stored as colour only."""
    if channels == "colour" and pictures.shape[3] == 1:
        return np.repeat(pictures, 3, axis=3)
    if pictures.shape[3] == 1 or channels == "colour" or (channels == "auto" and not all_grey(pictures)):
        return pictures
    grey = np.empty((*pictures.shape[:3], 1), np.uint8)
    for start in range(0, len(pictures), _BLOCK):
        red, green, blue = np.moveaxis(pictures[start : start + _BLOCK].astype(np.uint32), 3, 0)
        grey[start : start + _BLOCK, ..., 0] = (299 * red + 587 * green + 114 * blue + 500) // 1000  # ITU-R BT.601
    return grey


def all_grey(pictures: Pictures) -> bool:
    """Tell whether no picture has any colour."""
    if pictures.shape[3] == 1:
        return True
    for start in range(0, len(pictures), _BLOCK):
        block = pictures[start : start + _BLOCK]
        if (block[..., :1] != block[..., 1:]).any():
            return False
    return True


def spread(count: int, limit: int) -> npt.NDArray[np.int64]:
    """Return the indices of at most `limit` of `count` things, spread evenly; 0 stands for all."""
    if not limit or limit >= count:
        return np.arange(count)
    return (np.arange(limit) * count) // limit


def limited(images: ImageSet, limit: int) -> ImageSet:
    """Keep at most `limit` pictures of a set, spread evenly; 0 keeps all."""
    if not limit or limit >= len(images):
        return images
    kept = spread(len(images), limit)
    held_out_from = images.held_out_from
    if held_out_from is not None:
        held_out_from = int(np.searchsorted(kept, held_out_from))
    return replace(
        images,
        pictures=images.pictures[kept],
        labels=None if images.labels is None else images.labels[kept],
        factors={name: values[kept] for name, values in images.factors.items()},
        held_out_from=held_out_from if held_out_from and held_out_from < len(kept) else None,
        names=tuple(images.names[index] for index in kept) if images.names else (),
    )


def prepared(images: ImageSet, options: DataOptions, progress: Progress = silent) -> ImageSet:
    """Bring a set to the number, size and colours of the options."""
    images = limited(images, options.limit)
    height, width, _ = images.shape
    pictures = fit_all(images.pictures, chosen_side(height, width, options), options.fit, progress)
    own_sizes = images.own_sizes or ((height, width),)
    return replace(images, pictures=in_channels(pictures, options.channels), own_sizes=own_sizes)


def _padded(image: Image.Image) -> Image.Image:
    """Put a picture on a square ground of the mean colour of its corners."""
    width, height = image.size
    if width == height:
        return image
    corners = [image.getpixel((x, y)) for x in (0, width - 1) for y in (0, height - 1)]
    mean = np.asarray(corners, np.float64).reshape(4, -1).mean(axis=0).round().astype(int)
    ground = tuple(int(level) for level in mean)
    side = max(width, height)
    square = Image.new(image.mode, (side, side), ground if len(ground) > 1 else ground[0])
    square.paste(image, ((side - width) // 2, (side - height) // 2))
    return square

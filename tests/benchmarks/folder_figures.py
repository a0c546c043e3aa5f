"""A folder of 60,000 small pictures opened, against one pass of torchvision's ImageFolder over the same files."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.benchmarks.alternating import alternating
from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from vae_studio.data.folder import open_folder
from vae_studio.data.folder_cache import PLACE
from vae_studio.data.image_set import ImageSet
from vae_studio.data.options import DataOptions

_FILES, _PHOTOS = 60_000, 24
_FASTER, _AGAIN = 3.0, 1.0
_ROUNDS = 3


def measure(data: Path) -> Iterator[Figure]:
    """Write the files, then open the folder for the first time and again; photographs of a camera as well."""
    images = open_mnist(data)
    before = os.environ.get(PLACE)
    with tempfile.TemporaryDirectory() as place:
        os.environ[PLACE] = f"{place}/cache"
        try:
            yield from _small(Path(place), images)
            yield from _large(Path(place))
        finally:
            os.environ.pop(PLACE)
            if before is not None:
                os.environ[PLACE] = before


def _small(place: Path, images: ImageSet) -> Iterator[Figure]:
    folder = place / "digits"
    _write(folder, images)
    ours, theirs = alternating(lambda: _fresh(folder, place), lambda: _image_folder(folder), _ROUNDS)
    yield Figure("folder_figures.first", ours, "s", theirs, theirs / ours >= _FASTER)
    again, _ = alternating(lambda: _open(folder), lambda: None, _ROUNDS)
    yield Figure("folder_figures.again", again, "s", _AGAIN, again < _AGAIN)


def _large(place: Path) -> Iterator[Figure]:
    folder = place / "photos"
    folder.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (150, 200, 3)).astype(np.uint8)
    photo = Image.fromarray(noise).resize((2000, 1500), Image.Resampling.BICUBIC)
    for number in range(_PHOTOS):
        photo.save(folder / f"{number}.jpg", quality=90)
    start = time.perf_counter()
    _fresh(folder, place)
    yield Figure("folder_figures.photos_2000x1500", _PHOTOS / (time.perf_counter() - start), "files/s")


def _write(folder: Path, images: ImageSet) -> None:
    for label in images.label_names:
        (folder / label).mkdir(parents=True)
    for index in range(_FILES):
        Image.fromarray(images.picture(index)[..., 0]).save(folder / images.label_of(index) / f"{index:05d}.png")


def _fresh(folder: Path, place: Path) -> None:
    shutil.rmtree(place / "cache", ignore_errors=True)
    _open(folder)


def _open(folder: Path) -> None:
    open_folder(folder, DataOptions(source=str(folder)))


def _image_folder(folder: Path) -> None:
    from torchvision import datasets, transforms

    grey = transforms.Compose([transforms.Grayscale(), transforms.ToTensor()])
    for _picture, _label in datasets.ImageFolder(str(folder), grey):
        pass

"""Codes from what people can point at: a picture of the run's data, an image file, or the numbers themselves."""

from pathlib import Path

import numpy as np

from vae_studio.data.catalogue import open_source
from vae_studio.data.image_set import ImageSet, Labels, Pictures, labels_at
from vae_studio.data.picture_file import read_picture
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import UsageError
from vae_studio.latent.text import parse_code
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.snapshot import FloatCodes, Snapshot
from vae_studio.runs.store import RunFolder


class Finder:
    """Finds codes for one run; opens its pictures only when a number asks for one."""

    def __init__(self, folder: RunFolder, snapshot: Snapshot, progress: Progress = silent) -> None:
        self._folder, self._snapshot, self._progress = folder, snapshot, progress
        self._images: ImageSet | None = None
        self.label: int | None = None  # of the first numbered picture
        self.pictures: list[Pictures] = []  # [H, W, C] each, of the image files that were found

    def find(self, where: str) -> FloatCodes:
        """Return the code [D] of `#123`, an image file, or `0.3,-1.2`; raises UsageError or DataError."""
        if where.startswith("#"):
            return self._encode(*self._numbered(where))
        if _is_file(where):
            self.pictures.append(self.picture(Path(where)))
            return self._encode(self.pictures[-1])
        try:
            if (book := self._snapshot.book) is not None:
                return book.parse(where)
            return self._snapshot.prior.project(parse_code(where, self._snapshot.latent_dim))
        except UsageError as error:
            if any(mark.isalpha() for mark in where):
                raise UsageError(
                    f"{where!r} is no picture number (#123), no image file that exists and no code (0.3,-1.2)."
                ) from error
            raise

    def labelled(self, name: str | None) -> Snapshot:
        """Return the snapshot that draws what was found: in its own label, unless one was named."""
        if name is not None or self.label is None or self.label < 0:
            return self._snapshot
        return self._snapshot.given(self.label)

    def picture(self, path: Path) -> Pictures:
        """Read an image file in the run's size and colours, [H, W, C]."""
        return picture_for(path, self._snapshot.shape, read_recipe(self._folder).data.fit)

    def _numbered(self, where: str) -> tuple[Pictures, Labels | None]:
        try:
            index = int(where[1:])
        except ValueError:
            raise UsageError(f"{where!r} is not a picture number; write # and a whole number, like #123.") from None
        if self._images is None:
            self._images = open_source(read_recipe(self._folder).data, self._progress)
        picture, label = self._images.picture(index), labels_at(self._images, np.array([index]))
        if self.label is None and label is not None:
            self.label = int(label[0])
        return picture, label

    def _encode(self, picture: Pictures, label: Labels | None = None) -> FloatCodes:
        code: FloatCodes = self._snapshot.encode(np.asarray(picture)[None], labels=label).mu[0]
        return code


def picture_for(path: Path, shape: tuple[int, int, int], fit: str) -> Pictures:
    """Read an image file in a run's size and colours, [H, W, C]; raises DataError when it cannot be read."""
    height, width, channels = shape
    picture = read_picture(path, max(height, width), channels, fit)
    top, left = (picture.shape[0] - height) // 2, (picture.shape[1] - width) // 2
    return picture[top : top + height, left : left + width]


def _is_file(where: str) -> bool:
    try:
        return Path(where).is_file()
    except OSError:  # a long code is no name that a disk can hold
        return False

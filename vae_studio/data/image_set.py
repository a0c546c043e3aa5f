"""A set of pictures of one size, in memory or mapped from a file."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from vae_studio.errors import DataError, UsageError
from vae_studio.plural import counted

Pictures = npt.NDArray[np.uint8]  # [N, H, W, C], C is 1 (grey) or 3 (RGB)
Labels = npt.NDArray[np.int64]  # [N], indices into the names of a set's labels
_FINGERPRINT_PICTURES = 256


@dataclass(frozen=True)
class SkippedFile:
    """A file that could not be used, and why, in a few words."""

    name: str
    reason: str


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Pictures of one size with what is known about each.

    The pictures lie in one array in the order of the memory that convolutions like (channels last), so that torch can
    look at it without a copy.
    """

    name: str
    pictures: Pictures  # [N, H, W, C]
    labels: npt.NDArray[np.int64] | None = None  # [N], indices into label_names
    label_names: tuple[str, ...] = ()
    factors: dict[str, npt.NDArray[np.float32]] = field(
        default_factory=dict
    )  # each [N]: the ground truth of drawn sets
    held_out_from: int | None = None  # the pictures from here on are the set's own test part
    names: tuple[str, ...] = ()  # [N] file names, where there are files
    skipped: tuple[SkippedFile, ...] = ()
    own_sizes: tuple[tuple[int, int], ...] = ()  # (height, width) that they came in; of files, those of some of them

    def __post_init__(self) -> None:
        if self.pictures.ndim != 4 or self.pictures.dtype != np.uint8 or self.pictures.shape[3] not in (1, 3):
            raise ValueError(
                f"pictures must be uint8 [N, H, W, 1 or 3], not {self.pictures.dtype} {self.pictures.shape}"
            )
        if len(self.pictures) == 0:
            raise DataError(f"{self.name} holds no picture; choose another source.")
        if self.labels is not None and len(self.labels) != len(self.pictures):
            pictures, labels = counted(len(self.pictures), "picture"), counted(len(self.labels), "label")
            raise DataError(f"{self.name} has {pictures} but {labels}; they must match.")

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels of one picture."""
        _, height, width, channels = self.pictures.shape
        return height, width, channels

    def picture(self, index: int) -> Pictures:
        """Return one picture, [H, W, C]; raises UsageError when there is none of that number."""
        if not 0 <= index < len(self):
            raise UsageError(f"There is no picture #{index}: {self.name} has #0 to #{len(self) - 1}.")
        picture: Pictures = self.pictures[index]
        return picture

    def label_of(self, index: int) -> str:
        """Return what a picture is called: its label, or nothing."""
        if self.labels is None:
            return ""
        label = int(self.labels[index])
        return self.label_names[label] if label < len(self.label_names) else str(label)

    def renamed(self, name: str) -> "ImageSet":
        """Return the same set under another name."""
        return replace(self, name=name)

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that tell whether two sets hold the same pictures (shape and a spread of them)."""
        spread = np.linspace(0, len(self) - 1, min(len(self), _FINGERPRINT_PICTURES)).astype(np.int64)
        digest = hashlib.sha256(repr(self.pictures.shape).encode())
        digest.update(np.ascontiguousarray(self.pictures[spread]).tobytes())
        return digest.hexdigest()[:16]


def labels_at(images: ImageSet, indices: npt.NDArray[np.int64]) -> Labels | None:
    """Return the labels of some pictures, or nothing where there are none."""
    return None if images.labels is None else images.labels[indices]

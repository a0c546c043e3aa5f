"""The probe: the pictures whose codes are followed through a whole training."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import safetensors
import safetensors.numpy

from vae_studio.data.image_set import ImageSet, Pictures, labels_at
from vae_studio.data.split import Split
from vae_studio.errors import RunError
from vae_studio.latent.codes import Floats

MOST_PICTURES = 2000
_CODE_BYTES = 256 << 10  # of one moment's codes; long codes are followed for fewer pictures
_PICTURE_BYTES = 2 << 20  # small pictures are kept along, so that the run alone is enough
_SHOWN, _SHOWN_BYTES = 16, 1 << 20  # held-out pictures that are kept to be reconstructed

_Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Probe:
    """Numbers of pictures spread over the whole set, and what is needed to show them."""

    indices: _Indices  # [P]
    labels: _Indices | None  # [P]
    pictures: Pictures | None  # [P, H, W, C], where they are small
    shown: _Indices  # [S], some held-out pictures
    originals: Pictures  # [S, H, W, C]
    shown_labels: _Indices | None = None  # [S]

    @classmethod
    def choose(cls, images: ImageSet, split: Split, latent_dim: int) -> "Probe":
        """Choose the probe of a run: as many pictures as may be, evenly over the set."""
        count = min(len(images), MOST_PICTURES, max(1, _CODE_BYTES // (2 * latent_dim)))
        indices = _spread(len(images), count)
        size = int(np.prod(images.shape))
        shown = split.held_out[_spread(len(split.held_out), min(_SHOWN, max(1, _SHOWN_BYTES // size)))]
        labels = labels_at(images, indices)
        pictures = images.pictures[indices] if size * len(indices) <= _PICTURE_BYTES else None
        return cls(indices, labels, pictures, shown, images.pictures[shown], labels_at(images, shown))

    def to_bytes(self) -> bytes:
        """Return the probe as safetensors bytes."""
        arrays: dict[str, npt.NDArray[np.generic]] = {
            "indices": self.indices,
            "shown": self.shown,
            "originals": np.ascontiguousarray(self.originals),
        }
        if self.labels is not None:
            arrays["labels"] = np.ascontiguousarray(self.labels)
        if self.shown_labels is not None:
            arrays["shown_labels"] = np.ascontiguousarray(self.shown_labels)
        if self.pictures is not None:
            arrays["pictures"] = np.ascontiguousarray(self.pictures)
        return safetensors.numpy.save(arrays)

    @classmethod
    def from_bytes(cls, content: bytes) -> "Probe":
        """Read what `to_bytes` wrote; raises RunError when it is something else."""
        try:
            arrays = safetensors.numpy.load(content)
            labels, shown_labels = arrays.get("labels"), arrays.get("shown_labels")
            probe = cls(
                arrays["indices"].astype(np.int64),
                None if labels is None else labels.astype(np.int64),
                arrays.get("pictures"),
                arrays["shown"].astype(np.int64),
                arrays["originals"],
                None if shown_labels is None else shown_labels.astype(np.int64),
            )
            probe._check()
            return probe
        except (safetensors.SafetensorError, KeyError, ValueError) as error:
            raise RunError("The pictures that the run followed cannot be read; restore it from a copy.") from error

    def check(self, pictures: int) -> None:
        """Raise RunError when a number names a picture that a set of so many does not have."""
        last = max(self.indices.max(initial=-1), self.shown.max(initial=-1))
        if last >= pictures:
            raise RunError(
                f"The run followed the picture #{last}, but it has only {pictures:,}; restore it from a copy."
            )

    def _check(self) -> None:
        """Raise ValueError when the parts do not belong together."""
        if any(numbers.ndim != 1 or (numbers < 0).any() for numbers in (self.indices, self.shown)):
            raise ValueError("not numbers of pictures")
        if not len(self.indices) or (np.diff(self.indices) <= 0).any():
            raise ValueError("not in order")
        if self.labels is not None and self.labels.shape != self.indices.shape:
            raise ValueError("not a label for each picture")
        if self.shown_labels is not None and self.shown_labels.shape != self.shown.shape:
            raise ValueError("not a label for each picture that is shown")
        for pictures, numbers in ((self.pictures, self.indices), (self.originals, self.shown)):
            if pictures is not None and (
                pictures.dtype != np.uint8 or pictures.ndim != 4 or len(pictures) != len(numbers)
            ):
                raise ValueError("not the pictures")


def mu_bytes(mu: Floats) -> bytes:
    """Return the codes of one moment [P, D] in half precision."""
    largest = float(np.finfo(np.float16).max)
    return safetensors.numpy.save({"mu": np.clip(mu, -largest, largest).astype(np.float16)})


def read_mu(content: bytes) -> Floats:
    """Return what `mu_bytes` wrote as float32 [P, D]; raises RunError when it is something else."""
    try:
        mu: Floats = safetensors.numpy.load(content)["mu"].astype(np.float32)
        return mu
    except (safetensors.SafetensorError, KeyError, ValueError) as error:
        raise RunError("The codes of a moment cannot be read; restore the run from a copy.") from error


def _spread(count: int, wanted: int) -> _Indices:
    return np.unique(np.linspace(0, count - 1, wanted).astype(np.int64))

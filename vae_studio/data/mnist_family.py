"""MNIST and its relatives, read straight from their IDX files so that torch need not be imported."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vae_studio.data.idx import read_labels, read_pictures
from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.errors import DataError

_DIGITS = tuple("0123456789")


@dataclass(frozen=True)
class Relative:
    """Where torchvision puts the files of a relative of MNIST, and what its labels mean."""

    folder: str  # also the name of the torchvision class
    label_names: tuple[str, ...]
    train: tuple[str, str] = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    test: tuple[str, str] = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    sideways: bool = False  # stored column by column


RELATIVES = {
    "mnist": Relative("MNIST", _DIGITS),
    "fashion-mnist": Relative(
        "FashionMNIST",
        ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"),
    ),
    "kmnist": Relative(
        "KMNIST", ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo")
    ),
    "emnist": Relative(
        "EMNIST",
        tuple("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt"),
        ("emnist-balanced-train-images-idx3-ubyte", "emnist-balanced-train-labels-idx1-ubyte"),
        ("emnist-balanced-test-images-idx3-ubyte", "emnist-balanced-test-labels-idx1-ubyte"),
        sideways=True,
    ),
    "qmnist": Relative(
        "QMNIST",
        _DIGITS,
        ("qmnist-train-images-idx3-ubyte", "qmnist-train-labels-idx2-int"),
        ("qmnist-test-images-idx3-ubyte", "qmnist-test-labels-idx2-int"),
    ),
}


def read_relative(name: str, root: Path) -> ImageSet | None:
    """Return training and test pictures together, or None when a file is missing under `root`.

    Raises DataError when a file is broken.
    """
    relative = RELATIVES[name]
    raw = root / relative.folder / "raw"
    files = [_plain_or_gz(raw / file) for file in (*relative.train, *relative.test)]
    found = [file for file in files if file is not None]
    if len(found) < len(files):
        return None
    train, train_labels = _part(found[0], found[1])
    test, test_labels = _part(found[2], found[3])
    if train.shape[1:] != test.shape[1:]:
        raise DataError(f"The training and the test pictures of {name} in {raw} differ in size; get the files again.")
    pictures = np.concatenate([train, test])
    if relative.sideways:
        pictures = np.ascontiguousarray(pictures.swapaxes(1, 2))
    labels = np.concatenate([train_labels, test_labels])
    return ImageSet(name, pictures, labels, relative.label_names, held_out_from=len(train))


def _part(pictures_file: Path, labels_file: Path) -> tuple[Pictures, npt.NDArray[np.int64]]:
    pictures, labels = read_pictures(pictures_file), read_labels(labels_file)
    if len(pictures) != len(labels):
        raise DataError(f"{pictures_file} and {labels_file.name} do not belong together; get the files again.")
    return pictures, labels


def _plain_or_gz(path: Path) -> Path | None:
    for candidate in (path, path.with_name(path.name + ".gz")):
        if candidate.is_file():
            return candidate
    return None

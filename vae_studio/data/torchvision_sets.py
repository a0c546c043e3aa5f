"""Well-known picture sets by name, found on the disk or downloaded by torchvision."""

import contextlib
import importlib
import io
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from vae_studio.data.fit import chosen_side, fitted, spread
from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.data.mnist_family import RELATIVES, read_relative
from vae_studio.data.options import DataOptions
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import DataError

_BLOCK = 256  # pictures decoded between two reports of progress
_NOT_TO_BE_HAD = (  # what a missing set, network or helper package makes torchvision raise
    RuntimeError, OSError, ValueError, ImportError, EOFError, HTTPException,
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
_TRAIN_TEST: tuple[Mapping[str, Any], ...] = ({"split": "train"}, {"split": "test"})
_TRAIN_FLAG: tuple[Mapping[str, Any], ...] = ({"train": True}, {"train": False})


@dataclass(frozen=True)
class _Known:
    """How torchvision is asked for a set: its class, and the arguments for its training and its test part."""

    class_name: str
    parts: tuple[Mapping[str, Any], ...] = ({},)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    label_names: tuple[str, ...] = ()


_KNOWN = {
    "usps": _Known("USPS", _TRAIN_FLAG, label_names=tuple("0123456789")),
    "svhn": _Known("SVHN", _TRAIN_TEST, label_names=tuple("0123456789")),
    "cifar10": _Known("CIFAR10", _TRAIN_FLAG),
    "cifar100": _Known("CIFAR100", _TRAIN_FLAG),
    "stl10": _Known("STL10", _TRAIN_TEST),
    "celeba": _Known("CelebA", _TRAIN_TEST, {"target_type": "attr"}),
    "omniglot": _Known("Omniglot", ({"background": True}, {"background": False})),
    "semeion": _Known("SEMEION", label_names=tuple("0123456789")),
    "flowers102": _Known("Flowers102", _TRAIN_TEST),
    "food101": _Known("Food101", _TRAIN_TEST),
    "gtsrb": _Known("GTSRB", _TRAIN_TEST),
    "pets": _Known("OxfordIIITPet", ({"split": "trainval"}, {"split": "test"})),
    "textures": _Known("DTD", _TRAIN_TEST),
    "aircraft": _Known("FGVCAircraft", ({"split": "trainval"}, {"split": "test"})),
    "eurosat": _Known("EuroSAT"),
    "imagenette": _Known("Imagenette", ({"split": "train"}, {"split": "val"}), {"size": "160px"}),
}


def default_root() -> Path:
    """Return the folder where the program keeps downloaded sets."""
    import platformdirs

    return platformdirs.user_data_path("vae-studio", appauthor=False) / "data"


def open_torchvision(name: str, options: DataOptions, progress: Progress = silent) -> ImageSet:
    """Return a set by name, training pictures first, its own test part held out; downloads what is missing.

    Large pictures come at the size of the options already. Raises DataError when the set cannot be had.
    """
    root = Path(options.root).expanduser() if options.root else default_root()
    if name in RELATIVES:
        return _relative(name, root, progress)
    known = _KNOWN[name]
    parts = [_part(name, known, arguments, root, progress) for arguments in known.parts]
    if all(isinstance(getattr(part, "data", None), np.ndarray) for part in parts):
        return _from_arrays(name, known, parts)
    return _from_items(name, known, parts, options, progress)


def _relative(name: str, root: Path, progress: Progress) -> ImageSet:
    progress(-1, f"Reading {name}.")
    found = read_relative(name, root)
    if found:
        return found
    folder = RELATIVES[name].folder
    extra: list[dict[str, Any]] = [{"split": "balanced"}] if name == "emnist" else [{}]
    with _no_set(name, root):
        root.mkdir(parents=True, exist_ok=True)
        # Downloaded beside its place, so that a cancelled download is never taken for the set.
        with tempfile.TemporaryDirectory(prefix=".download-", dir=root) as beside:
            for train in (True, False):
                _construct(folder, beside, {"train": train, **extra[0]}, name, progress)
            shutil.copytree(Path(beside) / folder, root / folder, copy_function=shutil.move, dirs_exist_ok=True)
    found = read_relative(name, root)
    if found is None:
        raise DataError(_sentence(name, root))
    return found


def _part(name: str, known: _Known, arguments: Mapping[str, Any], root: Path, progress: Progress) -> Any:
    """Return one part of a set as torchvision gives it."""
    wanted = {**known.fixed, **arguments}
    progress(-1, f"Reading {name}.")
    with contextlib.suppress(*_NOT_TO_BE_HAD):
        return _construct(known.class_name, str(root), wanted, name, progress, download=False)
    with _no_set(name, root):
        root.mkdir(parents=True, exist_ok=True)
        return _construct(known.class_name, str(root), wanted, name, progress)


def _construct(
    class_name: str, root: str, arguments: Mapping[str, Any], name: str, progress: Progress, download: bool = True
) -> Any:
    opener = getattr(importlib.import_module("torchvision.datasets"), class_name)
    if not download:
        return opener(root=root, download=False, **arguments)
    output = _Reporting(lambda: progress(-1, f"Downloading {name}; this can take minutes."))
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        return opener(root=root, download=True, **arguments)


class _Reporting(io.TextIOBase):
    """Takes torchvision's progress bars and passes on that something happened, so that a download can be cancelled."""

    def __init__(self, report: Callable[[], None]) -> None:
        self._report = report

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._report()
        return len(text)


@contextlib.contextmanager
def _no_set(name: str, root: Path) -> Iterator[None]:
    try:
        yield
    except _NOT_TO_BE_HAD as error:
        raise DataError(_sentence(name, root)) from error


def _sentence(name: str, root: Path) -> str:
    return (
        f"{name} is not in {root} and could not be downloaded (no network?); copy it there or pick another --data-root."
    )


def _from_arrays(name: str, known: _Known, parts: list[Any]) -> ImageSet:
    """Join parts that torchvision holds as arrays, [N, H, W], [N, H, W, 3] or [N, 3, H, W]."""
    arrays = [_channels_last(part.data) for part in parts]
    labels = np.concatenate([np.asarray(getattr(part, "targets", getattr(part, "labels", None))) for part in parts])
    names = _label_names(known, parts[0])
    held_out_from = len(arrays[0]) if len(arrays) > 1 else None
    return ImageSet(name, np.concatenate(arrays), labels.astype(np.int64), names, held_out_from=held_out_from)


def _channels_last(array: npt.NDArray[np.uint8]) -> Pictures:
    if array.ndim == 3:
        return array[..., None]
    return np.ascontiguousarray(array.transpose(0, 2, 3, 1)) if array.shape[1] == 3 else array


def _label_names(known: _Known, part: Any) -> tuple[str, ...]:
    return known.label_names or tuple(str(label) for label in getattr(part, "classes", ()))


def _from_items(name: str, known: _Known, parts: list[Any], options: DataOptions, progress: Progress) -> ImageSet:
    """Read parts picture by picture, each brought to size at once, so that large sets need little memory."""
    places = [(part, index) for part in parts for index in range(len(part))]
    kept = spread(len(places), options.limit)
    first: Image.Image = places[0][0][places[0][1]][0]
    side = chosen_side(first.height, first.width, options)
    channels = 1 if options.channels == "grey" or first.mode in ("1", "L") else 3
    pictures = np.empty((len(kept), side, side, channels), np.uint8)
    targets: list[Any] = [None] * len(kept)

    def take(place: int) -> None:
        part, index = places[kept[place]]
        image, targets[place] = part[index]
        small = fitted(image.convert("L" if channels == 1 else "RGB"), side, options.fit)
        pictures[place] = np.asarray(small).reshape(side, side, channels)

    with ThreadPoolExecutor() as pool:
        for start in range(0, len(kept), _BLOCK):
            progress(start / len(kept), f"Reading {name}.")
            list(pool.map(take, range(start, min(start + _BLOCK, len(kept)))))
    train = int(np.searchsorted(kept, len(parts[0])))
    held_out_from = train if 0 < train < len(kept) else None
    own = ((first.height, first.width),)
    if name == "celeba":
        return replace(_with_attributes(name, pictures, targets, parts[0], held_out_from), own_sizes=own)
    labels = np.asarray(targets, np.int64)
    if name == "omniglot":  # the two parts count their characters apart
        labels[train:] += len(getattr(parts[0], "_characters", ()))
    names = _label_names(known, parts[0])
    return ImageSet(name, pictures, labels, names, held_out_from=held_out_from, own_sizes=own)


def _with_attributes(
    name: str, pictures: Pictures, targets: list[Any], part: Any, held_out_from: int | None
) -> ImageSet:
    """Turn CelebA's forty yes-or-no attributes into factors, and smiling into the label."""
    table = np.stack([np.asarray(target) for target in targets]).astype(np.float32)
    factors = {attribute: table[:, column] for column, attribute in enumerate(part.attr_names[: table.shape[1]])}
    labels = factors["Smiling"].astype(np.int64)
    return ImageSet(name, pictures, labels, ("serious", "smiling"), factors, held_out_from)

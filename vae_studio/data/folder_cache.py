"""The pictures of a folder as they were read last time, so that the folder opens at once."""

import contextlib
import hashlib
import json
import os
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np

from vae_studio.data.image_set import Pictures, SkippedFile
from vae_studio.data.mapping import array_in
from vae_studio.data.options import DataOptions
from vae_studio.data.picture_files import PictureFile
from vae_studio.errors import ExportError
from vae_studio.files import replacing

PLACE = "VAE_STUDIO_CACHE"  # environment variable that names another folder
_MAGIC = b"VAE Studio pictures 1\n"
_SUFFIX = ".pictures"
_PAGE = 4096  # the pixels begin on a page
_MOST_BYTES = 4 << 30  # of all kept folders together
_FEWEST, _LEAST = 500, 4 << 20  # files or their bytes; less is read again in no time
_SETTLED = 2_000_000_000  # ns: file systems that count in two seconds do not show a later change
_LARGEST_HEADER = 1 << 30
_CHECKED, _SPOTS, _SPOT = 512 << 20, 64, 1 << 20  # bytes checked in full; of more, so many spots of so many bytes


@dataclass(frozen=True)
class Kept:
    """What was read from a folder."""

    pictures: Pictures
    names: tuple[str, ...]
    skipped: tuple[SkippedFile, ...]


class FolderCache:
    """One folder's place in the cache, for the files it holds now and the way they are wanted."""

    def __init__(self, folder: Path, files: Sequence[PictureFile], options: DataOptions) -> None:
        wanted = json.dumps([str(folder.resolve()), options.size, options.channels, options.fit, options.limit])
        self._path = cache_folder() / (_digest(wanted)[:32] + _SUFFIX)
        files = sorted(files, key=attrgetter("name"))
        numbers = chain.from_iterable(file.stamp for file in files)
        stamps = np.fromiter(numbers, np.int64, 4 * len(files)).reshape(-1, 4)
        self._key = _digest("\0".join([wanted, *(file.name for file in files)]), stamps.tobytes())
        held, newest = stamps[:, 0].sum(), stamps[:, 1].max()
        self._worth_it = bool((len(files) >= _FEWEST or held >= _LEAST) and newest < time.time_ns() - _SETTLED)

    def load(self) -> Kept | None:
        """Return what was kept; None when there is nothing, when a file has changed since, or it is damaged."""
        try:
            with self._path.open("rb") as file:
                told = _header(file.read(len(_MAGIC) + 8), file)
            if told["key"] != self._key:
                return None
            pictures = array_in(self._path, told["offset"], np.uint8, tuple(told["shape"]))
            if _checksum(pictures) != told["checksum"]:
                return None
            skipped = tuple(SkippedFile(name, reason) for name, reason in told["skipped"])
            kept = Kept(pictures, tuple(told["names"]), skipped)
        except (OSError, ValueError, KeyError, TypeError):  # nothing is lost: the folder itself is read
            return None
        if len(kept.names) != len(pictures):
            return None
        with contextlib.suppress(OSError):
            os.utime(self._path)  # used just now: the last to be thrown out
        return kept

    def store(self, kept: Kept) -> None:
        """Keep what was read, when it is worth it and there is room; a disk that refuses is no fault."""
        if not self._worth_it or kept.pictures.nbytes > _MOST_BYTES // 2:
            return
        told = {
            "key": self._key,
            "shape": kept.pictures.shape,
            "checksum": _checksum(kept.pictures),
            "names": kept.names,
            "skipped": [(file.name, file.reason) for file in kept.skipped],
        }
        header = json.dumps(told).encode()
        with contextlib.suppress(ExportError, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # What a power cut leaves of the file is known by its checksum, when that is one of all bytes.
            with replacing(self._path, sync=kept.pictures.nbytes > _CHECKED) as file:
                file.write(_MAGIC + len(header).to_bytes(8, "little") + header)
                file.write(bytes(-file.tell() % _PAGE))
                file.write(np.ascontiguousarray(kept.pictures).data)
            _make_room(self._path.parent)


def cache_folder() -> Path:
    """Return where opened folders are kept; it may be removed at any time."""
    if named := os.environ.get(PLACE):
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path("vae-studio", appauthor=False) / "folders"


def _header(start: bytes, file: Any) -> dict[str, Any]:
    """Return what a cache file tells about itself; raises ValueError when it is none."""
    length = int.from_bytes(start[len(_MAGIC) :], "little")
    if not start.startswith(_MAGIC) or length > _LARGEST_HEADER:
        raise ValueError("not a cache file")
    told = json.loads(file.read(length))
    if not isinstance(told, dict):
        raise TypeError("not a cache file")
    end = len(_MAGIC) + 8 + length
    return told | {"offset": end + -end % _PAGE}


def _checksum(pictures: Pictures) -> int:
    """Return a CRC of the pixels, of a spread of them where reading all would take seconds."""
    flat = np.ascontiguousarray(pictures).reshape(-1)
    if flat.nbytes <= _CHECKED:
        return zlib.crc32(flat.data)
    sum_ = 0
    for start in np.linspace(0, flat.nbytes - _SPOT, _SPOTS).astype(np.int64).tolist():
        sum_ = zlib.crc32(flat[start : start + _SPOT].data, sum_)
    return sum_


def _make_room(folder: Path) -> None:
    """Throw out what was not used for the longest time until the rest fits."""
    found = sorted(
        ((file.stat().st_mtime_ns, file.stat().st_size, file) for file in folder.glob(f"*{_SUFFIX}")), reverse=True
    )
    held = 0
    for _, size, file in found:
        held += size
        if held > _MOST_BYTES:
            with contextlib.suppress(OSError):  # Windows keeps a file that is open
                file.unlink()


def _digest(text: str, content: bytes = b"") -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass") + content).hexdigest()

"""Files written so that a crash, a kill or a full disk leaves the old file whole."""

import contextlib
import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vae_studio.errors import ExportError

_REPLACE_TRIES = 20  # Windows refuses to replace a file that a virus scanner or indexer holds open for a moment


@contextlib.contextmanager
def replacing(path: Path, sync: bool = True) -> Iterator[BinaryIO]:
    """Open a file beside `path` for writing; move it onto `path` when the block ends well, else remove it.

    With `sync` the bytes reach the disk before the name does. Raises ExportError when the disk is full or the folder is
    closed.
    """
    path = Path(path)
    if not path.name:
        raise ExportError(f"{path} is a folder; give the name of a file.")
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            if sync:
                os.fsync(file.fileno())
        _replace(beside, path)
        if sync:
            _sync_folder(path.parent)
    except OSError as error:
        raise ExportError(refusal(path, error)) from error
    finally:
        with contextlib.suppress(OSError):  # it may never have come to be
            beside.unlink()


def write_bytes(path: Path, content: bytes, sync: bool = True) -> None:
    """Write a whole file, all or nothing; without `sync` a power cut may leave a part of it."""
    with replacing(path, sync) as file:
        file.write(content)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(source: Path, target: Path) -> None:
    for attempt in range(_REPLACE_TRIES):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == _REPLACE_TRIES - 1:
                raise
            time.sleep(0.01 * (attempt + 1))


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # Windows and some network file systems refuse; the file itself is safe already
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refusal(path: Path, error: OSError) -> str:
    """Return what a user should read when `path` cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full, so {path} was not written; free some space and try again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path} may not be written; choose another folder or change its permissions."
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"The folder {path.parent} does not exist; create it or choose another place."
    if error.errno == errno.EISDIR:
        return f"{path} is a folder; give the name of a file."
    return f"{path} could not be written: {error.strerror or error}."

"""Folders written so that they appear whole or not at all."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from vae_studio.errors import ExportError
from vae_studio.files import refusal


@contextlib.contextmanager
def replacing_folder(path: Path, pattern: str) -> Iterator[Path]:
    """Make a folder beside `path` to write into; move it there when the block ends well, else remove it.

    A folder that is there already is replaced when all it holds are files of `pattern`. Raises ExportError when it
    holds anything else, the disk is full or the place is closed.
    """
    path = Path(path)
    path = path.resolve() if path.is_symlink() else path
    refuse_strangers(path, pattern)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        beside.mkdir()
        yield beside
        _swap(beside, path)
    except OSError as error:
        raise ExportError(refusal(path, error)) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def refuse_strangers(path: Path, pattern: str) -> None:
    """Raise ExportError when `path` is a file, or a folder with anything in it but files of `pattern`."""
    if not path.name:
        raise ExportError(f"{path} cannot be replaced; give the name of a new folder.")
    if path.exists() and not path.is_dir():
        raise ExportError(f"{path} is a file; give the name of a new folder.")
    try:
        strange = path.is_dir() and any(not one.match(pattern) or not one.is_file() for one in path.iterdir())
    except OSError as error:
        raise ExportError(refusal(path, error)) from error
    if path.is_dir() and not os.access(path, os.W_OK):  # it could be moved away, but then not removed
        raise ExportError(f"{path} may not be written; choose another folder or change its permissions.")
    if strange:
        raise ExportError(f"{path} is a folder with other files in it; give the name of a new one.")


def _swap(beside: Path, path: Path) -> None:
    """Move a folder to `path`, and remove the one that was there only when the new one is in its place."""
    if not path.is_dir():
        beside.rename(path)
        return
    before = beside.with_suffix(".old")
    path.rename(before)
    try:
        beside.rename(path)
    except OSError:
        before.rename(path)
        raise
    shutil.rmtree(before, ignore_errors=True)

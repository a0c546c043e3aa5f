"""A whole run in one `.vaez` file: a plain zip of the run folder's files."""

import shutil
import zipfile
import zlib
from pathlib import Path

from vae_studio.data.progress import Progress, silent
from vae_studio.errors import RunError
from vae_studio.files import replacing
from vae_studio.runs.moment import is_history
from vae_studio.runs.store import MANIFEST, PACKED, RunFolder, is_file_name

SUFFIX = PACKED
_LARGEST = 4 << 30  # bytes unpacked; a run of a very wide network stays far below
_HARMLESS = 64 << 20  # bytes that may be packed however tightly
_TIGHTEST = 100  # times; weights and codes hardly shrink at all, a bomb shrinks a thousandfold


def pack(folder: RunFolder, path: Path, moments: bool = True, progress: Progress = silent) -> None:
    """Write the run into one file; the training state goes along, so that it can be resumed elsewhere.

    Without `moments` the file is smaller, and cannot be replayed. Raises RunError when a file of the run is damaged,
    ExportError when the disk refuses; a damaged moment of the training is left out. When `progress` raises, nothing is
    written.
    """
    left_out: set[str] = set()
    names = folder.names()
    # Groups may be made while weights are packed.
    with folder.unchanged(), replacing(path) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (role, name) in enumerate(names.items()):
            progress(number / len(names), f"Packing {path.name}")
            if moments or not is_history(role):
                try:
                    archive.writestr(name, folder.read(role))
                    continue
                except RunError:
                    if not is_history(role):  # but one moment of many is no reason to lose the run
                        raise
            left_out.add(role)
        archive.writestr(MANIFEST, folder.manifest_bytes(left_out))
        progress(1.0, f"Packing {path.name}")


def unpack(path: Path, target: Path, progress: Progress = silent) -> RunFolder:
    """Unpack a `.vaez` file into a new folder, or nothing at all, as when `progress` raises.

    Raises RunError when it is broken, too large, or holds anything else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check(path, entries)
            folder = RunFolder.create(target)
            try:
                return _unpacked(archive, entries, folder.path, progress)
            except BaseException:
                shutil.rmtree(folder.path, ignore_errors=True)
                raise
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise RunError(f"{path} cannot be unpacked ({error}); ask for a new copy of the file.") from error


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], target: Path, progress: Progress) -> RunFolder:
    for number, entry in enumerate(entries):
        progress(number / len(entries), f"Unpacking {entry.filename}")
        with archive.open(entry) as source, (target / entry.filename).open("xb") as copy:
            shutil.copyfileobj(source, copy)
    folder = RunFolder.open(target)
    for role in folder.names():
        folder.read(role)
    progress(1.0, "Unpacked")
    return folder


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    known = all(name == MANIFEST or is_file_name(name) for name in names)
    if not known or MANIFEST not in names or len(set(names)) != len(names):
        raise RunError(
            f"{path} is not a VAE Studio run; choose a file that ends in {SUFFIX} and was saved by the program."
        )
    size = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if size > _LARGEST or (size > _HARMLESS and size > _TIGHTEST * packed):
        raise RunError(f"{path} would unpack to {size >> 20} MB, so it was refused; ask for the run's folder instead.")

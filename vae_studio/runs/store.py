"""A run's folder on disk: every save is all or nothing, every file is checked when it is read.

Each save writes new files and then replaces `manifest.json`, which alone says which files count. A crash at any
moment leaves the old manifest with its old files, or the new one with its new files. Only the moments of a training
are not waited for: a power cut may cost some of the newest, which is told when they are read.
"""

import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from vae_studio import __version__
from vae_studio.errors import ExportError, RunError
from vae_studio.files import write_bytes

FORMAT = 1
MANIFEST = "manifest.json"
PACKED = ".vaez"  # the suffix of a run in one file
PLAN, RUNS = "experiment.json", "runs"  # in the folder of an experiment, whose runs are folders of their own
# All others are safetensors.
_SUFFIXES = {"recipe": "toml", "history": "csv", "position": "json", "moments": "json", "groups": "json"}
ROLES = ("recipe", "history", "weights", "training", "position", "codes", "moments", "probe", "groups")
_MOMENT = r"(?:moment|map)-\d{9}"  # and one of these for each moment of the training that is kept, by its step
_FILE = re.compile(rf"({'|'.join(ROLES)}|{_MOMENT})\.\d{{6,}}\.(toml|csv|json|safetensors)", re.ASCII)
_LEFT_OVER = re.compile(rf"\.({MANIFEST}|{_FILE.pattern})\.[0-9a-f]+\.part")  # of a save that was killed


class RunFolder:
    """Files by role, and a few facts about the run."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        self.path = path
        self._manifest = manifest
        self._saving = threading.Lock()  # the window keeps groups while the training keeps weights

    @classmethod
    def create(cls, path: Path) -> "RunFolder":
        """Make the folder; raises RunError when something is there already or it cannot be made."""
        path = Path(path).absolute()
        try:
            if path.exists() and (not path.is_dir() or any(path.iterdir())):
                raise RunError(f"{path} exists already and is not an empty folder; choose another place for the run.")
            path.mkdir(parents=True, exist_ok=True)
            probe = path / ".probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise RunError(
                f"The run folder {path} cannot be written ({error.strerror}); choose another place."
            ) from error
        return cls(path, {"format": FORMAT, "generation": 0, "facts": {}, "files": {}})

    @classmethod
    def open(cls, path: Path) -> "RunFolder":
        """Read an existing run's manifest; raises RunError when there is none or it is broken."""
        path = Path(path).absolute()
        if not path.exists():
            raise RunError(
                f"There is no run at {path}; check the path, or train one with: vae-studio train SOURCE -o {path.name}."
            )
        try:
            manifest = json.loads((path / MANIFEST).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise RunError(_no_run(path)) from None
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(f"The run {path} has a broken {MANIFEST}; restore the folder from a copy.") from error
        _check_manifest(path, manifest)
        return cls(path, manifest)

    @property
    def facts(self) -> dict[str, Any]:
        """What is known of the run without opening its files: shape of the pictures, labels, epoch, ..."""
        return dict(self._manifest["facts"])

    def has(self, role: str) -> bool:
        """Tell whether a file of this role was saved."""
        return role in self._manifest["files"]

    def checksum(self, role: str) -> str:
        """Return the SHA-256 of a saved file as 64 hexadecimal digits; empty when there is none of this role."""
        return str(self._manifest["files"].get(role, {}).get("sha256", ""))

    def names(self) -> dict[str, str]:
        """Return the names of the files that count by role, without the manifest."""
        return {role: entry["name"] for role, entry in self._manifest["files"].items()}

    def manifest_bytes(self, without: Collection[str] = ()) -> bytes:
        """Return the manifest as it lies on disk after a save, or as it were without the files of some roles."""
        if not without:
            return _manifest_bytes(self._manifest)
        files = {role: entry for role, entry in self._manifest["files"].items() if role not in without}
        manifest = {**self._manifest, "files": files}
        return _manifest_bytes({**manifest, "checksum": _checksum(manifest)})

    def read(self, role: str) -> bytes:
        """Return a file's bytes; raises RunError when it is missing or not what was saved."""
        entry = self._manifest["files"].get(role)
        if entry is None:
            raise RunError(f"The run {self.path} has no {role} yet; train it for at least one epoch.")
        try:
            content: bytes = (self.path / entry["name"]).read_bytes()
        except OSError as error:
            raise RunError(f"The run {self.path} has lost its file {entry['name']}; restore it from a copy.") from error
        if hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise RunError(f"The file {entry['name']} of the run {self.path} is damaged; restore it from a copy.")
        return content

    def read_text(self, role: str) -> str:
        """Return a file as text; raises RunError like `read`."""
        try:
            return self.read(role).decode()
        except UnicodeDecodeError as error:
            raise RunError(f"The {role} of the run {self.path} is not text; restore it from a copy.") from error

    def save(
        self, files: Mapping[str, bytes], facts: Mapping[str, Any], drop: tuple[str, ...] = ()
    ) -> dict[str, float]:
        """Save new contents for some roles and forget those in `drop`, all or nothing; may raise ExportError.

        Returns how many seconds each file took.
        """
        with self._saving:
            return self._save(files, facts, drop)

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Let saves of other threads wait while the block runs, so that what is read is of one state."""
        with self._saving:
            yield

    def _save(self, files: Mapping[str, bytes], facts: Mapping[str, Any], drop: tuple[str, ...]) -> dict[str, float]:
        seconds: dict[str, float] = {}
        generation = self._manifest["generation"] + 1
        entries = {role: entry for role, entry in self._manifest["files"].items() if role not in drop}
        try:
            for role, content in files.items():
                start = time.perf_counter()
                name = f"{role}.{generation:06}.{_SUFFIXES.get(role, 'safetensors')}"
                write_bytes(self.path / name, content, sync=not _is_moment(role))
                entries[role] = {"name": name, "sha256": hashlib.sha256(content).hexdigest()}
                seconds[role] = time.perf_counter() - start
            manifest = {
                "format": FORMAT,
                "program": __version__,
                "generation": generation,
                "facts": {**self._manifest["facts"], **facts},
                "files": entries,
            }
            manifest["checksum"] = _checksum(manifest)
            write_bytes(self.path / MANIFEST, _manifest_bytes(manifest))
        except ExportError:
            self._remove_strangers(keep=self._manifest["files"])
            raise
        self._manifest = manifest
        self._remove_strangers(keep=entries)
        return seconds

    def _remove_strangers(self, keep: Mapping[str, Any]) -> None:
        """Remove files of earlier or failed saves; only names that saves make."""
        kept = {entry["name"] for entry in keep.values()}
        found: list[Path] = []
        with contextlib.suppress(OSError):  # the folder is gone, which the save itself tells
            found = list(self.path.iterdir())
        for path in found:
            if path.name not in kept and (is_file_name(path.name) or _LEFT_OVER.fullmatch(path.name)):
                with contextlib.suppress(OSError):  # still open elsewhere on Windows; the next save tries again
                    path.unlink()


def _no_run(path: Path) -> str:
    """Return why there is no run at a path where there is something, and what to do."""
    if path.is_file() and path.suffix == PACKED:
        return f"{path} is a packed run; take it out with: vae-studio unpack {path} -o {path.stem}"
    if (path / PLAN).is_file():
        first = next((one for one in sorted((path / RUNS).glob("*")) if (one / MANIFEST).is_file()), None)
        which = f"choose one of them, like {first}" if first is not None else "none of them is trained yet"
        return f"{path} is an experiment, a folder of several runs; {which}."
    return f"{path} is not a run folder: it has no {MANIFEST}. Choose the folder that training wrote."


def _check_manifest(path: Path, manifest: Any) -> None:
    sound = (
        isinstance(manifest, dict)
        and isinstance(manifest.get("generation"), int)
        and isinstance(manifest.get("facts"), dict)
        and isinstance(manifest.get("files"), dict)
        and all(_is_entry(role, entry) for role, entry in manifest["files"].items())
    )
    if not sound:
        raise RunError(
            f"The {MANIFEST} of {path} was not written by VAE Studio; choose the folder that training wrote."
        )
    if manifest.get("format") != FORMAT:
        raise RunError(f"The run {path} was written by another version of VAE Studio; update the program to open it.")
    if manifest.get("checksum") != _checksum(manifest):
        raise RunError(f"The {MANIFEST} of the run {path} is damaged; restore the folder from a copy.")


def _is_entry(role: str, entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("sha256"), str):
        return False
    name = entry.get("name")  # never a path out of the folder
    return isinstance(name, str) and is_file_name(name) and name.split(".")[0] == role


def _is_moment(role: str) -> bool:
    """Tell whether this is one moment of many: not worth waiting for the disk, for a torn one is told by its sum."""
    return re.fullmatch(_MOMENT, role) is not None


def is_file_name(name: str) -> bool:
    """Tell whether a file of this name may be part of a run (besides the manifest)."""
    return _FILE.fullmatch(name) is not None


def _manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, indent=1).encode()


def _checksum(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what the manifest says, so that a damaged one is told from a sound one."""
    said = {key: value for key, value in manifest.items() if key != "checksum"}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

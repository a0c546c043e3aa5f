"""Where runs go when nobody says where, and which runs are there."""

import datetime
import os
import re
from pathlib import Path

import platformdirs

from vae_studio.errors import RunError
from vae_studio.runs.store import MANIFEST

HOME_VARIABLE = "VAE_STUDIO_HOME"
EXPERIMENTS = "experiments"  # the folder of experiments beside the runs


def runs_home() -> Path:
    """Return the folder for new runs: $VAE_STUDIO_HOME, or the user's own data folder."""
    chosen = os.environ.get(HOME_VARIABLE)
    return Path(chosen) if chosen else platformdirs.user_data_path("vae-studio", appauthor=False) / "runs"


def reserve_run_path(source: str, under: str = "") -> Path:
    """Make an empty folder named after the pictures and the day, so that nobody else takes it; may raise RunError.

    It lies in the folder for new runs, or in one `under` it.
    """
    stem = re.sub(r"[^\w-]+", "-", Path(source).stem or "run").strip("-") or "run"
    day = datetime.datetime.now(tz=datetime.UTC).astimezone().strftime("%Y-%m-%d")
    number = 1
    while True:
        path = runs_home() / under / f"{stem}-{day}-{number}"
        try:
            path.mkdir(parents=True)
            return path
        except FileExistsError:
            if not path.exists():  # a file lies where the folder of all runs should be
                raise RunError(f"The folder {runs_home()} for new runs is a file; move it away.") from None
            number += 1
        except OSError as error:
            raise RunError(
                f"The run folder {path} cannot be written ({error.strerror}); choose another place."
            ) from error


def known_runs() -> list[Path]:
    """Return the runs in the home folder, newest first."""
    home = runs_home()
    if not home.is_dir():
        return []
    manifests = [path for path in home.glob(f"*/{MANIFEST}") if path.is_file()]
    return [path.parent for path in sorted(manifests, key=lambda path: path.stat().st_mtime, reverse=True)]

"""What lies at a path that was opened or dropped."""

from enum import Enum, auto
from pathlib import Path

from vae_studio.data.picture_file import SUFFIXES
from vae_studio.runs.archive import SUFFIX
from vae_studio.runs.recipe_file import SUFFIX as RECIPE_SUFFIX
from vae_studio.runs.store import MANIFEST, PLAN


class Kind(Enum):
    """What the program can do with a path."""

    NOTHING = auto()
    RUN = auto()
    ARCHIVE = auto()
    PICTURE = auto()
    PICTURES = auto()  # a folder or a file of many
    RECIPE = auto()
    EXPERIMENT = auto()


def kind_of(path: Path) -> Kind:
    """Tell what a path is by its name and place; whether it can be read shows when it is opened."""
    if not path.exists():
        return Kind.NOTHING
    if path.is_dir():
        if (path / PLAN).is_file():
            return Kind.EXPERIMENT
        return Kind.RUN if (path / MANIFEST).is_file() else Kind.PICTURES
    if path.suffix == SUFFIX:
        return Kind.ARCHIVE
    if path.suffix == RECIPE_SUFFIX:
        return Kind.RECIPE
    return Kind.PICTURE if path.suffix.lower() in SUFFIXES else Kind.PICTURES

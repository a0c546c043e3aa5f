"""A recipe in a file of its own, or in the run it made."""

from pathlib import Path

from vae_studio.data.catalogue import SOURCES
from vae_studio.data.options import DataOptions
from vae_studio.errors import RunError, UsageError
from vae_studio.files import write_bytes
from vae_studio.runs.course import Course
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.store import RunFolder

SUFFIX = ".toml"
_LARGEST = 1 << 20  # bytes; a recipe has about a thousand


def read_recipe_at(path: Path) -> Recipe:
    """Return the recipe in a TOML file or of a run folder; raises RunError or UsageError in one sentence."""
    path = Path(path).expanduser()
    if path.is_dir():
        return read_recipe(RunFolder.open(path))
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode()
    except FileNotFoundError:
        raise RunError(f"There is no recipe at {path}; check the path.") from None
    except UnicodeDecodeError:
        raise RunError(f"{path} is not text, so it is no recipe; give a .toml file or a run folder.") from None
    except OSError as error:
        raise RunError(f"The recipe {path} cannot be read ({error.strerror}); check its permissions.") from error
    if len(content) > _LARGEST:
        raise RunError(f"{path} is too large to be a recipe; give a .toml file or a run folder.")
    try:
        return Recipe.from_toml(text)
    except UsageError as error:
        raise UsageError(f"The recipe {path} cannot be used. {error}") from error


def read_recipe(folder: RunFolder) -> Recipe:
    """Return a saved run's recipe; raises RunError when this program cannot read it."""
    try:
        return Recipe.from_toml(folder.read_text("recipe"))
    except UsageError as error:
        raise RunError(f"The run {folder.path} has a recipe that cannot be used. {error}") from error


def save_recipe(path: Path, recipe: Recipe, comment: str = "") -> None:
    """Write a recipe as TOML, below a comment; raises ExportError in one sentence."""
    write_bytes(path, (comment + recipe.to_toml()).encode())


def course_at(path: Path) -> Course:
    """Return the course of the run whose recipe is read from a path; that of a bare recipe is not known."""
    path = Path(path).expanduser()
    return Course.of(RunFolder.open(path).facts) if path.is_dir() else Course()


def lasting_paths(data: DataOptions) -> dict[str, str]:
    """Return the paths among the values in a form that still holds when the program is started from another folder."""
    paths = {"data.root": data.root} if data.root else {}
    if data.source.strip() not in SOURCES and Path(data.source.strip()).expanduser().exists():
        paths["data.source"] = data.source.strip()
    return {key: str(Path(path).expanduser().absolute()) for key, path in paths.items()}

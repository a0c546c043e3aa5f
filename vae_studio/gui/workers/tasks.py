"""What the window's jobs do: short calls into the library, each made when its thread runs it.

Everything that brings torch is imported inside, so that the window opens before torch is loaded.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.data.options import DataOptions
from vae_studio.data.progress import Progress
from vae_studio.gui.workers.job_worker import Job
from vae_studio.gui.workers.quiet_thread import lower_priority
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.runs.home import reserve_run_path
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.store import RunFolder
from vae_studio.training.history import History, Part

if TYPE_CHECKING:
    from vae_studio.runs.run import Run
    from vae_studio.runs.snapshot import Snapshot


Curves = dict[tuple[str, str], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]  # (part, term) -> epochs, nats


@dataclass(frozen=True)
class OpenedRun:
    """What can be shown of a saved run without torch and without its pictures."""

    folder: RunFolder
    recipe: Recipe
    history: History
    cloud: Cloud | None  # None when the codes were not saved


@dataclass(frozen=True)
class EncodedFile:
    """A picture from outside: its code and what comes back of it."""

    name: str
    picture: Pictures  # [H, W, C]
    code: Floats  # [D]
    reconstruction: Pictures  # [H, W, C]
    known: bool = True  # False for a picture that a memoriser has not learned


def open_pictures(options: DataOptions) -> Job:
    """Open a set of pictures -> ImageSet."""

    def job(progress: Progress) -> ImageSet:
        from vae_studio.data.catalogue import open_source

        return open_source(options, progress)

    return job


def open_run(path: Path) -> OpenedRun:
    """Read a saved run; quick, so it needs no thread. Raises RunError."""
    from vae_studio.runs.codes_file import read_codes

    folder = RunFolder.open(path)
    recipe = read_recipe(folder)
    history = History.from_csv(folder.read_text("history"))
    cloud = None
    if folder.has("codes"):
        codes, labels = read_codes(folder.read("codes"))
        names = tuple(folder.facts.get("label_names", ()))
        cloud = Cloud(codes, np.arange(len(codes)), labels, names, len(codes))
    return OpenedRun(folder, recipe, history, cloud)


def unpack_run(path: Path) -> Job:
    """Unpack a .vaez file among the runs -> RunFolder."""

    def job(progress: Progress) -> RunFolder:
        from vae_studio.runs.archive import unpack

        target = reserve_run_path(path.stem)
        try:
            return unpack(path, target, progress)
        except BaseException:
            with contextlib.suppress(OSError):  # gone already
                target.rmdir()
            raise

    return job


def pack_run(folder: RunFolder, path: Path) -> Job:
    """Write a run into one file -> Path."""

    def job(progress: Progress) -> Path:
        from vae_studio.runs.archive import pack

        pack(folder, path, progress=progress)
        return path

    return job


def load_decoder(folder: RunFolder) -> Job:
    """Load a saved run's weights -> Snapshot."""

    def job(progress: Progress) -> "Snapshot":
        progress(-1, "Waking up the decoder.")
        from vae_studio.runs.run import load_snapshot

        return load_snapshot(folder)

    return job


def wake_trainer() -> Job:
    """Try a training step, so that what it loads is there when Train is pressed: 1.5 s in which nothing would move."""

    def job(_progress: Progress) -> None:
        from vae_studio.device import choose_device

        lower_priority()
        choose_device()

    return job


def start_run(recipe: Recipe, images: ImageSet | None, device: str) -> Job:
    """Make a new run ready to train, in a folder of its own -> Run."""

    def job(progress: Progress) -> "Run":
        progress(-1, "Preparing the run.")
        from vae_studio.device import choose_device
        from vae_studio.runs.run import start_run as start

        chosen = choose_device(device)  # type: ignore[arg-type]
        return start(recipe, chosen, reserve_run_path(recipe.data.source), progress, images)

    return job


def retry_run(run: "Run", epochs: int) -> Job:
    """Go on with a run that is still in memory, because it could not be saved, to `epochs` in all -> Run."""

    def job(_progress: Progress) -> "Run":
        if epochs > max(run.state.position.epoch, run.recipe.training.epochs):
            run.extend(epochs)
        return run

    return job


def continue_run(folder: RunFolder, images: ImageSet | None, device: str, epochs: int) -> Job:
    """Make a saved run ready to go on to `epochs` in all -> Run."""

    def job(progress: Progress) -> "Run":
        progress(-1, "Preparing the run.")
        from vae_studio.device import choose_device
        from vae_studio.runs.run import Run

        run = Run.load(folder, choose_device(device), images, progress)  # type: ignore[arg-type]
        if epochs != run.recipe.training.epochs:
            run.extend(epochs)
        return run

    return job


def encode_set(snapshot: "Snapshot", images: ImageSet) -> Job:
    """Encode all pictures of a set -> Cloud."""

    def job(progress: Progress) -> Cloud:
        codes = snapshot.encode(images.pictures, progress, images.labels)
        return Cloud.of(images, codes)

    return job


def encode_file(path: Path, snapshot: "Snapshot", fit: str) -> Job:
    """Encode a picture from outside -> EncodedFile."""

    def job(progress: Progress) -> EncodedFile:
        from vae_studio.runs.where import picture_for

        progress(-1, f"Encoding {path.name}.")
        picture = picture_for(path, snapshot.shape, fit)
        code = snapshot.encode(picture[None]).mu[0]
        return EncodedFile(path.name, picture, code, snapshot.decode(code)[0], not snapshot.strangers(picture[None]))

    return job


def curves_of(history: History) -> Curves:
    """Return a history's curves for the loss plot, and the training's means over each epoch."""
    terms = ("total", "reconstruction", "kl")
    parts: tuple[tuple[str, Part], ...] = (("train", "step"), ("epoch", "epoch"), ("held_out", "held_out"))
    return {(name, term): history.curve(part, term) for name, part in parts for term in terms}


def draw_previews() -> Job:
    """Draw some pictures for the welcome card -> {choice: pictures}."""

    def job(_progress: Progress) -> dict[str, list[Pictures]]:
        from vae_studio.data.digits import load_digits
        from vae_studio.data.faces import draw_faces
        from vae_studio.data.shapes import draw_shapes

        sets = {"faces": draw_faces(4), "data-set": draw_shapes(4), "digits": load_digits()}
        return {name: list(images.pictures[:4]) for name, images in sets.items()}

    return job


def save_script(path: Path, recipe: Recipe, images: ImageSet) -> Job:
    """Write the training as a Python script, with its pictures -> paths."""

    def job(_progress: Progress) -> list[Path]:
        from vae_studio.runs.script import save_script as save

        return save(path, recipe, images)

    return job

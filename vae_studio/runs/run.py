"""A run: pictures, network, objective and training put together, and saved."""

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import safetensors.torch
import torch

from vae_studio.data.catalogue import open_source
from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress, silent
from vae_studio.data.split import split
from vae_studio.device import Device, keep_freed_memory, without_denormals
from vae_studio.errors import CancelledError, ExportError, RunError, UsageError
from vae_studio.evaluation.report import Report, evaluate
from vae_studio.latent.codes import Codes
from vae_studio.plural import counted
from vae_studio.runs.code_faults import code_fault
from vae_studio.runs.codes_file import codes_bytes
from vae_studio.runs.course import Course
from vae_studio.runs.parts import begin_with, build_parts, class_count, labels_of
from vae_studio.runs.probe import Probe
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.recipe_faults import contradiction
from vae_studio.runs.recipe_file import lasting_paths, read_recipe
from vae_studio.runs.recorder import Recorder
from vae_studio.runs.resolve import resolve
from vae_studio.runs.snapshot import Snapshot
from vae_studio.runs.stability import Stability
from vae_studio.runs.store import RunFolder
from vae_studio.runs.tensors import load_model, model_bytes, read_tensors
from vae_studio.training.batches import PictureStore
from vae_studio.training.events import EpochDone, Event, Finished, StepDone, Stopped
from vae_studio.training.history import History
from vae_studio.training.loop import train
from vae_studio.training.state import TrainingState

_LARGEST = 4096  # pixels of a side; a saved run that claims more is not one of ours
_SAVING_SHARE = 0.05  # of the time may go into saving; a save that would cost more waits for a later epoch


class Run:
    """One training, from its recipe to its folder."""

    def __init__(self, recipe: Recipe, images: ImageSet, device: Device, folder: RunFolder | None = None) -> None:
        self.images = images
        self.device = device
        self.folder = folder
        self.split = split(images, recipe.data.held_out, recipe.training.seed)
        self.recipe = resolve(recipe, images, len(self.split.train), device.bfloat16)
        classes, seed, count = class_count(images), recipe.training.seed, len(self.split.train)
        if fault := contradiction(self.recipe, images.shape, count) or code_fault(
            self.recipe, images.shape, count, classes
        ):
            raise UsageError(fault)
        model, self.objective = build_parts(self.recipe, images.shape, classes, seed)
        begin_with(model, images, self.split.train, seed)
        self.model = model.to(device.torch).to(memory_format=torch.channels_last)
        self.model.in_bfloat16 = self.recipe.training.precision == "bfloat16"
        self.state = TrainingState(self.model, self.recipe.training)
        self.store = picture_store(self.recipe, images, device)
        self.history = History()
        self.recorder = Recorder(self.model, self.store, self._choose_probe)
        self.codes: Codes | None = None  # of all pictures, once the training is finished
        self.save_problem: str | None = None  # why the last save between epochs failed, in a sentence
        self.stability = Stability()
        self.course = Course()
        self._last_save = time.monotonic()
        self._save_cost = 0.0

    @classmethod
    def load(
        cls, folder: RunFolder, device: Device, images: ImageSet | None = None, progress: Progress = silent
    ) -> "Run":
        """Put a saved run together again, ready to go on; raises DataError or RunError when a part is missing."""
        recipe = read_recipe(folder)
        images = images or open_source(recipe.data, progress)
        if images.fingerprint != folder.facts.get("fingerprint"):
            raise RunError(
                f"{images.name} does not hold the pictures that {folder.path.name} was trained on; "
                "put them back, or train a new run on them."
            )
        run = cls(recipe, images, device, folder)
        run._restore(folder)
        run.stability.restore(folder.facts)
        run.course = Course.of(folder.facts)
        return run

    @property
    def finished(self) -> bool:
        """Tell whether all epochs of the recipe are done."""
        return self.state.position.epoch >= self.recipe.training.epochs

    @property
    def measured(self) -> str:
        """What the pictures are called that figures are measured on."""
        noun = "pictures" if len(self.split.held_out) > 1 else "picture"
        return f"held-out {noun}" if self.recipe.data.held_out else f"{noun} trained on as well"

    def extend(self, epochs: int) -> None:
        """Set the total number of epochs; raises UsageError when they are done already."""
        done = self.state.position.epoch
        if epochs <= done:
            raise UsageError(f"This run has {counted(done, 'epoch')} already; ask for {done + 1} or more in all.")
        if self.finished:  # a new cycle of the learning rate begins here
            self.state.position.leg_start = self.state.position.step
            self.state.position.legs += 1
        at = self.state.position.epoch + self.state.position.pictures / len(self.split.train)
        self.course = self.course.extended(self.recipe.training.epochs, at, epochs)
        self.recipe = self.recipe.with_values({"training.epochs": epochs})
        if self.folder is not None:  # a training that breaks before its first save goes back to here
            plan = {"recipe": self.recipe_text().encode(), "position": self.state.position_json().encode()}
            with contextlib.suppress(ExportError):
                self.folder.save(plan, self.facts())

    def recipe_text(self) -> str:
        """Return the recipe as TOML, with a comment where it alone would make another run."""
        return Course.of(self.facts()).comment() + self.recipe.to_toml()

    def train(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
        """Train and save, yielding events; between two of them the run is at rest."""
        keep_freed_memory()
        with without_denormals():
            yield from self.stability.keep_up(self, lambda: self._train(should_stop))

    def _train(self, should_stop: Callable[[], bool]) -> Iterator[Event]:
        self._last_save = time.monotonic()
        for event in train(self.state, self.objective, self.store, self.split, self.recipe.training, should_stop):
            self.stability.check(event)
            if isinstance(event, StepDone | EpochDone):
                self.history.add(event)
            if self.folder is not None:
                self.recorder.note(event, len(self.split.train))
            if isinstance(event, Finished):
                self._finish(should_stop)
            elif isinstance(event, Stopped):
                self.save()
            elif isinstance(event, EpochDone) and self._save_is_due():
                self._try_to_save()
            yield event

    def go_back(self) -> bool:
        """Take over the last saved state again; tell whether there is one."""
        if self.folder is None or not self.folder.has("weights"):
            return False
        self._restore(self.folder)
        return True

    def _finish(self, should_stop: Callable[[], bool]) -> None:
        """Save what was trained, then the codes of all pictures, which may take minutes; a stop leaves them out."""

        def watch(_share: float, _text: str) -> None:
            if should_stop():
                raise CancelledError("Stopped before all pictures were encoded.")

        self.save()
        self.codes = None
        with contextlib.suppress(CancelledError):
            self.codes = self.encode_all(watch)
            if self.folder is not None:
                self.folder.save({"codes": codes_bytes(self.codes, self.images.labels)}, self.facts())

    def snapshot(self) -> Snapshot:
        """Return a frozen copy of the weights as they are now."""
        position = self.state.position
        epoch = position.epoch + position.pictures / len(self.split.train)
        points = not self.objective.has_prior
        return Snapshot(self.model, self.objective.likelihood, self.images.shape, epoch, points)

    def encode_all(self, progress: Progress = silent) -> Codes:
        """Return the posteriors of all pictures, trained on or not."""
        return self.snapshot().encode(self.images.pictures, progress, self.images.labels)

    def evaluate(self, progress: Progress = silent) -> Report:
        """Measure the model on the held-out pictures."""
        return evaluate(self.model, self.objective, self.store, self.split.held_out, progress)

    def save(self, codes: Codes | None = None) -> None:
        """Write the run to its folder, all or nothing; codes of an earlier state are dropped."""
        if self.folder is None:
            return
        start = time.monotonic()
        files = {
            "recipe": self.recipe_text().encode(),
            "history": self.history.to_csv().encode(),
            "weights": model_bytes(self.model),
            "training": safetensors.torch.save(self.state.to_tensors()),
            "position": self.state.position_json().encode(),
        }
        if codes is not None:
            files["codes"] = codes_bytes(codes, self.images.labels)
        self._write(self.folder, files, () if codes is not None else ("codes",))
        self._last_save = time.monotonic()
        self._save_cost = self._last_save - start

    def _write(self, folder: RunFolder, files: dict[str, bytes], drop: tuple[str, ...]) -> None:
        """Save with the moments, or without where the disk has no room for both."""
        moments, facts = self.recorder.files(), self.facts()
        try:
            seconds = folder.save(files | moments, facts, (*drop, *self.recorder.stale(folder)))
        except ExportError:
            if not moments:
                raise
            folder.save(files, facts, drop)
        else:
            self.recorder.saved(seconds)

    def _choose_probe(self) -> Probe:
        return Probe.choose(self.images, self.split, self.model.latent_dim)

    def _restore(self, folder: RunFolder) -> None:
        """Take over the last saved state."""
        load_model(self.model, folder.read("weights"))
        self.history = History.from_csv(folder.read_text("history"))
        self.recorder.restore(folder)
        if folder.has("training"):
            self.state.restore(read_tensors(folder.read("training")), folder.read_text("position"))

    def _try_to_save(self) -> None:
        """Save between epochs; a disk that refuses stops no training, the save at its end tries again and tells."""
        try:
            self.save()
            self.save_problem = None
        except ExportError as error:
            self.save_problem = str(error)

    def facts(self) -> dict[str, object]:
        """Return what is known of the run without opening its files."""
        return {
            "name": self.images.name,
            "pictures": len(self.images),
            "shape": list(self.images.shape),
            "label_names": list(self.images.label_names),
            "labels": class_count(self.images),
            "fingerprint": self.images.fingerprint,
            "epoch": self.state.position.epoch,
            "device": self.device.title,
            **self.stability.facts(),
            **self.course.facts(),
        }

    def _save_is_due(self) -> bool:
        return time.monotonic() - self._last_save > self._save_cost / _SAVING_SHARE


def start_run(
    recipe: Recipe, device: Device, path: Path, progress: Progress = silent, images: ImageSet | None = None
) -> Run:
    """Make a run in a new folder, from the recipe's pictures or from `images` when they are open already.

    The folder is checked first, since that costs least; raises RunError, DataError, ExportError or UsageError. Then,
    and when `progress` raises, no folder is left behind.
    """
    folder = RunFolder.create(path)
    try:
        images = images or open_source(recipe.data, progress)
        run = Run(recipe.with_values(lasting_paths(recipe.data)), images, device, folder)
        run.save()
        progress(-1, "Ready to train.")
    except BaseException:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    return run


def picture_store(recipe: Recipe, images: ImageSet, device: Device) -> PictureStore:
    """Return pictures as a recipe wants them seen."""
    labels = images.labels if recipe.network.condition == "label" else None
    pixels, seed = recipe.likelihood.pixels(), recipe.training.seed
    return PictureStore(images.pictures, device.torch, pixels=pixels, seed=seed, labels=labels)


def load_snapshot(folder: RunFolder) -> Snapshot:
    """Return a saved run's weights for decoding; needs none of its pictures."""
    return snapshot_of(folder, folder.read("weights"), float(folder.facts.get("epoch", 0)))


def snapshot_of(folder: RunFolder, weights: bytes, epoch: float) -> Snapshot:
    """Return a run's network with the given weights, whole or halved; raises RunError when they do not fit."""
    recipe = read_recipe(folder)
    shape = _shape(folder)
    model, objective = build_parts(recipe, shape, labels_of(folder))
    load_model(model, weights)
    return Snapshot(model, objective.likelihood, shape, epoch, points=not objective.has_prior)


def _shape(folder: RunFolder) -> tuple[int, int, int]:
    """Return height, width and channels of a saved run's pictures."""
    match folder.facts.get("shape"):
        case [int(height), int(width), (1 | 3) as channels] if 0 < height <= _LARGEST and 0 < width <= _LARGEST:
            return height, width, channels
    raise RunError(f"The run {folder.path} does not say how large its pictures are; restore it from a copy.")

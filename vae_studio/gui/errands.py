"""Errands: what is done with the open run besides training it, each a job beside the window."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vae_studio.gui.phased import Phase
from vae_studio.gui.workers import health_tasks, tasks

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio


class Errands:
    """Encodes a picture from outside, measures the run, packs it into one file."""

    def __init__(self, studio: "Studio") -> None:
        self._studio = studio

    def encode_file(self, path: Path) -> None:
        """Encode a picture from outside, mark it on the map and show what comes back of it."""
        studio = self._studio
        if studio.snapshot is None or studio.run is None:
            self._warn("There is no trained model to encode the picture with yet; train one first.")
            return
        studio.replay.leave()
        job = tasks.encode_file(path, studio.snapshot, studio.run.recipe.data.fit)
        studio.jobs.start("file", f"Encoding {path.name}", job, studio.explorer.show_file)

    def measure(self, done: Callable[[Any], None], metrics: Sequence[str] = (), samples: int = 0) -> None:
        """Measure the open run on its held-out pictures, with metrics by name; `done` gets the Measurement."""
        studio = self._studio
        if studio.folder is None or not studio.folder.has("weights"):
            self._warn("There is no saved run to measure yet; train one first.")
            return
        job = health_tasks.measure_run(studio.folder, studio.explorer.images, metrics, samples)
        studio.jobs.start("measure", "Measuring", job, done)

    def save_as_file(self, path: Path) -> None:
        """Write the open run into one .vaez file."""
        studio = self._studio
        if studio.folder is None:
            self._warn("There is no run to save yet; train one first.")
            return
        if studio.phase is not Phase.IDLE:  # training replaces the files that would be packed
            self._warn("Stop the training first, then save the run.")
            return
        done = f"Saved {path}."
        job = tasks.pack_run(studio.folder, path)
        studio.jobs.start("pack", "Saving the run", job, lambda _: studio.tell_done(done))

    def _warn(self, sentence: str) -> None:
        self._studio.message_raised.emit("warning", sentence)

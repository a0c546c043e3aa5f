"""The run desk: the run that is open, its weights, and what is still missing on its map."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet
from vae_studio.errors import StudioError
from vae_studio.gui.open_run import OpenRun
from vae_studio.gui.phased import Phase
from vae_studio.gui.workers import tasks

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio
    from vae_studio.runs.snapshot import Snapshot

# What they bring belongs to the run they began with.
_JOBS_OF_A_RUN = ("run", "decoder", "encode", "measure", "file", "embedding", "attribute", "health")


class RunDesk(QObject):
    """Turns the studio from one run to another."""

    lost = Signal(str)  # a sentence: what was trained could not be saved at last

    def __init__(self, studio: "Studio") -> None:
        super().__init__(studio)
        self.run: OpenRun | None = None
        self.snapshot: Snapshot | None = None
        self._studio = studio

    def open(self, path: Path, is_example: bool = False) -> None:
        """Show the run in a folder: its map at once, its decoder and pictures as they come; may raise StudioError."""
        studio, opened = self._studio, tasks.open_run(path)
        self.begin(OpenRun(opened.folder, opened.recipe, opened.recipe, is_example), None)
        if opened.cloud is not None:
            studio.explorer.set_cloud(opened.cloud)
            studio.explorer.look_at_middle()
        studio.curves_changed.emit({})  # those of the run before are not the same, grown
        studio.curves_changed.emit(tasks.curves_of(opened.history))
        studio.run_changed.emit()
        studio.desk.take_over(opened.recipe)
        if not is_example:
            studio.tell_done(f"Opened {path.name}.")
        if opened.folder.has("weights"):
            studio.replay.open(opened.folder)
            job = tasks.load_decoder(opened.folder)
            studio.jobs.start("decoder", "Waking up the decoder", job, self._on_decoder_loaded)

    def begin(self, run: OpenRun, images: ImageSet | None) -> None:
        """Let go of the open run and of all that is still under way for it, and turn to another."""
        studio = self._studio
        for slot in _JOBS_OF_A_RUN:
            studio.jobs.cancel(slot)
        going_on = self.run is not None and self.run.folder.path == run.folder.path
        if not going_on:
            self.save_again()
        self.run = run
        studio.replay.open(None)
        self.set_snapshot(None)
        studio.explorer.begin(images, run.code_length)
        if not going_on:  # the stops of a run that goes on stay where they are
            studio.morph.clear()
        studio.morph.refuse(studio.refusals.paths)
        studio.pairs.show(None, None)

    def save_again(self) -> None:
        """Try once more to save what the disk has refused of the open run."""
        if refusal := self._refusal():
            self.tell_lost(refusal)

    def may_close(self) -> bool:
        """Try once more as well; False when that fails and the user does not know yet what the window would lose."""
        refusal = self._refusal()
        if self.run is None or self.run.warned or not refusal:
            return True
        self.run.warned = True
        self.tell_lost(
            f"{refusal} The window is still open, because what was trained of {self.run.folder.path.name} since its "
            "last save is in memory alone. Make room and press Continue to save it; close again to lose it."
        )
        return False

    def tell_lost(self, sentence: str) -> None:
        """Say what could not be saved, so that it stays in sight."""
        self.lost.emit(sentence)
        self._studio.message_raised.emit("error", sentence)

    def _refusal(self) -> str:
        """Try once more to save what the disk has refused; return why it refuses again, or nothing."""
        try:
            if self.run is not None:
                self.run.save_again()
        except StudioError as error:
            return str(error)
        return ""

    def take_images(self, images: ImageSet | None) -> None:
        """Take pictures that were opened, if they are those of the run."""
        if images is not None and self._belongs(images):
            self._studio.explorer.set_images(images)
            self.complete_map()

    def set_snapshot(self, snapshot: "Snapshot | None", live: bool = False) -> None:
        """Look at these weights; `live` while they change all the time."""
        self.snapshot = self._studio.decoders.set_snapshot(snapshot)
        self._tell_of_weights(live)

    def set_label(self, label: int) -> None:
        """Draw everything with this label, where the run is conditional."""
        self.snapshot = self._studio.decoders.set_label(label)
        if self.snapshot is not None:
            self._tell_of_weights(live=False)

    def show_saved(self) -> None:
        """Go back to the weights in the folder: those in memory are of a training that failed, and saved nowhere."""
        self.set_snapshot(None)
        if self.run is not None and self.run.folder.has("weights"):
            job = tasks.load_decoder(self.run.folder)
            self._studio.jobs.start("decoder", "Going back to what was saved", job, self._on_saved_loaded)

    def complete_map(self, anew: bool = False) -> None:
        """Once pictures and decoder are there: show reconstructions, and encode what the map does not show yet.

        With `anew` what it shows is of other weights.
        """
        studio = self._studio
        studio.replay.leave()
        images, snapshot, cloud = studio.images, self.snapshot, studio.explorer.cloud
        ready = studio.phase is Phase.IDLE and studio.explorer.images is images
        if not ready or images is None or snapshot is None or self.run is None:
            return
        studio.pairs.ask(images, self.run.recipe)
        if anew or cloud is None or len(cloud.indices) != len(images):
            job = tasks.encode_set(snapshot, images)
            studio.jobs.start("encode", "Encoding all pictures", job, studio.explorer.set_cloud)

    def _tell_of_weights(self, live: bool) -> None:
        studio = self._studio
        studio.explorer.snapshot_changed()
        studio.morph.snapshot_changed(live)
        if not live:
            studio.paths.forget()

    def _belongs(self, images: ImageSet) -> bool:
        """Tell whether these are the pictures of the open run; warn when its own recipe brings others."""
        if self.run is None or self.run.asked is None:
            return False
        same = self.run.holds(images)
        if not same and self._studio.recipe == self.run.asked and self._studio.phase is Phase.IDLE:
            self._studio.message_raised.emit(
                "warning",
                f"{images.name} does not hold the pictures this run was trained on, so the map shows no real pictures; "
                "put them back, or train a new run.",
            )
        return same

    def _on_saved_loaded(self, snapshot: "Snapshot") -> None:
        self.set_snapshot(snapshot)
        self.complete_map(anew=True)

    def _on_decoder_loaded(self, snapshot: "Snapshot") -> None:
        self.set_snapshot(snapshot)
        self.complete_map()
        job = tasks.wake_trainer()
        self._studio.jobs.start("trainer", "Waking up the trainer", job, lambda _none: None, quiet=True)

"""Pairs: held-out pictures of the run, and what comes back of them."""

from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet, Pictures
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.requests import reconstruct_some
from vae_studio.runs.recipe import Recipe


class Pairs(QObject):
    """Shows the newest reconstructions: those of the training, those asked for, or those of an earlier moment."""

    changed = Signal(object, object)  # originals, reconstructions [N, H, W, C]; None for none

    def __init__(self, decoder: DecodeWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._decoder = decoder
        self._stamp = 0
        self._present: tuple[Pictures | None, Pictures | None] = (None, None)
        decoder.answered.connect(self._on_decoder_answered)

    def ask(self, images: ImageSet, recipe: Recipe) -> None:
        """Reconstruct some held-out pictures with the newest weights."""
        self._stamp = self._decoder.ask("pairs", reconstruct_some(images, recipe))

    def show(self, originals: Pictures | None, reconstructions: Pictures | None) -> None:
        """Show these instead of what was asked for before; None for none."""
        self._stamp = 0
        self._present = (originals, reconstructions)
        self.changed.emit(originals, reconstructions)

    def show_past(self, originals: Pictures, reconstructions: Pictures | None) -> None:
        """Show what came back of some pictures at an earlier moment; nothing where it is not known."""
        self.changed.emit(None if reconstructions is None else originals, reconstructions)

    def show_present(self) -> None:
        """Show what came back last."""
        self.changed.emit(*self._present)

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane == "pairs" and answer.stamp == self._stamp and not answer.failure:
            self._present = answer.result
            self.changed.emit(*answer.result)

"""Pairs: held-out pictures of the run, and what comes back of them, on request with noise on their codes."""

from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import ImageSet, Labels, Pictures
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.requests import reconstruct_some, return_with_noise
from vae_studio.runs.recipe import Recipe


class Pairs(QObject):
    """Shows the newest reconstructions: those of the training, those asked for, or those of an earlier moment."""

    changed = Signal(object, object)  # originals, reconstructions [N, H, W, C]; None for none

    def __init__(self, decoder: DecodeWorker, explorer: Explorer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.noise = 0.0  # on the codes, in multiples of how far all codes spread
        self._decoder, self._explorer = decoder, explorer
        self._stamp = self._noisy_stamp = 0
        self._in_past = False
        self._present: tuple[Pictures | None, Pictures | None] = (None, None)
        self._labels: Labels | None = None  # of what is shown, where the run is conditional on them
        decoder.answered.connect(self._on_decoder_answered)

    def ask(self, images: ImageSet, recipe: Recipe) -> None:
        """Reconstruct some held-out pictures with the newest weights."""
        self._stamp = self._decoder.ask("pairs", reconstruct_some(images, recipe))

    def set_noise(self, amount: float) -> None:
        """Show what comes back when so much noise is added to the codes on their way to the decoder."""
        self.noise = amount
        if not self._in_past:  # moments are shown as they were
            self._tell()

    def show(self, originals: Pictures | None, reconstructions: Pictures | None, labels: Labels | None = None) -> None:
        """Show these instead of what was asked for before; None for none."""
        self._stamp = 0
        self._in_past = False
        self._present, self._labels = (originals, reconstructions), labels
        self._tell()

    def show_past(self, originals: Pictures, reconstructions: Pictures | None) -> None:
        """Show what came back of some pictures at an earlier moment; nothing where it is not known."""
        self._in_past = True
        self.changed.emit(None if reconstructions is None else originals, reconstructions)

    def show_present(self) -> None:
        """Show what came back last."""
        self._in_past = False
        self._tell()

    def _tell(self) -> None:
        originals, _ = self._present
        if self.noise == 0 or originals is None:
            self._noisy_stamp = 0
            self.changed.emit(*self._present)
            return
        request = return_with_noise(originals, self._explorer.cloud, self.noise, self._labels)
        self._noisy_stamp = self._decoder.ask("noise", request)

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.failure or self._in_past:
            return
        if answer.lane == "pairs" and answer.stamp == self._stamp:
            self._present, self._labels = answer.result[:2], answer.result[2]
            self._tell()
        elif answer.lane == "noise" and answer.stamp == self._noisy_stamp:
            self.changed.emit(*answer.result)

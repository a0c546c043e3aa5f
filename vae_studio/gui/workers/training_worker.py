"""The thread that trains: drains the run's events and leaves the newest state in a mailbox."""

import logging
import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_studio.data.image_set import Labels, Pictures, labels_at
from vae_studio.device import give_back_freed_memory
from vae_studio.errors import ExportError, StudioError
from vae_studio.gui.workers.mailbox import Mailbox
from vae_studio.gui.workers.pausable_thread import PausableThread
from vae_studio.gui.workers.quiet_thread import lower_priority, quick_switching
from vae_studio.gui.workers.tasks import curves_of
from vae_studio.latent.codes import Codes
from vae_studio.runs.run import Run
from vae_studio.runs.snapshot import Snapshot
from vae_studio.training.events import EpochDone, Event, Finished, SetBack, StepDone, Stopped

_SNAPSHOT_SHARE = 0.03  # of the time may go into looking at the map while training
_SNAPSHOT_CREDIT = 0.6  # seconds more at the start, when the map changes most and everybody watches it
_SNAPSHOT_SECONDS = 0.1  # that one look may take; decides how many pictures are in it
_SHORTEST_PAUSE = 0.4  # seconds between two looks
_CURVES_PAUSE = 0.5
_TRIAL, _FEWEST, _MOST = 256, 256, 10_000  # pictures
_SHOWN = 24  # reconstructions


@dataclass(frozen=True)
class Look:
    """What the map and the reconstructions show of one moment of the training."""

    snapshot: Snapshot
    codes: Codes  # [M, D]
    indices: np.ndarray  # [M], the pictures these codes belong to
    originals: Pictures
    reconstructions: Pictures
    labels: Labels | None = None  # of the originals


@dataclass(frozen=True)
class Outcome:
    """How a training ended, and the sentence that tells."""

    kind: Literal["finished", "stopped", "unsaved", "failed"]
    sentence: str


class TrainingWorker(PausableThread):
    """Trains one run; `number` tells a late signal of an old worker from the current one's."""

    ended = Signal(int, object)  # number, Outcome

    def __init__(self, run: Run, number: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.training_run = run
        self.mailbox = Mailbox()
        self.outcome: Outcome | None = None  # for who waits for the end and hears no signal meanwhile
        self._number = number
        self._probe: np.ndarray | None = None
        self._told: str | None = None  # the problem with saving that the window knows of
        self._next_look = self._next_curves = 0.0
        self._begun = self._looked = 0.0  # when the first look was, and how many seconds all took

    def run(self) -> None:
        """Drain the training; always ends with `ended`."""
        lower_priority()
        outcome = Outcome("failed", "Training ended without a word; see the log.")
        try:
            with quick_switching():
                outcome = self._train()
        except ExportError as error:  # only the save at the end raises it; the state is whole, but in memory alone
            outcome = Outcome("unsaved", f"{error} The run is kept in memory: press Continue to save it.")
        except StudioError as error:
            outcome = Outcome("failed", str(error))
        except Exception as error:
            logging.getLogger(__name__).exception("training failed")
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            outcome = Outcome(
                "failed", f"Training failed: {reason}. The last saved state is kept; the log has the details."
            )
        finally:
            give_back_freed_memory()
            self.outcome = outcome
            self.ended.emit(self._number, outcome)

    def _train(self) -> Outcome:
        for event in self.training_run.train(self._stop.is_set):
            self._report(event)
            if isinstance(event, Stopped):
                return Outcome("stopped", "Stopped and saved. Press Continue to go on.")
            self._go.wait()
        return Outcome("finished", "Finished and saved.")

    def _report(self, event: Event) -> None:
        self.mailbox.post("progress", event.progress)
        if isinstance(event, StepDone):
            self.mailbox.post("losses", event.training)
        if isinstance(event, EpochDone):
            self.mailbox.post("epoch", event)
        if isinstance(event, SetBack):
            self.mailbox.post("warning", event.sentence)
        if self.training_run.save_problem != self._told:
            self._told = self.training_run.save_problem
            self.mailbox.post("warning", self._told or "The run is saved again.")
        now = time.monotonic()
        last = isinstance(event, Finished | Stopped)
        if isinstance(event, EpochDone) or last or now > self._next_curves:
            self.mailbox.post("curves", curves_of(self.training_run.history))
            self._next_curves = now + _CURVES_PAUSE
        # A stop must be quick: the full map is drawn anew after it anyway.
        if now > self._next_look and not self._stop.is_set():
            self.mailbox.post("look", self._look())
            self._next_look = self._pause_after(now)

    def _pause_after(self, start: float) -> float:
        """Return when the next look may be after one that began at `start`: together they stay in their share."""
        end = time.monotonic()
        self._begun = self._begun or start
        self._looked += end - start
        return max(end + _SHORTEST_PAUSE, self._begun + (self._looked - _SNAPSHOT_CREDIT) / _SNAPSHOT_SHARE)

    def _look(self) -> Look:
        run = self.training_run
        snapshot = run.snapshot()
        if self._probe is None:
            self._probe = self._choose_probe(snapshot)
        shown = run.split.held_out[:_SHOWN]
        originals = run.images.pictures[shown]
        images = run.images
        codes = snapshot.encode(images.pictures[self._probe], labels=labels_at(images, self._probe))
        labels = labels_at(images, shown)
        return Look(snapshot, codes, self._probe, originals, snapshot.reconstruct(originals, labels), labels)

    def _choose_probe(self, snapshot: Snapshot) -> np.ndarray:
        """Choose as many pictures, spread over the set, as one look can encode in its time."""
        pictures = self.training_run.images.pictures
        start = time.perf_counter()
        snapshot.encode(pictures[:_TRIAL])
        rate = min(_TRIAL, len(pictures)) / (time.perf_counter() - start)
        count = min(len(pictures), max(_FEWEST, min(_MOST, int(rate * _SNAPSHOT_SECONDS))))
        return np.unique(np.linspace(0, len(pictures) - 1, count).astype(np.int64))

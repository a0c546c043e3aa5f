"""The morph desk: stops, the way between them, and the film that is played and saved."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from vae_studio.data.image_set import Pictures
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.requests import Morph, decode_morph
from vae_studio.gui.workers.tasks import export_film
from vae_studio.latent.codes import Floats
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.timing import Timing

if TYPE_CHECKING:
    from vae_studio.gui.workers.jobs import Jobs
    from vae_studio.runs.snapshot import Snapshot

_NOT_YET = np.full((1, 1, 1), 127, np.uint8)  # stands for the picture of a stop until it is decoded

_LIVE_PAUSE_MS = 2000


class MorphDesk(QObject):
    """Holds the stops; keeps the decoded film up to date; plays it."""

    stops_changed = Signal()
    film_changed = Signal(object)  # Morph, or None while there is none
    playing_changed = Signal(bool)
    frame_shown = Signal(int)  # the number of the frame of the film
    failed = Signal(str)

    def __init__(self, decoder: DecodeWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stops: list[Floats] = []
        self.kind = "linear"
        self.timing = Timing(cycle="ping-pong")
        self.film: Morph | None = None
        self.pictures: list[Pictures] = []  # of the stops, in their order
        self.frame = 0
        self._decoder = decoder
        self._stamp = 0
        self._timer = QTimer(self)
        self._clock = QElapsedTimer()
        self._asked = QElapsedTimer()
        self._timer.timeout.connect(self._on_timer_ticked)
        decoder.answered.connect(self._on_decoder_answered)

    @property
    def path(self) -> CodePath | None:
        """The way through the stops, or None with fewer than two."""
        if len(self.stops) < 2:
            return None
        return CodePath(np.stack(self.stops), self.kind, self.timing.closed)

    @property
    def playing(self) -> bool:
        """Tell whether the film is running."""
        return self._timer.isActive()

    def add(self, code: Floats) -> None:
        """Add a stop at the end."""
        self.stops.append(np.asarray(code, np.float32))
        self.pictures.append(_NOT_YET)
        self._changed()

    def remove(self, number: int) -> None:
        """Take a stop out."""
        if 0 <= number < len(self.stops):
            del self.stops[number], self.pictures[number]
            self._changed()

    def move(self, source: int, target: int) -> None:
        """Put a stop elsewhere in the order."""
        if 0 <= source < len(self.stops):
            self.stops.insert(target, self.stops.pop(source))
            self.pictures.insert(target, self.pictures.pop(source))
            self._changed()

    def clear(self) -> None:
        """Take all stops out."""
        self.stops, self.pictures = [], []
        self._changed()

    def set_kind(self, kind: str) -> None:
        """Choose the kind of path."""
        self.kind = kind
        self._changed()

    def set_timing(self, timing: Timing) -> None:
        """Choose how the film runs."""
        self.timing = timing
        if self.playing:
            self._timer.setInterval(timing.delay_centiseconds * 10)
        self._changed()

    def snapshot_changed(self, live: bool = False) -> None:
        """Decode the film anew: the weights have changed; while they change all the time, now and then."""
        recent = self._asked.isValid() and self._asked.elapsed() < _LIVE_PAUSE_MS
        if self.stops and not (live and recent):
            self._ask()

    def play(self) -> None:
        """Play, or pause."""
        if self.playing:
            self.stop()
        elif self.film is not None and len(self.film.frames):
            self._timer.start(self.timing.delay_centiseconds * 10)
            self._clock.start()
            self.playing_changed.emit(True)
            self.show_frame(0)

    def stop(self) -> None:
        """Stop playing."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def show_frame(self, number: int) -> None:
        """Show one frame of the film."""
        if self.film is not None and len(self.film.frames):
            self.frame = number % len(self.film.frames)
            self.frame_shown.emit(self.frame)

    def picture(self) -> Pictures | None:
        """Return the current frame, [H, W, C]."""
        if self.film is None or not len(self.film.frames):
            return None
        picture: Pictures = self.film.frames[self.frame % len(self.film.frames)]
        return picture

    def export(
        self, jobs: "Jobs", snapshot: "Snapshot", run: Path, size: int, resampling: Any, file: Path, done: Any
    ) -> None:
        """Write the film as a GIF with its side file; `done` gets the file's path."""
        path = self.path
        if path is None:
            self.failed.emit("A morph needs at least two stops: shift-click on the map, then save.")
            return
        job = export_film(snapshot, run, path, self.timing, size, resampling, file)
        jobs.start("export", f"Saving {file.name}", job, done)

    def _changed(self) -> None:
        self.stops_changed.emit()
        if self.stops:
            self._ask()
        else:
            self.stop()
            self._stamp = 0
            self.film = None
            self.film_changed.emit(None)

    def _ask(self) -> None:
        self._asked.start()
        self._stamp = self._decoder.ask("path", decode_morph(np.stack(self.stops), self.kind, self.timing))

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane != "path" or answer.stamp != self._stamp:
            return
        if answer.failure:
            self.failed.emit(answer.failure)
            return
        self.film = answer.result
        self.pictures = list(self.film.stop_pictures)
        self.film_changed.emit(self.film)
        if not len(self.film.frames):
            self.stop()
        elif not self.playing:
            self.show_frame(min(self.frame, len(self.film.frames) - 1))

    def _on_timer_ticked(self) -> None:
        """Show the frame that is due: a late tick skips frames instead of slowing the film down."""
        due = int(self._clock.elapsed() / (self.timing.delay_centiseconds * 10))
        if self.timing.cycle == "once" and self.film is not None and due >= len(self.film.frames):
            self.show_frame(len(self.film.frames) - 1)
            self.stop()
        else:
            self.show_frame(due)

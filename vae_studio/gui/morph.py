"""The morph desk: stops, the way between them, and the film that is played and saved."""

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, Signal

from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.export.side_file import Film
from vae_studio.gui.film_player import FilmPlayer
from vae_studio.gui.film_settings import FilmSettings
from vae_studio.gui.workers.decode_worker import Answer, DecodeWorker
from vae_studio.gui.workers.film_requests import Curves, decode_stop
from vae_studio.gui.workers.requests import Morph
from vae_studio.gui.workers.watch import Watch
from vae_studio.latent.codes import Floats
from vae_studio.latent.key_frame import KeyFrame
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.timing import Timing

_NOT_YET = np.full((1, 1, 1), 127, np.uint8)  # stands for the picture of a stop until it is decoded
_LIVE_PAUSE_MS = 2000


class MorphDesk(QObject):
    """Holds the stops; keeps the decoded film up to date; plays it."""

    stops_changed = Signal()  # or their times, or the way between them
    film_changed = Signal(object)  # Morph, or None while there is none
    computing = Signal(float)  # how much of the new film is done, 0 to 1; -1 unknown; 1 done
    playing_changed = Signal(bool)
    frame_shown = Signal(int)  # the number of the frame of the film
    failed = Signal(str)
    _watched = Signal(object, float)  # a Watch, and how far its work is

    def __init__(self, decoder: DecodeWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stops: list[Floats] = []
        self.label: str | None = None  # that is drawn, where the run is conditional
        self.keys: list[KeyFrame] = []  # the times of each stop
        self.pictures: list[Pictures] = []  # of the stops, in their order
        self.kind = "linear"
        self.refused: dict[str, str] = {}  # kinds of path that the open run cannot have, and why
        self.timing = Timing(cycle="ping-pong")
        self.settings = FilmSettings()
        self.film: Morph | None = None
        self.problem = ""  # why there can be no film, in a sentence
        self.curves = Curves()  # on the decoder's thread
        self._decoder = decoder
        self._stamp = 0
        self._watch = Watch(self._watched.emit)
        self._watched.connect(self._on_watch_reported)
        self._asked = QElapsedTimer()
        self._player = FilmPlayer(self)
        self._player.frame_shown.connect(self.frame_shown)
        self._player.playing_changed.connect(self.playing_changed)
        decoder.answered.connect(self._on_decoder_answered)

    @property
    def path(self) -> CodePath | None:
        """The way through the stops, or None with fewer than two."""
        return self.path_of(self.kind)

    def path_of(self, kind: str) -> CodePath | None:
        """Return the way through the stops of some kind, or None with fewer than two."""
        if len(self.stops) < 2:
            return None
        return CodePath(np.stack(self.stops), kind, self.timing.closed)

    @property
    def fps(self) -> float:
        """The rate at which the file will really show its frames."""
        return self.settings.kind.fps(self.timing)

    @property
    def frame_count(self) -> int:
        """How many frames the film has; 0 while there can be none."""
        if len(self.stops) < 2 or self.problem:
            return 0
        return self.timing.frame_count(len(self.stops), self.keys, self.fps)

    @property
    def playing(self) -> bool:
        """Tell whether the film is running."""
        return self._player.playing

    @property
    def frame(self) -> int:
        """The number of the frame that is shown."""
        return self._player.frame

    # Stops

    def add(self, code: Floats) -> None:
        """Add a stop at the end."""
        self.stops.append(np.asarray(code, np.float32))
        self.keys.append(KeyFrame())
        self.pictures.append(_NOT_YET)
        self._changed()

    def remove(self, number: int) -> None:
        """Take a stop out."""
        if 0 <= number < len(self.stops):
            for row in self._rows():
                del row[number]
            self._changed()

    def move(self, source: int, target: int) -> None:
        """Put a stop with its times elsewhere in the order."""
        if 0 <= source < len(self.stops):
            for row in self._rows():
                row.insert(target, row.pop(source))
            self._changed()

    def clear(self) -> None:
        """Take all stops out."""
        self.stops, self.keys, self.pictures = [], [], []
        self._changed()

    # How the film goes

    def set_key(self, number: int, key: KeyFrame) -> None:
        """Give a stop times of its own."""
        if 0 <= number < len(self.keys) and self.keys[number] != key:
            self.keys[number] = key
            self._changed()

    def set_kind(self, kind: str) -> None:
        """Choose the kind of path."""
        if kind != self.kind and kind not in self.refused:
            self.kind = kind
            self._changed()

    def refuse(self, kinds: dict[str, str]) -> None:
        """Take note of the kinds of path that another run cannot have; a straight one can always be had."""
        if kinds == self.refused:
            return
        self.refused = kinds
        if self.kind in kinds:
            self.kind = "linear"
        self._changed()

    def set_timing(self, timing: Timing) -> None:
        """Choose how the film runs."""
        if timing != self.timing:
            self.timing = timing
            self._changed()

    def set_settings(self, settings: FilmSettings) -> None:
        """Choose what the film is saved as; another format may have another rate."""
        before, self.settings = self.fps, settings
        if self.fps != before:
            self._changed()

    def snapshot_changed(self, live: bool = False) -> None:
        """Decode the film anew: the weights have changed; while they change all the time, now and then."""
        recent = self._asked.isValid() and self._asked.elapsed() < _LIVE_PAUSE_MS
        if self.stops and not self.problem and not (live and recent):
            self._ask()

    # The film

    def play(self) -> None:
        """Play, or pause."""
        self._player.toggle()

    def stop(self) -> None:
        """Stop playing."""
        self._player.stop()

    def show_frame(self, number: int) -> None:
        """Show one frame of the film."""
        self._player.show_frame(number)

    def picture(self) -> Pictures | None:
        """Return the current frame, [H, W, C]."""
        if self.film is None or not len(self.film.frames):
            return None
        row = self.frame // self.film.stride
        picture: Pictures = self.film.frames[min(row, len(self.film.frames) - 1)]
        return picture

    def order(self, run: Path, run_sha256: str) -> Film | None:
        """Return how the film is made, for its file; None while there is none."""
        path, settings = None if self.problem else self.path, self.settings
        if path is None:
            return None
        plain = all(key == KeyFrame() for key in self.keys)
        return Film.of(
            run,
            path,
            self.timing,
            settings.size,
            settings.resampling,
            run_sha256=run_sha256,
            keys=() if plain else tuple(self.keys),
            overlay=settings.overlay,
            format=settings.format,
            options=settings.options,
            label=self.label,
        )

    def end(self) -> None:
        """Stop playing, and give up what is being decoded."""
        self.stop()
        self._watch.cancel()

    def _rows(self) -> tuple[list[Any], ...]:
        """Return what is kept for each stop."""
        return self.stops, self.keys, self.pictures

    def _changed(self) -> None:
        self._watch.cancel()
        self.problem = self._find_problem()
        self.stops_changed.emit()
        if self.stops and not self.problem:
            self._ask()
        else:
            self._stamp = 0
            self._set_film(None)
            self.computing.emit(1.0)

    def _find_problem(self) -> str:
        try:
            if (path := self.path) is not None:
                self.timing.moments(len(path.stops), self.keys, self.fps)
        except UsageError as error:
            return str(error)
        return ""

    def _ask(self) -> None:
        self._asked.start()
        self._watch.cancel()
        self._watch = watch = Watch(self._watched.emit)
        path = self.path
        if path is None:
            request = decode_stop(np.stack(self.stops))
        else:
            request = self.curves.decode_film(path, self.timing, tuple(self.keys), self.fps, watch)
        self._stamp = self._decoder.ask("path", request)

    def _on_watch_reported(self, watch: Watch, share: float) -> None:
        if watch is self._watch and self._stamp:
            self.computing.emit(share)

    def _on_decoder_answered(self, answer: Answer) -> None:
        if answer.lane != "path" or answer.stamp != self._stamp:
            return
        self._stamp = 0
        self.computing.emit(1.0)
        if answer.failure:
            self.failed.emit(answer.failure)
            return
        self.pictures = list(answer.result.stop_pictures)
        self._set_film(answer.result)

    def _set_film(self, film: Morph | None) -> None:
        self.film = film
        self._player.load(0 if film is None else len(film.frame_codes), self.fps, self.timing.cycle == "once")
        self.film_changed.emit(film)
        self._player.refresh()

"""The film player: which frame of a film is due."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal


class FilmPlayer(QObject):
    """Counts frames at a rate: a late tick skips frames instead of slowing the film down."""

    playing_changed = Signal(bool)
    frame_shown = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frame = 0
        self._count, self._fps, self._once = 0, 25.0, False
        self._begun_at = 0  # the frame at which the clock started
        self._timer = QTimer(self)
        self._clock = QElapsedTimer()
        self._timer.timeout.connect(self._on_timer_ticked)

    @property
    def playing(self) -> bool:
        """Tell whether the film is running."""
        return self._timer.isActive()

    def load(self, count: int, fps: float, once: bool) -> None:
        """Take a film of so many frames; one that is running goes on from where it is."""
        self._count, self._fps, self._once = count, fps, once
        if not count:
            self.stop()
        elif self.playing:
            self._start(self.frame % count)

    def refresh(self) -> None:
        """Show the current frame anew, when the film rests."""
        if self._count and not self.playing:
            self.show_frame(min(self.frame, self._count - 1))

    def toggle(self) -> None:
        """Play from the start, or stop."""
        if self.playing:
            self.stop()
        elif self._count:
            self._start(0)
            self.playing_changed.emit(True)
            self.show_frame(0)

    def stop(self) -> None:
        """Stop playing."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def show_frame(self, number: int) -> None:
        """Show one frame of the film."""
        if self._count:
            self.frame = number % self._count
            self.frame_shown.emit(self.frame)

    def _start(self, frame: int) -> None:
        self._begun_at = frame
        self._timer.start(max(10, round(1000 / self._fps)))
        self._clock.start()

    def _on_timer_ticked(self) -> None:
        due = self._begun_at + int(self._clock.elapsed() * self._fps / 1000)
        if self._once and due >= self._count:
            self.show_frame(self._count - 1)
            self.stop()
        else:
            self.show_frame(due)

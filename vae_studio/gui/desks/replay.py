"""The replay desk: the moments of the open run's training, and which of them is looked at."""

from PySide6.QtCore import QObject, QTimer, Signal

from vae_studio.data.image_set import Pictures
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.pairs import Pairs
from vae_studio.gui.workers.decode_worker import Answer
from vae_studio.gui.workers.decoders import Decoders
from vae_studio.gui.workers.past import Past, PastList, PastMoment
from vae_studio.latent.cloud import Cloud
from vae_studio.runs.moment import INDEX
from vae_studio.runs.store import RunFolder

_WHOLE_MS, _SHORTEST_MS, _LONGEST_MS = 8000, 120, 500  # a replay of all moments, and what one of them may take
_NONE = PastList((), (), "")


class ReplayDesk(QObject):
    """Takes map, decoder and reconstructions back to a moment, and to the run as it is again.

    The last place, one after all moments, is now. Films and files are always made of the run as it is,
    finished or stopped.
    """

    changed = Signal()  # there are other moments, or none
    moved = Signal(int)  # the place that is looked at
    arrived = Signal(int)  # its map and pictures are there
    playing_changed = Signal(bool)
    failed = Signal(str)

    def __init__(self, decoders: Decoders, explorer: Explorer, pairs: Pairs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.moments = _NONE
        self.place = 0
        self._decoders, self._explorer, self._pairs = decoders, explorer, pairs
        self._past: Past | None = None
        self._present: Cloud | None = None  # the run's as it is, while an earlier one is shown
        self._shown: Cloud | None = None
        self._stamps = {"moments": 0, "moment": 0, "ahead": 0}
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_timer_ticked)
        decoders.replays.answered.connect(self._on_answered)
        explorer.cloud_changed.connect(self._on_cloud_changed)

    @property
    def now(self) -> int:
        """The place of the run as it is."""
        return len(self.moments)

    @property
    def present(self) -> Cloud | None:
        """The map of the run as it is, whichever is shown."""
        return self._explorer.cloud if self._present is None else self._present

    @property
    def in_past(self) -> bool:
        """Tell whether an earlier moment is looked at."""
        return self.place != self.now

    @property
    def opening(self) -> bool:
        """Tell whether there are moments, but it is not known yet which."""
        return self._stamps["moments"] != 0

    @property
    def playing(self) -> bool:
        """Tell whether the replay is running."""
        return self._timer.isActive()

    @property
    def waiting(self) -> bool:
        """Tell whether a moment is being read."""
        return self._stamps["moment"] != 0

    def open(self, folder: RunFolder | None) -> None:
        """Turn to the moments of a run as it is on the disk now, or to none."""
        self.leave()
        self._past = None
        self._stamps = {"moments": 0, "moment": 0, "ahead": 0}
        if folder is not None and folder.has(INDEX):
            self._past = Past(folder, self._real_pictures)
            self._stamps["moments"] = self._decoders.replays.ask("moments", self._past.list_moments())
        self._set_moments(_NONE)

    def look_at(self, place: int) -> None:
        """Show a moment as soon as it is read, or the run as it is."""
        place = min(max(place, 0), self.now)
        if self._past is None or self._explorer.cloud is None or place == self.place:
            return
        if place == self.now:
            self.leave()
            return
        if self._present is None:
            self._present = self._explorer.cloud
        self.place = place
        self._stamps["moment"] = self._decoders.replays.ask("moment", self._past.look(place, self._present.plane))
        self.moved.emit(place)

    def leave(self) -> None:
        """Return to the run as it is."""
        self.stop()
        present, self._present, self._shown = self._present, None, None
        self._stamps["moment"] = 0
        if not self.in_past:
            return
        self.place = self.now
        self._decoders.look_forward()
        if present is not None:
            self._explorer.set_cloud(present)
        self._explorer.snapshot_changed()
        self._pairs.show_present()
        self.moved.emit(self.place)
        self.arrived.emit(self.place)

    def play(self) -> None:
        """Play from here, from the start when there is nothing left, or pause."""
        if self.playing:
            self.stop()
        elif self.now:
            if not self.in_past:
                self.look_at(0)
            self._timer.start(min(max(_WHOLE_MS // self.now, _SHORTEST_MS), _LONGEST_MS))
            self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stop playing."""
        if self.playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def _real_pictures(self) -> Pictures | None:
        images = self._explorer.images
        return None if images is None else images.pictures

    def _set_moments(self, moments: PastList) -> None:
        self.moments = moments
        self.place = self.now
        self.changed.emit()

    def _on_timer_ticked(self) -> None:
        if not self.waiting:  # a slow disk slows the replay down; it leaves no moment out
            self.look_at(self.place + 1)

    def _on_answered(self, answer: Answer) -> None:
        if not answer.stamp or answer.stamp != self._stamps.get(answer.lane):
            return
        self._stamps[answer.lane] = 0
        if answer.lane == "ahead":
            if answer.result and self.in_past:  # nothing, after a failure: who comes to that moment is told
                self._look_ahead()
        elif answer.failure:
            self.leave()
            self.changed.emit()
            self.failed.emit(answer.failure)
        elif answer.lane == "moments":
            self._set_moments(answer.result)
        else:
            self._show(answer.result)

    def _show(self, moment: PastMoment) -> None:
        if moment.snapshot is not None:
            self._decoders.look_back(moment.snapshot)
        self._shown = moment.cloud
        self._explorer.set_cloud(moment.cloud)
        self._explorer.snapshot_changed()
        self._pairs.show_past(moment.originals, moment.reconstructions)
        self.arrived.emit(moment.number)
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Read the moments around, while there is nothing else to read: a hand on the slider will come to them."""
        if self._past is not None:
            self._stamps["ahead"] = self._decoders.replays.ask("ahead", self._past.look_ahead(self.place))

    def _on_cloud_changed(self) -> None:
        """Leave the past when a newer map than the one of before it has come."""
        if self.in_past and self._explorer.cloud is not self._shown:
            self._present = None  # it is shown already
            self.leave()

"""The groups desk: the groups of the open run, what is selected on the map, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from vae_studio.errors import StudioError, UsageError
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.workers.group_tasks import keep_groups
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.runs.groups import Groups, Numbers, read_groups, save_groups
from vae_studio.runs.store import RunFolder

_SLOT = "groups"


class GroupsDesk(QObject):
    """Holds the groups; every change can be undone and is kept with the run at once."""

    changed = Signal()
    selection_changed = Signal(object)  # numbers of pictures, as the map has them
    shown = Signal(object)  # numbers of pictures that the map should show as selected
    refused = Signal(str)  # a sentence

    def __init__(self, explorer: Explorer, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups = Groups()
        self.selection: Numbers = np.zeros(0, np.int64)
        self.undo_stack = QUndoStack(self)
        self._explorer, self._jobs = explorer, jobs
        self._folder: RunFolder | None = None
        self._lasting = False  # whether they are kept with the run
        self._unwritten: dict[Path, _Waiting] = {}  # by the run's folder

    def begin(self, folder: RunFolder | None, lasting: bool) -> None:
        """Turn to the groups of another run; those of the example are forgotten with it."""
        if folder is self._folder:
            return
        before, self._folder, self._lasting = self._folder, folder, lasting
        waiting = None if folder is None else self._unwritten.get(folder.path)
        if folder is not None and waiting is not None:
            # What was read of this folder may be older than its last groups: they are written once more through it.
            self._unwritten[folder.path] = _Waiting(folder, waiting.groups)
            self._write_next()
        if folder is not None and before is not None and folder.path == before.path:
            return
        self.groups = self._read() if waiting is None else waiting.groups
        self.undo_stack.clear()
        self.select([])
        self.changed.emit()

    def end(self) -> None:
        """Write what has not been written yet, and change nothing more; the jobs have ended."""
        for waiting in self._unwritten.values():
            try:
                save_groups(waiting.folder, waiting.groups)
            except StudioError as error:
                self.refused.emit(str(error))
        self._unwritten.clear()
        self.undo_stack.blockSignals(True)  # its end empties it, when those who would be told are gone

    def select(self, numbers: npt.ArrayLike) -> None:
        """Take note of the pictures that are selected on the map."""
        self.selection = np.unique(np.asarray(numbers, np.int64).ravel())
        self.selection_changed.emit(self.selection)

    def show_on_map(self, numbers: Numbers) -> None:
        """Let the map show these pictures as selected."""
        self.shown.emit(numbers)
        self.select(numbers)

    def add(self, name: str, numbers: npt.ArrayLike) -> None:
        """Make a group of pictures."""
        self._change(f"make {name}", lambda: self.groups.added(name, numbers))

    def add_label(self, label: int) -> None:
        """Make a group of all pictures with a label."""
        cloud, images = self._explorer.cloud, self._explorer.images
        if images is not None and images.labels is not None:
            self.add(images.label_names[label], np.flatnonzero(images.labels == label))
        elif cloud is not None and cloud.labels is not None and len(cloud.indices) == cloud.total:
            self.add(cloud.label_names[label], cloud.indices[cloud.labels == label])
        else:
            self.refused.emit("The labels of all pictures are not known yet; wait until they are opened or encoded.")

    def rename(self, place: int, name: str) -> None:
        """Give a group another name."""
        self._change("rename", lambda: self.groups.renamed(place, name))

    def recolour(self, place: int, colour: str) -> None:
        """Give a group another colour, #rrggbb."""
        self._change("colour", lambda: self.groups.recoloured(place, colour))

    def remove(self, places: list[int]) -> None:
        """Delete groups; their pictures stay where they are."""
        self._change("delete", lambda: self.groups.without(places))

    def unite(self, places: list[int]) -> None:
        """Make one more group that holds the pictures of several."""
        self._change("unite", lambda: self.groups.united(places))

    def pictures_of(self, places: list[int]) -> Numbers:
        """Return the numbers of all pictures of some groups, each once."""
        chosen = [self.groups[place].pictures for place in places]
        return np.unique(np.concatenate(chosen)) if chosen else np.zeros(0, np.int64)

    def show(self, groups: Groups) -> None:
        """Let these be the groups, and keep them; what undoing does."""
        self.groups = groups
        self.changed.emit()
        self._keep()

    def _change(self, title: str, change: Callable[[], Groups]) -> None:
        if self._folder is None:
            self.refused.emit("There is no run to keep groups with yet; train one first.")
            return
        try:
            after = change()
        except UsageError as error:
            self.refused.emit(str(error))
            self.changed.emit()  # a name that was typed is taken back
            return
        if after != self.groups:
            self.undo_stack.push(_Change(self, self.groups, after, title))

    def _read(self) -> Groups:
        if self._folder is None:
            return Groups()
        try:
            return read_groups(self._folder)
        except StudioError as error:
            self.refused.emit(str(error))
            return Groups()

    def _keep(self) -> None:
        if self._folder is None:
            return
        if not self._lasting:
            self._explorer.noted.emit("Groups of the example are forgotten with it; those of your own runs are kept.")
            return
        self._unwritten[self._folder.path] = _Waiting(self._folder, self.groups)
        self._write_next()

    def _write_next(self) -> None:
        """Write the groups of one run, beside the window; one after the other, so that the newest are what stays."""
        waiting = next((waiting for waiting in self._unwritten.values() if not waiting.refused), None)
        if waiting is None or self._jobs.running(_SLOT):
            return
        job = keep_groups(waiting.folder, waiting.groups)
        self._jobs.start(
            _SLOT,
            "Keeping the groups",
            job,
            lambda _none: self._on_kept(waiting),
            lambda sentence: self._on_not_kept(waiting, sentence),
            quiet=True,
        )

    def _on_kept(self, waiting: "_Waiting") -> None:
        if self._unwritten.get(waiting.folder.path) is waiting:
            del self._unwritten[waiting.folder.path]
        self._write_next()

    def _on_not_kept(self, waiting: "_Waiting", sentence: str) -> None:
        waiting.refused = True  # tried again with the next change, or at the end
        self.refused.emit(sentence)
        self._write_next()


@dataclass(eq=False)
class _Waiting:
    """Groups that are not on the disk yet."""

    folder: RunFolder
    groups: Groups
    refused: bool = False  # by the disk


class _Change(QUndoCommand):
    """One step from some groups to others."""

    def __init__(self, desk: GroupsDesk, before: Groups, after: Groups, title: str) -> None:
        super().__init__(title)
        self._desk, self._before, self._after = desk, before, after

    def redo(self) -> None:
        self._desk.show(self._after)

    def undo(self) -> None:
        self._desk.show(self._before)

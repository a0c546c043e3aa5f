"""The plane desk: what the map is asked to be, three pictures picked one by one, and maps that take a while."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from vae_studio.errors import UsageError
from vae_studio.gui.explorer import Explorer
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.gui.workers.plane_tasks import place_codes
from vae_studio.latent.codes import Floats
from vae_studio.latent.embedding import Embedding
from vae_studio.latent.embeddings import EMBEDDINGS
from vae_studio.plural import counted

_SLOT = "embedding"
_CORNERS = 3  # pictures that fix a plane


class PlaneDesk(QObject):
    """Turns wishes into a chart, or into a sentence that says why not."""

    picking_changed = Signal()
    placing_changed = Signal()
    refused = Signal(str)  # a sentence
    noted = Signal(str)  # a sentence of no lasting interest

    def __init__(self, explorer: Explorer, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.picked: list[int] | None = None  # numbers of pictures so far; None while none are picked
        self.placing = ""  # the kind of bent map that is being made
        self._explorer, self._jobs = explorer, jobs
        jobs.ended.connect(self._on_job_ended)

    def show(self, kind: str) -> None:
        """Ask for a kind of map, by name; some have to be picked first, some take a while."""
        self.stop_picking()
        self._jobs.cancel(_SLOT)
        if kind in EMBEDDINGS:
            self._place(kind)
        elif kind == "pictures":
            self.pick()
        elif kind == "axes":
            self.show_axes(*self._explorer.chart.axes)
        else:
            self._explorer.chart.show_pca()

    def show_axes(self, i: int, j: int) -> None:
        """Show two dimensions of the code as they are."""
        self._try(lambda: self._explorer.chart.show_axes(i, j))

    def pick(self) -> None:
        """Begin to pick three pictures."""
        self.picked = []
        self.noted.emit("Click three real pictures on the map; the plane will pass through them.")
        self.picking_changed.emit()

    def stop_picking(self) -> None:
        """Pick no more."""
        if self.picked is not None:
            self.picked = None
            self.picking_changed.emit()

    def take(self, numbers: npt.ArrayLike) -> None:
        """Take a picture that was clicked; with the third the plane is laid."""
        chosen = np.asarray(numbers, np.int64).ravel().tolist()
        if self.picked is None:
            return
        if len(chosen) != 1 or chosen[0] in self.picked:
            self.noted.emit("Click on one point at a time, each on another picture.")
        else:
            self.picked.append(chosen[0])
            self.noted.emit(f"{len(self.picked)} of {_CORNERS} pictures picked.")
        self.picking_changed.emit()
        if len(self.picked) == _CORNERS:
            picked = self.picked
            self.stop_picking()
            self.show_pictures(picked)

    def show_pictures(self, numbers: Sequence[int]) -> None:
        """Show the plane through three pictures."""
        codes = [self._explorer.code_of(number) for number in numbers]
        if len(codes) != _CORNERS or any(code is None for code in codes):
            selected = counted(len(codes), "is selected", "are selected")
            self.refused.emit(f"A plane needs exactly {_CORNERS} pictures of the map; {selected}.")
            return
        self._lay([code for code in codes if code is not None], tuple(numbers))

    def show_stops(self, stops: Sequence[Floats]) -> None:
        """Show the plane through the first three stops of the morph."""
        if len(stops) < _CORNERS:
            self.refused.emit(
                f"The morph has {counted(len(stops), 'stop')}; shift-click on the map until it has {_CORNERS}."
            )
            return
        self._lay(list(stops[:_CORNERS]), ())

    def _lay(self, codes: list[Floats], numbers: tuple[int, ...]) -> None:
        self._try(lambda: self._explorer.chart.show_through(np.stack(codes), numbers))
        if self._explorer.chart.kind == "pictures":
            self._explorer.look_at(codes[0])

    def _place(self, kind: str) -> None:
        cloud = self._explorer.cloud
        if cloud is None:
            self.refused.emit("There are no codes to place yet; train a model first.")
            return

        def done(embedding: Embedding) -> None:
            if self._explorer.cloud is not cloud:
                self.refused.emit("The codes have changed meanwhile, so the new map was not shown; ask for it again.")
                return
            self._explorer.chart.show_embedding(embedding, cloud)
            self.noted.emit(embedding.sentence())

        self.placing = kind
        title = f"Placing the pictures with {EMBEDDINGS[kind].title}"
        self._jobs.start(_SLOT, title, place_codes(cloud, kind), done, self.refused.emit)
        self.placing_changed.emit()

    def _on_job_ended(self, slot: str) -> None:
        if slot == _SLOT and self.placing:
            self.placing = ""
            self.placing_changed.emit()

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except UsageError as error:
            self.refused.emit(str(error))

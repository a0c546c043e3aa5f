"""The attribute desk: the direction from one group to another, and how far along it one looks."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from vae_studio.gui.explorer import Explorer
from vae_studio.gui.workers.group_tasks import find_attribute, write_walk
from vae_studio.gui.workers.jobs import Jobs
from vae_studio.latent.attribute import Attribute
from vae_studio.latent.codes import Floats
from vae_studio.plural import counted
from vae_studio.runs.groups import Group

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

FILM_SIZE = 256  # pixels
_SLOT = "attribute"
_EFFECTS = ((2.0, "very large"), (0.8, "large"), (0.5, "medium"), (0.2, "small"), (-np.inf, "none"))  # Cohen, 1988


class AttributeDesk(QObject):
    """Moves the point that is looked at along an attribute, and back to where it was."""

    found = Signal(object)  # Attribute, or None while there is none
    amount_changed = Signal(float)  # 1 leads from the middle of one group to the middle of the other
    written = Signal(object)  # the path of a film
    failed = Signal(str)  # a sentence

    def __init__(self, explorer: Explorer, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.attribute: Attribute | None = None
        self.amount = 0.0
        self._explorer, self._jobs = explorer, jobs
        self._base: Floats = explorer.code
        self._moving = False
        explorer.code_changed.connect(self._on_code_changed)
        explorer.cloud_changed.connect(self.forget)

    @property
    def base(self) -> Floats:
        """The code [D] that the attribute is applied to."""
        return self._base

    def find(self, without: Group, having: Group) -> None:
        """Look for the direction from one group to another."""
        self.forget()
        cloud = self._explorer.cloud
        if cloud is None:
            self.failed.emit("There are no codes yet to find a direction in; train a model first.")
            return
        job = find_attribute(cloud, without.pictures, having.pictures)
        title = f"From {without.name} to {having.name}"
        self._jobs.start(_SLOT, title, job, self._on_found, self.failed.emit, quiet=True)

    def forget(self) -> None:
        """Let go of the direction; the point stays where it is."""
        self._jobs.cancel(_SLOT)
        if self.attribute is not None:
            self.attribute = None
            self._rest()
            self.found.emit(None)

    def set_amount(self, amount: float) -> None:
        """Look at the base code, moved so far along the direction."""
        if self.attribute is None:
            return
        self.amount = amount
        self._moving = True
        self._explorer.look_at(self._base if amount == 0 else self.attribute.apply(self._base, amount))
        self._moving = False
        self.amount_changed.emit(amount)

    def write_film(self, file: Path, snapshot: "Snapshot", run: Path) -> None:
        """Write the walk of the slider as a film: from -1 to 1, or as far as it stands."""
        if self.attribute is None:
            return
        reach = max(1.0, abs(self.amount))
        ends = np.stack([self.attribute.apply(self._base, amount) for amount in (-reach, reach)])
        job = write_walk(file, snapshot, run, ends, FILM_SIZE)
        self._jobs.start("walk", f"Saving {file.name}", job, self.written.emit, self.failed.emit)

    def _on_found(self, attribute: Attribute) -> None:
        cloud = self._explorer.cloud
        if cloud is not None and len(attribute.direction) == cloud.codes.dim == len(self._explorer.code):
            self.attribute = attribute
            self._rest()
            self.found.emit(attribute)

    def _on_code_changed(self, _code: Floats) -> None:
        if not self._moving:
            self._rest()

    def _rest(self) -> None:
        """Take the point that is looked at as the base."""
        self._base = self._explorer.code
        if self.amount:
            self.amount = 0.0
            self.amount_changed.emit(0.0)


def in_words(attribute: Attribute) -> str:
    """Say how well a direction tells its groups apart, on pictures it had not seen."""
    pairs = round(100 * attribute.auc)
    word = next(word for least, word in _EFFECTS if attribute.effect >= least)
    chance = "; 50 would be chance" if pairs < 75 else ""
    few = " Few pictures: more would make it surer." if min(attribute.counts) < 10 else ""
    return (
        f"Separates {pairs} of 100 pairs{chance}. Effect {attribute.effect:.1f}, {word}. "
        f"From {attribute.counts[0]:,} + {counted(attribute.counts[1], 'picture')}.{few}"
    )

"""The study: the desks at which a trained model is examined."""

from typing import TYPE_CHECKING

from vae_studio.gui.desks.attribute import AttributeDesk
from vae_studio.gui.desks.groups import GroupsDesk
from vae_studio.gui.desks.health import HealthDesk
from vae_studio.gui.desks.label import LabelDesk
from vae_studio.gui.desks.plane import PlaneDesk
from vae_studio.gui.desks.traversal import TraversalDesk
from vae_studio.gui.desks.trust import TrustDesk

if TYPE_CHECKING:
    from vae_studio.gui.studio import Studio


class Study:
    """Trust, planes, groups, attributes, labels, traversals and health of one studio."""

    def __init__(self, studio: "Studio") -> None:
        explorer, trainer, jobs, judges = studio.explorer, studio.trainer, studio.jobs, studio.decoders.judges
        self.trust = TrustDesk(explorer, trainer, judges, studio)
        self.planes = PlaneDesk(explorer, jobs, studio)
        self.groups = GroupsDesk(explorer, jobs, studio)
        self.attributes = AttributeDesk(explorer, jobs, studio)
        self.labels = LabelDesk(studio)
        self.traversals = TraversalDesk(explorer, trainer, judges, jobs, studio)
        self.health = HealthDesk(studio)
        studio.run_changed.connect(lambda: self.groups.begin(studio.folder, lasting=not studio.is_example))

    def end(self) -> None:
        """Keep what is not kept yet, and ask nothing more; the jobs have ended."""
        self.groups.end()
        self.health.end()
        self.trust.end()
        self.traversals.end()

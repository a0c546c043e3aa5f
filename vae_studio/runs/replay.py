"""The replay of a training: its moments, read from the run's folder one at a time, when they are looked at."""

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.errors import RunError
from vae_studio.latent.codes import Codes, Floats
from vae_studio.latent.plane import Plane, plane_for
from vae_studio.objectives.objective import build_objective
from vae_studio.plural import counted
from vae_studio.runs.codes_file import read_codes
from vae_studio.runs.moment import INDEX, PROBE, Moment, read_index
from vae_studio.runs.probe import Probe, read_mu
from vae_studio.runs.recipe_file import read_recipe
from vae_studio.runs.run import snapshot_of
from vae_studio.runs.snapshot import Snapshot
from vae_studio.runs.store import RunFolder


class Replay:
    """What can be seen of a training afterwards: maps, pictures and losses as they were."""

    def __init__(self, folder: RunFolder, pictures: Pictures | None = None) -> None:
        """Read which moments there are; raises RunError when the list is broken.

        `pictures` [N, H, W, C] are those of the run, for moments of which the weights are kept but not the codes; only
        large pictures have to be given, see `needs_pictures`.
        """
        self._folder = folder
        self._pictures = pictures
        self._moments = read_index(folder.read(INDEX)) if folder.has(INDEX) else []
        self._probe = Probe.from_bytes(folder.read(PROBE)) if self._moments else None
        if self._probe is not None:
            self._probe.check(int(folder.facts.get("pictures", 0)))
        self._encoded: dict[int, Floats] = {}  # codes by step, of the moments that keep none
        self._plane: Plane | None = None

    def moments(self) -> list[Moment]:
        """Return the moments in their order; none for a run that was trained without them."""
        return list(self._moments)

    @property
    def probe(self) -> Probe:
        """The pictures whose codes are followed; raises RunError when the run has no moments."""
        if self._probe is None:
            raise RunError(
                f"The run {self._folder.path} keeps no moments of its training, so there is nothing to replay; "
                "train it on, or train it anew."
            )
        return self._probe

    @property
    def needs_pictures(self) -> bool:
        """Tell whether some maps can only be drawn when the run's pictures are given."""
        stored = self._probe is None or self._probe.pictures is not None or self._pictures is not None
        return not stored and not all(moment.has_codes for moment in self._moments)

    @property
    def remark(self) -> str | None:
        """What is missing of the replay because the network is large, in a sentence."""
        weights = sum(moment.has_weights for moment in self._moments)
        if not self._moments or weights == len(self._moments):
            return None
        if weights == 0:
            return "The network is large, so the replay has maps but no pictures."
        pictured = counted(weights, "moment")
        return f"The network is large, so the replay has {len(self._moments)} maps but pictures of {pictured}."

    @property
    def has_prior(self) -> bool:
        """Tell whether the KL counts; a plain autoencoder has none to speak of."""
        recipe = read_recipe(self._folder)
        return build_objective(recipe.objective, recipe.likelihood).has_prior

    def fault(self, moment: Moment) -> str | None:
        """Return why a moment cannot be read, in a sentence, or nothing when it is sound."""
        try:
            for role in moment.roles:
                self._folder.read(role)
        except RunError as error:
            return str(error)
        return None

    def weighted(self, moment: Moment) -> Moment:
        """Return the moment itself when its weights are kept, else the newest before it of which they are.

        Raises RunError when there is none.
        """
        found = [other for other in self._moments if other.has_weights and other.step <= moment.step]
        if not found:
            raise RunError("The network is large, so the replay has maps but no pictures of this moment.")
        return found[-1]

    def snapshot_at(self, moment: Moment) -> Snapshot:
        """Return the network as it was, for decoding and encoding; `epoch` says of when it is.

        It may be a little older than a moment of which only the map is kept. Raises RunError when it cannot be read.
        """
        kept = self.weighted(moment)
        return snapshot_of(self._folder, self._folder.read(kept.weights_role), kept.epoch)

    def codes_at(self, moment: Moment) -> Floats:
        """Return the codes of the probe's pictures as they were, [P, D]; raises RunError when they cannot be read."""
        if not moment.has_codes:
            return self._encoded_at(moment)
        mu = read_mu(self._folder.read(moment.codes_role))
        if mu.ndim != 2 or len(mu) != len(self.probe.indices):
            raise RunError("The codes of a moment belong to other pictures; restore the run from a copy.")
        return mu

    def _encoded_at(self, moment: Moment) -> Floats:
        if moment.step not in self._encoded:
            snapshot, labels = self.snapshot_at(moment), self.probe.labels
            self._encoded[moment.step] = snapshot.encode(self._probe_pictures(), labels=labels).mu
        return self._encoded[moment.step]

    def _probe_pictures(self) -> Pictures:
        if self.probe.pictures is not None:
            return self.probe.pictures
        if self._pictures is None or self.probe.indices[-1] >= len(self._pictures):
            raise RunError("The map of this moment needs the pictures of the run; put them back to see it.")
        return self._pictures[self.probe.indices]

    @property
    def plane(self) -> Plane:
        """The one plane on which the whole replay is seen: that of the finished run's map.

        Codes of up to two dimensions are seen as they are. A fixed plane lets nothing turn or jump but the codes
        themselves, and a place on the map is the same code at every moment.
        """
        if self._plane is None:
            self._plane = plane_for(self._last_codes())
        return self._plane

    def _last_codes(self) -> Codes:
        if self._folder.has("codes"):
            return read_codes(self._folder.read("codes"))[0]
        fault: RunError | None = None
        for moment in reversed(self._moments):
            try:
                mu = self.codes_at(moment)
                return Codes(mu, np.zeros_like(mu))
            except RunError as error:
                fault = fault or error
        raise fault or RunError(f"The run {self._folder.path} keeps no moments of its training; train it on.")

    def xy_at(self, moment: Moment) -> Floats:
        """Return where the probe's pictures lay on the map, [P, 2]; raises RunError when the codes cannot be read."""
        return self.plane.to_plane(self.codes_at(moment))

"""The past: the moments of a run's training, read one at a time on a thread of their own."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.errors import RunError
from vae_studio.gui.workers.decode_worker import Request
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.plane import Plane
from vae_studio.latent.prior import NORMAL
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.runs.moment import Moment
    from vae_studio.runs.replay import Replay
    from vae_studio.runs.snapshot import Snapshot

_MOST_SNAPSHOTS = 8  # kept in memory; a large network has few moments with weights anyway


@dataclass(frozen=True)
class PastList:
    """Which moments there are, each with its epoch and its losses in words."""

    epochs: tuple[float, ...]
    captions: tuple[str, ...]
    remark: str  # what is missing, or empty

    def __len__(self) -> int:
        return len(self.epochs)


@dataclass(frozen=True, eq=False)
class PastMoment:
    """One moment as it was; without weights of its own it has the pictures of the nearest moment before it."""

    number: int
    cloud: Cloud  # of the pictures that the run followed, on the plane of the finished map
    originals: Pictures  # [S, H, W, C]
    reconstructions: Pictures | None  # None where no weights are kept
    snapshot: "Snapshot | None"


class Past:
    """A replay and what was read of it; lives on the thread of its worker, where each request is made."""

    def __init__(self, folder: RunFolder, pictures: Callable[[], Pictures | None]) -> None:
        self._folder, self._pictures = folder, pictures
        self._replay: Replay | None = None
        self._moments: list[Moment] = []
        self._read: dict[int, PastMoment] = {}  # without their snapshots
        self._snapshots: OrderedDict[int, Snapshot] = OrderedDict()  # by step

    def list_moments(self) -> Request:
        """Ask which moments there are -> PastList."""

        def request(_snapshot: "Snapshot") -> PastList:
            from vae_studio.runs.replay_film import caption

            replay = self._opened()
            has_prior = replay.has_prior if self._moments else True
            captions = tuple(caption(moment, has_prior) for moment in self._moments)
            return PastList(tuple(moment.epoch for moment in self._moments), captions, replay.remark or "")

        return request

    def look(self, number: int, plane: Plane | None) -> Request:
        """Ask what could be seen at a moment -> PastMoment; `plane` is that of the finished map."""

        def request(_snapshot: "Snapshot") -> PastMoment:
            from dataclasses import replace

            replay = self._opened()
            seen, snapshot = self._look(replay, number)
            fits = plane is not None and plane.dim == seen.cloud.codes.dim
            cloud = seen.cloud.seen_on(plane if fits and plane is not None else replay.plane)
            return replace(seen, cloud=cloud, snapshot=snapshot)

        return request

    def look_ahead(self, place: int) -> Request:
        """Ask to read one more moment, the nearest to a place -> whether there may be others."""

        def request(_snapshot: "Snapshot") -> bool:
            replay = self._opened()
            waiting = [number for number in range(len(self._moments)) if number not in self._read]
            if waiting:
                self._look(replay, min(waiting, key=lambda number: abs(number - place)))
            return len(waiting) > 1

        return request

    def _look(self, replay: "Replay", number: int) -> "tuple[PastMoment, Snapshot | None]":
        snapshot = self._snapshot(replay, self._moments[number])
        if number not in self._read:
            self._read[number] = self._seen(replay, number, snapshot)
        return self._read[number], snapshot

    def _opened(self) -> "Replay":
        from vae_studio.runs.replay import Replay

        if self._replay is None:
            self._replay = Replay(self._folder)
            self._moments = self._replay.moments()
        if self._replay.needs_pictures and (pictures := self._pictures()) is not None:
            self._replay = Replay(self._folder, pictures)
        return self._replay

    def _snapshot(self, replay: "Replay", moment: "Moment") -> "Snapshot | None":
        try:
            step = replay.weighted(moment).step
        except RunError:
            return None  # the network is large: there are maps, but no pictures
        if step not in self._snapshots:
            self._snapshots[step] = replay.snapshot_at(moment)
        self._snapshots.move_to_end(step)
        while len(self._snapshots) > _MOST_SNAPSHOTS:
            self._snapshots.popitem(last=False)
        return self._snapshots[step]

    def _seen(self, replay: "Replay", number: int, snapshot: "Snapshot | None") -> PastMoment:
        moment, probe = self._moments[number], replay.probe
        codes = None
        if snapshot is not None and moment.has_weights and probe.pictures is not None:
            codes = snapshot.encode(probe.pictures, labels=probe.labels)  # with how sure they were, which is not kept
        if codes is None:
            mu = replay.codes_at(moment)
            codes = Codes(mu, np.full_like(mu, np.nan), NORMAL if snapshot is None else snapshot.prior)
        facts = self._folder.facts
        names = tuple(facts.get("label_names", ()))
        total = int(facts.get("pictures", 0)) or int(probe.indices[-1]) + 1
        cloud = Cloud(codes, probe.indices, probe.labels, names, total)
        back = None if snapshot is None else snapshot.reconstruct(probe.originals, probe.shown_labels)
        return PastMoment(number, cloud, probe.originals, back, None)

"""The recorder: keeps thin moments of a training, so that it can be replayed.

It stands between two events, when the training is at rest, draws no random numbers, and writes nothing itself: its
files go into the run's own saves, so that weights, losses and moments on disk are always of one state.
"""

import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from vae_studio.errors import RunError
from vae_studio.models.vae import VAE
from vae_studio.runs.moment import INDEX, PROBE, Moment, index_bytes, is_history, read_index
from vae_studio.runs.probe import Probe, mu_bytes
from vae_studio.runs.store import RunFolder
from vae_studio.runs.tensors import model_bytes
from vae_studio.runs.thinning import is_due, log_time, thinned
from vae_studio.training.batches import PictureStore, in_order
from vae_studio.training.events import EpochDone, Event, Finished, Losses, Progress, Started, StepDone, Stopped

MOST_MOMENTS = 60
MOST_BYTES = 64 << 20  # of the weights of all moments of a run
SHARE = 0.01  # of the training's time that moments may take
_HEAD_START = 0.25  # seconds that may be spent before any training, for the fast early life
_EARLIEST = 1 / 32  # of an epoch; from there on its double, until the first epoch is done
_WITH_WRITING = 2  # times what halving the weights costs, until it was measured
_BATCH = 500  # pictures encoded at a time
_FORWARD = 0.25  # what an encoding costs against a step of the training, until it was measured


@dataclass
class Recorder:
    """The moments of one run, and those of their files that are not on disk yet."""

    model: VAE
    store: PictureStore
    choose_probe: Callable[[], Probe]
    moments: list[Moment] = field(default_factory=list)
    spent: float = 0.0  # seconds, since the training began or went on

    def __post_init__(self) -> None:
        self._probe: Probe | None = None
        self._probe_is_saved = False
        self._since = 0.0  # seconds of training when it began or went on
        self._kept = 0  # moments since then
        self._pending: dict[str, bytes] = {}
        self._training: Losses | None = None
        self._held_out: Losses | None = None
        self._costs = {"weights": 0.0, "codes": float("nan")}  # seconds that the last ones took
        size = 2 * sum(value.numel() for value in self.model.state_dict().values())
        self.most_weights = min(MOST_MOMENTS, MOST_BYTES // size)
        if self.most_weights < 2:  # a first without a last shows nothing
            self.most_weights = 0

    def note(self, event: Event, train_count: int) -> None:
        """Take in an event, and keep the moment when it is one worth keeping."""
        if isinstance(event, StepDone | EpochDone):
            self._training = event.training
        if isinstance(event, EpochDone):
            self._held_out = event.held_out
        at = event.progress
        if isinstance(event, Started):
            self._since, self.spent, self._kept = at.seconds, 0.0, 0
        if self.moments and self.moments[-1].step >= at.step:
            return
        last = isinstance(event, Finished | Stopped)
        if last or self._is_worth_it(event):
            self._keep(event, last or not self.moments, at.epoch * train_count)

    def _is_worth_it(self, event: Event) -> bool:
        at = event.progress
        if isinstance(event, Started):
            return at.step == 0
        if isinstance(event, StepDone):
            before = self.moments[-1].epoch if self.moments else 0.0
            return max(_EARLIEST, 2 * before) <= at.epoch < 1
        return isinstance(event, EpochDone) and is_due([moment.step for moment in self.moments], at.step, MOST_MOMENTS)

    def _keep(self, event: Event, always: bool, pictures_seen: float) -> None:
        at = event.progress
        allowed = SHARE * (at.seconds - self._since) - self.spent  # codes can be made later, so they come last
        weighted = [moment.step for moment in self.moments if moment.has_weights]
        with_weights = self.most_weights > 0 and (
            always or (is_due(weighted, at.step, self.most_weights) and self._is_in_time(at))
        )
        if np.isnan(cost := self._costs["codes"]):
            cost = _FORWARD * len(self.probe.indices) * at.seconds / pictures_seen if at.step else float("inf")
        with_codes = cost + with_weights * self._costs["weights"] <= allowed
        if not with_weights and not with_codes:
            return
        moment = Moment(at.epoch, at.step, at.seconds, self._training, self._held_out, with_weights, with_codes)
        if with_weights:
            self._pending[moment.weights_role] = self._timed("weights", lambda: model_bytes(self.model, half=True))
        if with_codes:
            self._pending[moment.codes_role] = self._timed("codes", self._codes)
        self.moments.append(moment)
        self._kept += 1
        self._thin()

    def _is_in_time(self, at: Progress) -> bool:
        """Tell whether the time for moments lasts to the end when they follow each other as they do here.

        So what there is time for lies evenly in log time, and is not spent on the first seconds. An epoch that doubles
        what was trained is kept whatever it costs: those are few, and without them a slow disk would end the replay.
        """
        last = self.moments[-1].step if self.moments else 0
        if at.epoch >= 1 and at.step >= 2 * last:
            return True
        gap = log_time(at.step) - log_time(last)
        rest = log_time(round(at.step * at.epochs / at.epoch)) - log_time(last)
        left = SHARE * (at.seconds + at.seconds_left - self._since) + _HEAD_START - self.spent
        cost = max(_WITH_WRITING * self._costs["weights"], self.spent / max(self._kept, 1))
        return gap * left >= rest * cost

    def _timed(self, what: str, make: Callable[[], bytes]) -> bytes:
        start = time.perf_counter()
        made = make()
        self._costs[what] = time.perf_counter() - start
        self.spent += self._costs[what]
        return made

    def _codes(self) -> bytes:
        with torch.inference_mode(), self.model.in_float32():
            batches = [batch.to(self.store.bytes.device) for batch in in_order(self.probe.indices, _BATCH)]
            given = self.store.given
            codes = [given(self.model, batch).encode_mean(self.store.batch(batch)) for batch in batches]
            return mu_bytes(torch.cat(codes).cpu().numpy())

    def _thin(self) -> None:
        """Let weights go where they lie closest, then maps, so that both stay within their bounds."""
        places = [place for place, moment in enumerate(self.moments) if moment.has_weights]
        if len(places) > self.most_weights:
            kept = {places[index] for index in thinned([self.moments[p].step for p in places], self.most_weights)}
            for place in set(places) - kept:
                self.moments[place] = replace(self.moments[place], has_weights=False)
            self.moments = [moment for moment in self.moments if moment.roles]
        if len(self.moments) > MOST_MOMENTS:
            kept = set(thinned([moment.step for moment in self.moments], MOST_MOMENTS))
            self.moments = [moment for place, moment in enumerate(self.moments) if place in kept]
        wanted = self._roles()
        self._pending = {role: content for role, content in self._pending.items() if role in wanted}

    @property
    def probe(self) -> Probe:
        """The pictures whose codes are followed."""
        if self._probe is None:
            self._probe = self.choose_probe()
        return self._probe

    def _roles(self) -> set[str]:
        return {role for moment in self.moments for role in moment.roles}

    def files(self) -> dict[str, bytes]:
        """Return the files that a save has to add to what lies in the folder."""
        if not self.moments:
            return {}
        probe = {} if self._probe_is_saved else {PROBE: self.probe.to_bytes()}
        return {**self._pending, **probe, INDEX: index_bytes(self.moments)}

    def stale(self, folder: RunFolder) -> tuple[str, ...]:
        """Return the roles of files in the folder that a save has to forget."""
        wanted = self._roles() | ({INDEX, PROBE} if self.moments else set())
        return tuple(role for role in folder.names() if is_history(role) and role not in wanted)

    def saved(self, seconds: Mapping[str, float]) -> None:
        """Take note that `files` are on disk, and how long each took; the list and the probe are small and shared."""
        self.spent += sum(seconds[role] for role in self._pending)
        self._pending = {}
        self._probe_is_saved = bool(self.moments)

    def restore(self, folder: RunFolder) -> None:
        """Take over the moments in a folder; a list that cannot be read begins anew, for the run itself is whole."""
        self._pending, self.moments, self._probe_is_saved = {}, [], False
        self._training = self._held_out = None
        with contextlib.suppress(RunError):
            if folder.has(INDEX):
                probe = Probe.from_bytes(folder.read(PROBE))
                probe.check(int(folder.facts.get("pictures", 0)))
                self._probe = probe
                self.moments = read_index(folder.read(INDEX))
                self._probe_is_saved = True
        if self.moments:
            self._training, self._held_out = self.moments[-1].training, self.moments[-1].held_out

"""A replay as a film: what each moment shows, gathered and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import RunError, UsageError
from vae_studio.export.gif import write_gif
from vae_studio.export.replay_frames import SMALLEST, Scene, Stage, film_places, replay_frames
from vae_studio.latent.codes import Floats
from vae_studio.runs.moment import Moment
from vae_studio.runs.replay import Replay

_GATHERING = 0.4  # of the work; the rest is drawing and writing


@dataclass(frozen=True)
class ReplayFilm:
    """How a replay is filmed."""

    size: int = 480  # pixels of the map's side
    frames: int = 120
    fps: int = 20

    def __post_init__(self) -> None:
        if self.size < SMALLEST or self.frames < 2 or not 1 <= self.fps <= 50:
            raise UsageError(
                f"A replay needs a size of {SMALLEST} pixels or more, 2 frames or more, and 1 to 50 of them a second."
            )

    @property
    def delay_centiseconds(self) -> int:
        """How long a GIF shows each frame, in whole 1/100 s."""
        return max(2, round(100 / self.fps))

    @property
    def seconds(self) -> float:
        """How long one round of the GIF takes."""
        return self.frames * self.delay_centiseconds / 100


def write_replay(
    file: Path,
    replay: Replay,
    label_names: Sequence[str],
    film: ReplayFilm,
    marker: Floats | None = None,
    progress: Progress = silent,
) -> int:
    """Write a replay as a GIF and return how many moments are in it; those that cannot be read are left out.

    The marker is a code z [D], the same at every moment; unless given, where the first of the held-out pictures lies in
    the end. Raises RunError when there is no moment that can be read, ExportError when the disk refuses.
    """
    probe = replay.probe

    def gathering(share: float, text: str) -> None:
        progress(share * _GATHERING, text)

    def writing(share: float, text: str) -> None:
        progress(_GATHERING + share * (1 - _GATHERING) if share >= 0 else share, text)

    z = _marker(replay) if marker is None else marker
    scenes = gather(replay, z, gathering)
    stage = Stage(probe.labels, label_names, probe.originals, replay.plane.to_plane(z[None])[0], film.size)
    frames = replay_frames(scenes, stage, film_places(len(scenes), film.frames))
    write_gif(file, frames, film.delay_centiseconds, progress=writing, count=film.frames)
    return len(scenes)


def gather(replay: Replay, z: Floats, progress: Progress = silent) -> list[Scene]:
    """Return what each readable moment shows, with the picture at z [D]; raises RunError when there is none."""
    scenes: list[Scene] = []
    fault: RunError | None = None
    pictures: dict[int, Pictures] = {}  # by the step of the weights that drew them
    moments, has_prior = replay.moments(), replay.has_prior
    for number, moment in enumerate(moments):
        progress(number / len(moments), f"Looking at moment {number + 1} of {len(moments)}.")
        try:
            xy = replay.xy_at(moment)
        except RunError as error:
            fault = fault or error
            continue
        drawn = _pictures(replay, moment, z, pictures)
        scenes.append(Scene(xy, drawn, moment.epoch, caption(moment, has_prior)))
    if not scenes:
        raise fault or RunError("The run keeps no moments of its training; train it on, or train it anew.")
    return scenes


def _pictures(replay: Replay, moment: Moment, z: Floats, known: dict[int, Pictures]) -> Pictures | None:
    """Return the picture at z and the reconstructions as they were, or nothing where no weights can be read."""
    try:
        step = replay.weighted(moment).step
        if step not in known:
            snapshot = replay.snapshot_at(moment)
            back = snapshot.reconstruct(replay.probe.originals, replay.probe.shown_labels)
            known[step] = np.concatenate([snapshot.decode(z[None]), back])
        return known[step]
    except RunError:
        return None


def caption(moment: Moment, has_prior: bool = True) -> str:
    """Return the losses known at a moment in a few words: those of held-out pictures, where there are any yet."""
    losses = moment.held_out or moment.training
    if losses is None:
        return ""
    of = "training" if moment.held_out is None else "held out"
    return f"{of} {losses.total if has_prior else losses.reconstruction:.1f} nats"


def _marker(replay: Replay) -> Floats:
    """Return the code of the first shown picture in the end, or the middle of the map where it cannot be told."""
    try:
        last = replay.moments()[-1]
        shown = replay.probe
        labels = None if shown.shown_labels is None else shown.shown_labels[:1]
        z: Floats = replay.snapshot_at(last).encode(shown.originals[:1], labels=labels).mu[0]
    except RunError:
        z = replay.plane.origin.astype(np.float32)
    return z

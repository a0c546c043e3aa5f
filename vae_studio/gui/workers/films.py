"""Jobs that write films."""

from pathlib import Path
from typing import TYPE_CHECKING

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.gui.workers.job_worker import Job
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.export.side_file import Film
    from vae_studio.runs.snapshot import Snapshot


def export_film(file: Path, film: "Film", snapshot: "Snapshot", cloud: Cloud | None) -> Job:
    """Write a film with its side file -> Path."""

    def job(progress: Progress) -> Path:
        from vae_studio.export.film import make_film

        progress(0.0, "Walking the path.")
        return make_film(file, film, snapshot, cloud, progress)

    return job


def export_replay(file: Path, folder: RunFolder, pictures: Pictures | None, marker: Floats) -> Job:
    """Write a run's training as a GIF in which the picture at a code [D] is watched -> Path."""

    def job(progress: Progress) -> Path:
        from vae_studio.runs.replay import Replay
        from vae_studio.runs.replay_film import ReplayFilm, write_replay

        progress(0.0, "Looking at the moments of the training.")
        replay = Replay(folder, pictures)
        write_replay(file, replay, tuple(folder.facts.get("label_names", ())), ReplayFilm(), marker, progress)
        return file

    return job

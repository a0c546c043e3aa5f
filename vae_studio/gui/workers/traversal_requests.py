"""What each dimension does to a picture: rows for the window, a sheet for the disk."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.errors import UsageError
from vae_studio.gui.workers.decode_worker import Request
from vae_studio.gui.workers.job_worker import Job
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.traversal import Traversals
from vae_studio.runs.refusals import NO_TRAVERSAL

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

FRAMES = 9  # pictures in a row


@dataclass(frozen=True, eq=False)
class Rows:
    """Walks along single dimensions through one code, and their pictures."""

    walks: Traversals
    pictures: Pictures  # [R, F, H, W, C]
    snapshot: "Snapshot"  # that drew them; of an earlier moment while that is looked at


def walk_dimensions(cloud: Cloud, around: Floats, dims: int, reach: float) -> Request:
    """Ask what the most informative dimensions do around a code [D] -> Rows."""

    def request(snapshot: "Snapshot") -> Rows:
        if snapshot.book is not None:
            raise UsageError(NO_TRAVERSAL)
        walks = Traversals.of(cloud.codes, around, FRAMES, dims, reach)
        rows, frames, dim = walks.codes.shape
        pictures = snapshot.decode(walks.codes.reshape(-1, dim))
        return Rows(walks, pictures.reshape(rows, frames, *pictures.shape[1:]), snapshot)

    return request


def write_traversals(file: Path, shown: Rows, reach: float, size: int) -> Job:
    """Write what is shown as a sheet -> Path."""

    def job(progress: Progress) -> Path:
        from vae_studio.export.sheet import write_png
        from vae_studio.export.traversal_page import draw_sheet

        progress(-1, f"Writing {file.name}.")
        write_png(file, draw_sheet(shown.walks, shown.snapshot.decode, reach, size))
        return file

    return job

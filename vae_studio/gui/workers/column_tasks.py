"""What the points are coloured by, measured beside the window."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress
from vae_studio.errors import UsageError
from vae_studio.gui.workers.job_worker import Job
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Codes
from vae_studio.latent.columns import kl_of_each, nearest_distances

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Measured:
    """The values of one column for some pictures."""

    name: str
    numbers: npt.NDArray[np.int64]  # [M], of the pictures
    values: npt.NDArray[np.float64]  # [M], nan where nothing is known


def measure_column(
    name: str, cloud: Cloud, images: ImageSet | None, snapshot: "Snapshot | None", folder: Path | None
) -> Job:
    """Measure a column of a cloud -> Measured; raises UsageError when something for it is missing."""

    def job(progress: Progress) -> Measured:
        if name == "kl":
            values = kl_of_each(_with_prior(cloud.codes, snapshot))
        elif name == "nearest":
            values = nearest_distances(cloud.codes.mu, progress)
        elif name == "reconstruction":
            values = _losses(cloud, images, snapshot, progress)
        elif name == "date":
            return Measured(name, cloud.indices, _dates(cloud, images, folder, progress))
        else:
            return Measured(name, cloud.indices, cloud.indices.astype(np.float64))
        return Measured(name, cloud.indices, values.astype(np.float64))

    return job


def _with_prior(codes: Codes, snapshot: "Snapshot | None") -> Codes:
    """Return codes with the prior over a code book that was learned: saved codes know the book alone."""
    if snapshot is None or not codes.are_entries or codes.dim != snapshot.latent_dim:
        return codes
    return Codes(codes.mu, codes.log_var, snapshot.prior)


def _losses(
    cloud: Cloud, images: ImageSet | None, snapshot: "Snapshot | None", progress: Progress
) -> npt.NDArray[np.float32]:
    if images is None or snapshot is None:
        raise UsageError("Without the pictures and a decoder nothing can be reconstructed; wait until both are open.")
    return snapshot.losses(images.pictures, cloud.indices, progress, images.labels)


def _dates(cloud: Cloud, images: ImageSet | None, folder: Path | None, progress: Progress) -> npt.NDArray[np.float64]:
    if images is None or folder is None or not images.names:
        raise UsageError("These pictures are not files in a folder, so they have no dates; choose another colour.")
    dates = np.full(len(cloud.indices), np.nan)
    for row, number in enumerate(cloud.indices.tolist()):
        if row % 1024 == 0:
            progress(row / len(dates), "Asking for file dates.")
        try:
            dates[row] = (folder / images.names[number]).stat().st_mtime
        except OSError:  # moved or deleted meanwhile
            continue
    return dates

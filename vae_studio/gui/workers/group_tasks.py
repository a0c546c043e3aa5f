"""The jobs of groups: they are kept, written out, and compared."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress
from vae_studio.errors import UsageError
from vae_studio.gui.workers.job_worker import Job
from vae_studio.latent.attribute import Attribute
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.plural import counted
from vae_studio.runs.groups import Groups
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

Numbers = npt.NDArray[np.int64]
MOST_ON_A_SHEET = 2500  # pictures; more cannot be told apart
_MOST_COMPARED = 5000  # pictures of each group; a direction gains nothing from more


def keep_groups(folder: RunFolder, groups: Groups) -> Job:
    """Keep groups with their run."""

    def job(_progress: Progress) -> None:
        from vae_studio.runs.groups import save_groups

        save_groups(folder, groups)

    return job


def rows_of(cloud: Cloud, numbers: Numbers) -> Numbers:
    """Return the rows of a cloud that belong to pictures, in the pictures' order; those without a code are left out."""
    order = np.argsort(cloud.indices, kind="stable")
    if not len(order):
        return np.zeros(0, np.int64)
    at = np.minimum(np.searchsorted(cloud.indices, numbers, sorter=order), len(order) - 1)
    rows = order[at]
    found: Numbers = rows[cloud.indices[rows] == numbers]
    return found


def write_group_codes(file: Path, cloud: Cloud, numbers: Numbers, names: tuple[str, ...]) -> Job:
    """Write the codes of pictures as a table -> sentence."""

    def job(progress: Progress) -> str:
        from vae_studio.export.table import write_codes

        progress(-1, f"Writing {file.name}.")
        rows = rows_of(cloud, numbers)
        if not len(rows):
            raise UsageError("None of these pictures has a code on the map yet; wait until all are encoded.")
        part = cloud.only(rows)
        chosen = [names[number] for number in part.indices] if names else ()
        write_codes(file, part.codes, part.labels, chosen, part.label_names, part.indices)
        missing = len(numbers) - len(rows)
        without = counted(missing, "picture has", "pictures have")
        left = f" {without} no code on the map and could not be saved." if missing else ""
        return f"Saved the codes of {counted(len(rows), 'picture')} in {file}.{left}"

    return job


def write_group_files(folder: Path, images: ImageSet, numbers: Numbers, root: Path | None) -> Job:
    """Write pictures into a new folder -> sentence."""

    def job(progress: Progress) -> str:
        from vae_studio.export.picture_folder import write_pictures

        copied = write_pictures(folder, images, numbers.tolist(), root, progress)
        some = f"{counted(copied, 'own file')}, PNGs" if copied else "PNGs"
        kind = "their own files" if copied == len(numbers) else some
        return f"Saved {counted(len(numbers), 'picture')} ({kind}) in {folder}."

    return job


def write_group_sheet(file: Path, images: ImageSet, numbers: Numbers) -> Job:
    """Write pictures on one contact sheet -> sentence."""

    def job(progress: Progress) -> str:
        from vae_studio.export.sheet import sheet, write_png

        if len(numbers) > MOST_ON_A_SHEET:
            raise UsageError(
                f"A contact sheet holds at most {MOST_ON_A_SHEET:,} pictures, not {len(numbers):,}; choose fewer."
            )
        progress(-1, f"Writing {file.name}.")
        write_png(file, sheet(images.pictures[numbers], scale=0))
        return f"Saved {counted(len(numbers), 'picture')} on {file}."

    return job


def find_attribute(cloud: Cloud, without: Numbers, having: Numbers) -> Job:
    """Find the direction from one group of pictures to another -> Attribute."""

    def job(progress: Progress) -> Attribute:
        progress(-1, "Looking for the direction.")
        if both := len(np.intersect1d(without, having)):
            some = "One picture is" if both == 1 else f"{both:,} pictures are"
            raise UsageError(f"{some} in both groups; choose groups that share none.")
        codes = []
        for seed, numbers in enumerate((without, having)):
            mu = cloud.codes.mu[rows_of(cloud, numbers)]
            mu = mu[np.isfinite(mu).all(axis=1)]
            if len(mu) > _MOST_COMPARED:
                mu = mu[np.random.default_rng(seed).choice(len(mu), _MOST_COMPARED, replace=False)]
            codes.append(mu)
        return Attribute.between(codes[0], codes[1])

    return job


def write_walk(file: Path, snapshot: "Snapshot", run: Path, ends: Floats, size: int) -> Job:
    """Write the straight walk between two codes, ends [2, D], there and back, as a film -> Path."""

    def job(progress: Progress) -> Path:
        from vae_studio.export.film import write_film
        from vae_studio.latent.path import Path as CodePath
        from vae_studio.latent.timing import Timing

        path = CodePath(ends, "linear", False)
        return write_film(file, snapshot, run, path, Timing(cycle="ping-pong"), size, "lanczos", progress)

    return job

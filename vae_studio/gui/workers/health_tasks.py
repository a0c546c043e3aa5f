"""The jobs of the diagnosis: a run is measured, and examined."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vae_studio.data.image_set import ImageSet
from vae_studio.data.progress import Progress
from vae_studio.gui.workers.job_worker import Job
from vae_studio.gui.workers.quiet_thread import lower_priority
from vae_studio.runs.store import RunFolder

if TYPE_CHECKING:
    from vae_studio.runs.health import CheckUp
    from vae_studio.runs.measuring import Measurement


def measure_run(folder: RunFolder, images: ImageSet | None, metrics: Sequence[str] = (), samples: int = 0) -> Job:
    """Measure a saved run on its held-out pictures, with metrics by name -> Measurement."""

    def job(progress: Progress) -> "Measurement":
        progress(-1, "Preparing the measurement.")
        from vae_studio.device import choose_device
        from vae_studio.evaluation.report import Effort
        from vae_studio.runs.measuring import measure_run as measure
        from vae_studio.runs.measuring import own_subject
        from vae_studio.runs.run import Run

        run = Run.load(folder, choose_device("cpu"), images, progress)
        subject = own_subject(run, may_download="frechet" in metrics)
        return measure(subject, metrics, Effort(samples), progress)

    return job


def examine_run(folder: RunFolder, images: ImageSet) -> Job:
    """Examine a saved run whose pictures are open -> CheckUp."""

    def job(progress: Progress) -> "CheckUp":
        from vae_studio.device import choose_device
        from vae_studio.runs.check_up import check_up
        from vae_studio.runs.run import Run

        lower_priority()
        return check_up(Run.load(folder, choose_device("cpu"), images, progress), progress)

    return job

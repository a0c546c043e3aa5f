"""The jobs of maps that take a while."""

from vae_studio.data.progress import Progress
from vae_studio.gui.workers.job_worker import Job
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.embedding import Embedding, embed


def place_codes(cloud: Cloud, kind: str) -> Job:
    """Place the codes of a cloud on a bent map -> Embedding."""

    def job(progress: Progress) -> Embedding:
        return embed(cloud.codes.mu, kind, progress=progress)

    return job

"""The Fréchet distance of samples to pictures in the features of a classifier of the run's own labels."""

import numpy as np
import torch
from torch import Tensor, nn

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.errors import UnsuitableError
from vae_studio.evaluation.metrics.frechet import enough
from vae_studio.evaluation.metrics.frechet_distance import frechet_distance
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread

_SIDE = 32  # pixels; larger pictures are shrunk
_FEATURES = 64
_STEPS, _BATCH, _RATE = 400, 64, 2e-3
_SEED = 0


def frechet_labels(subject: Subject, progress: Progress) -> list[Reading]:
    """Return the distance, and how often the classifier is right on held-out pictures: a poor one sees little."""
    labels = subject.labels()
    if not len(subject.known):
        raise UnsuitableError("The classifier learns from the pictures that the run was trained on; measure those.")
    chosen, known = enough(subject), spread(subject.known)
    samples = subject.samples(len(chosen))
    pictures = subject.images.pictures
    network = _trained(pictures[known], labels[known], progress)
    real, drawn = (_features(network, part) for part in (pictures[chosen], samples))
    right = float((network[-1](torch.from_numpy(real)).argmax(dim=1).numpy() == labels[chosen]).mean())
    note = f"{len(chosen):,} samples and pictures; the classifier is right on {right:.0%} of these"
    value = frechet_distance(real, drawn)
    return [Reading("frechet_distance_labels", "Fréchet distance, own labels", value, note)]


def _trained(pictures: Pictures, labels: np.ndarray, progress: Progress) -> nn.Sequential:
    """Return a small convolutional classifier; the same pictures give the same one."""
    kinds = int(labels.max()) + 1
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        network = _network(pictures.shape[3], min(_SIDE, *pictures.shape[1:3]), kinds)
    optimiser = torch.optim.Adam(network.parameters(), lr=_RATE)
    generator = torch.Generator().manual_seed(_SEED)
    targets = torch.from_numpy(labels)
    for step in range(_STEPS):
        batch = torch.randint(len(pictures), (_BATCH,), generator=generator)
        loss = nn.functional.cross_entropy(network(_floats(pictures[batch.numpy()])), targets[batch])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        progress(step / _STEPS, "")
    return network.eval()


def _network(channels: int, side: int, kinds: int) -> nn.Sequential:
    body = nn.Sequential(
        nn.Conv2d(channels, 16, 3, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(max(1, side // 4)),
        nn.Flatten(),
        nn.Linear(32 * max(1, side // 4) ** 2, _FEATURES),
        nn.ReLU(),
    )
    return nn.Sequential(body, nn.Linear(_FEATURES, kinds))


def _features(network: nn.Sequential, pictures: Pictures) -> np.ndarray:
    with torch.no_grad():
        parts = [network[0](_floats(pictures[start : start + 500])) for start in range(0, len(pictures), 500)]
    features: np.ndarray = torch.cat(parts).numpy()
    return features


def _floats(pictures: Pictures) -> Tensor:
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    side = max(x.shape[2:])
    return nn.functional.interpolate(x, size=_SIDE, mode="area") if side > _SIDE else x

"""The Fréchet distance of samples to pictures, in features of torchvision's ResNet-18 (Heusel et al., 2017)."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from vae_studio.data.image_set import Pictures
from vae_studio.data.progress import Progress
from vae_studio.errors import UnsuitableError
from vae_studio.evaluation.metrics.frechet_distance import frechet_distance
from vae_studio.evaluation.metrics.reading import Reading
from vae_studio.evaluation.metrics.subject import Subject, spread

_PICTURES = 1000
_FEWEST = 50
_SIDE = 128  # pixels that the classifier looks at
_BATCH = 50


def frechet(subject: Subject, progress: Progress) -> list[Reading]:
    """Return the distance between held-out pictures and as many samples."""
    chosen = enough(subject)
    samples = subject.samples(len(chosen))
    network = _resnet(subject.may_download)
    real = _features(network, subject.images.pictures[chosen], lambda share: progress(0.5 * share, ""))
    drawn = _features(network, samples, lambda share: progress(0.5 + 0.5 * share, ""))
    note = f"{len(chosen):,} samples and pictures, ResNet-18; not the FID of Inception"
    return [Reading("frechet_distance", "Fréchet distance of samples", frechet_distance(real, drawn), note)]


def enough(subject: Subject) -> np.ndarray:
    """Return the pictures that samples are compared with; raises UnsuitableError when there are too few."""
    chosen = spread(subject.measured, _PICTURES)
    if len(chosen) < _FEWEST:
        raise UnsuitableError(
            f"{len(chosen)} held-out pictures are too few for a Fréchet distance; it takes {_FEWEST} or more."
        )
    return chosen


def _resnet(may_download: bool) -> nn.Module:
    """Return the classifier without its last layer; raises UnsuitableError where its weights are not to be had."""
    from torchvision.models import ResNet18_Weights, resnet18

    weights = ResNet18_Weights.IMAGENET1K_V1
    file = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    if not file.exists() and not may_download:
        raise UnsuitableError(
            "The weights of torchvision's ResNet-18 are not on this computer; "
            "`vae-studio evaluate RUN --metrics frechet` downloads them (45 MB), and frechet-labels needs none."
        )
    network: nn.Module = resnet18()
    try:
        network.load_state_dict(weights.get_state_dict(progress=False, check_hash=True, weights_only=True))
    except (OSError, RuntimeError) as error:  # no connection, no room, or another file of that name
        raise UnsuitableError(
            f"The weights of torchvision's ResNet-18 could not be had ({error}); frechet-labels needs none."
        ) from error
    network.fc = nn.Identity()
    return network.eval()


def _features(network: nn.Module, pictures: Pictures, progress: Any) -> np.ndarray:
    mean, deviation = (torch.tensor(values)[:, None, None] for values in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    rows = []
    with torch.inference_mode():
        for start in range(0, len(pictures), _BATCH):
            x = torch.from_numpy(pictures[start : start + _BATCH]).permute(0, 3, 1, 2).float() / 255
            x = nn.functional.interpolate(x.expand(-1, 3, -1, -1), size=_SIDE, mode="bilinear", antialias=True)
            rows.append(network((x - mean) / deviation))
            progress(start / len(pictures))
    features: np.ndarray = torch.cat(rows).numpy()
    return features

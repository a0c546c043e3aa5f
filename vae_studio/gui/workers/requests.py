"""What the window asks the decoder: each a function of the newest snapshot."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from vae_studio.data.image_set import ImageSet, Labels, Pictures, labels_at
from vae_studio.gui.workers.decode_worker import Request
from vae_studio.latent.channel import spread_of, with_noise
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.runs.recipe import Recipe

if TYPE_CHECKING:
    from vae_studio.runs.snapshot import Snapshot

NEAREST = 8  # real pictures shown beside the decoded one


@dataclass(frozen=True, eq=False)
class Shown:
    """What lies at a point."""

    code: Floats  # [D]
    picture: Pictures  # [H, W, C]


@dataclass(frozen=True, eq=False)
class Surroundings:
    """The real pictures around a point."""

    code: Floats  # [D]
    nearest: npt.NDArray[np.int64]  # [K], numbers of pictures
    distances: Floats  # [K]
    support: float | None  # percentile of how densely real pictures lie here; None without codes
    counted: int = 0  # pictures that the support comes from, when that is not all of them


@dataclass(frozen=True, eq=False)
class Morph:
    """A path, made concrete: the curve for the map and a picture for each frame; both empty with a single stop."""

    stop_pictures: Pictures  # [S, H, W, C]
    curve: Floats  # [M, D]
    frame_codes: Floats  # [F, D]
    frames: Pictures  # [F, H, W, C]; of a film too large for the memory only every `stride`-th
    stride: int = 1


def show_code(code: Floats) -> Request:
    """Ask what lies at a code [D] -> Shown."""
    return lambda snapshot: Shown(code, snapshot.decode(code[None])[0])


def look_around(code: Floats, cloud: Cloud | None, count: int = NEAREST) -> Request:
    """Ask which real pictures lie around a code [D] -> Surroundings."""

    def request(_snapshot: "Snapshot") -> Surroundings:
        if cloud is None or cloud.codes.dim != len(code):
            return Surroundings(code, np.zeros(0, np.int64), np.zeros(0, np.float32), None)
        nearest, distances = cloud.nearest(code, count)
        if cloud.codes.are_entries:  # between entries lies no land that could be empty
            return Surroundings(code, nearest, distances, None)
        density = cloud.density
        support = cloud.support(code) if density.pictures else None  # of some moments only the means are kept
        return Surroundings(code, nearest, distances, support, density.pictures if density.sampled else 0)

    return request


def reconstruct_some(images: ImageSet, recipe: Recipe, count: int = 24) -> Request:
    """Ask for the first held-out pictures and what comes back of them -> (originals, reconstructions, labels)."""

    def request(snapshot: "Snapshot") -> tuple[Pictures, Pictures, Labels | None]:
        from vae_studio.data.split import split

        shown = split(images, recipe.data.held_out, recipe.training.seed).held_out[:count]
        originals, labels = images.pictures[shown], labels_at(images, shown)
        return originals, snapshot.reconstruct(originals, labels), labels

    return request


def return_with_noise(originals: Pictures, cloud: Cloud | None, amount: float, labels: Labels | None = None) -> Request:
    """Ask what comes back of pictures when noise is added to their codes -> (originals, reconstructions)."""

    def request(snapshot: "Snapshot") -> tuple[Pictures, Pictures]:
        mu = snapshot.encode(originals, labels=labels).mu
        known = cloud is not None and cloud.codes.dim == mu.shape[1]
        spread = spread_of(cloud.codes.mu if cloud is not None and known else mu)
        return originals, snapshot.decode(with_noise(mu, spread, [amount])[0], labels)

    return request

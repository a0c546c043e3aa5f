"""What is laid over the frames of a film: a title and a map."""

from collections.abc import Iterator

import numpy as np
from pydantic import Field

from vae_studio.catalogue import Options
from vae_studio.data.image_set import Pictures
from vae_studio.errors import UsageError
from vae_studio.export.inset import Inset, InsetPlace
from vae_studio.export.title import TitlePlace, titled
from vae_studio.latent.cloud import Cloud
from vae_studio.latent.codes import Floats
from vae_studio.latent.path import Curve

_WAY_POINTS = 48  # between two stops


class Overlay(Options):
    """A title line and an inset of the map."""

    title: str = Field(default="", max_length=500, title="Title", description="A line of text on every frame.")
    title_place: TitlePlace = Field(default="below", title="Title's place", description="Above or below the picture.")
    inset: InsetPlace = Field(
        default="none",
        title="Map",
        description="A small map with the way and where the film is, in a corner or beside.",
    )


def way_of(curve: Curve, segments: int) -> Floats:
    """Return codes [W, D] along a curve, dense enough to be drawn."""
    return curve(np.linspace(0, 1, segments * _WAY_POINTS + 1))


def overlaid(
    frames: Iterator[Pictures], codes: Floats, overlay: Overlay, cloud: Cloud | None, way: Floats
) -> Iterator[Pictures]:
    """Yield frames [H, W, C] of the codes [F, D] with the map of a cloud and the title on them.

    Raises UsageError when there are no codes for a map, or the frames are too small.
    """
    if overlay.inset != "none" and cloud is None:
        raise UsageError("The map cannot be drawn, because the codes of this run are not known; leave the map out.")
    inset: Inset | None = None
    add = None
    for frame, code in zip(frames, codes, strict=True):
        if cloud is not None and overlay.inset != "none":
            inset = inset or Inset(cloud, way, overlay.inset, (frame.shape[1], frame.shape[0]))
            whole = inset.put(frame, code)
        else:
            whole = frame
        add = add or titled(whole, overlay.title, overlay.title_place)
        yield add(whole)

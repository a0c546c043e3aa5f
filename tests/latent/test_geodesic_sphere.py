"""Geodesics where the shortest way is known."""

import numpy as np
import pytest
import torch

from tests.latent.test_stretch import sphere
from vae_studio.latent.pace import Pace
from vae_studio.latent.path import Path


def draw(codes):
    return sphere(torch.from_numpy(np.asarray(codes, np.float32))).numpy()


@pytest.mark.parametrize(
    "stops",
    [[(0, 0.8), (2, 0.8)], [(0, 0.3), (2.5, 0.5)], [(0, 1.2), (2.9, 1.2)], [(-1, -0.5), (1, 1)], [(0, 0), (1, 0)]],
)
def test_on_a_sphere_the_geodesic_is_the_great_circle_to_one_percent(stops):
    path = Path(np.array(stops), "geodesic")
    curve = path.curve(sphere)
    first, last = (draw(np.array([stop])) - 7 for stop in stops)
    great_circle = 3 * np.arccos(float(first[0] @ last[0]) / 9)
    assert Pace.of(curve, 1, draw).length == pytest.approx(great_circle, rel=0.01)
    assert Pace.of(Path(np.array(stops)).curve(), 1, draw).length >= great_circle * 0.999

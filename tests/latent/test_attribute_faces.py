"""Attribute directions on drawn faces that differ in all there is: two groups of thirty find a feature and turn it on.

Trains for about a minute; `test_attribute.py` shows the same quickly on faces that differ in four things.
"""

import numpy as np
import pytest
import torch
from torch import nn

from tests.small import CPU, one_thread  # noqa: F401
from vae_studio.data.faces import draw_faces
from vae_studio.data.image_set import ImageSet
from vae_studio.latent.attribute import Attribute
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run

pytestmark = pytest.mark.slow

FEATURES = {"glasses": 0.5, "skin_tone": 0.5, "shirt": 0.5, "turn": 0.0}  # and from which value on a face has it
FAR = 1.5  # the way from one group's middle to the other's, and half as far again: half of its slider to that side
VALUES = {
    "network.kind": "residual",
    "network.width": 512,
    "network.blocks": 1,
    "latent_dim": 64,
    "likelihood.kind": "gaussian",
    "likelihood.sigma": 0.03,  # a wide one finds thin glasses not worth a dimension
    "epochs": 12,
    "batch_size": 64,
}


def faces(count, seed):
    """Draw faces, 32x32 pixels; return the pictures and what each has, [N, features]."""
    drawn = draw_faces(count, seed)
    small = drawn.pictures.reshape(count, 32, 2, 32, 2, 3).mean(axis=(2, 4)).round().astype(np.uint8)
    has = np.stack([drawn.factors[name] > least for name, least in FEATURES.items()], axis=1)
    return small, has


def tensor(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255


def judge(pictures, has):
    """Train a small classifier; return a function from pictures to what each seems to have, [N, features]."""
    torch.manual_seed(0)
    layers = nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten()
    network = nn.Sequential(*layers, nn.Linear(2048, 64), nn.ReLU(), nn.Linear(64, len(FEATURES)))
    optimiser = torch.optim.Adam(network.parameters(), 2e-3)
    x, y = tensor(pictures), torch.from_numpy(has).float()
    for _ in range(6):
        for rows in torch.randperm(len(x)).split(64):
            optimiser.zero_grad()
            nn.functional.binary_cross_entropy_with_logits(network(x[rows]), y[rows]).backward()
            optimiser.step()
    return lambda shown: (network(tensor(shown)) > 0).numpy()


@pytest.fixture(scope="module")
def world():
    """A model of 8,000 faces, its codes and what they have, fresh faces, and a judge of what a picture shows."""
    (pictures, has), fresh = faces(8000, 0), faces(1000, 1)
    run = Run(Recipe().with_values(VALUES), ImageSet("faces", pictures), CPU)
    for _ in run.train():
        pass
    snapshot, mu = run.snapshot(), run.codes.mu
    # It learns from drawn faces and from how the decoder draws them, both with the drawn truth.
    some = slice(0, 4000)
    seen = np.concatenate([pictures[some], snapshot.decode(mu[some])])
    return snapshot, mu, has, fresh, judge(seen, np.tile(has[some], (2, 1)))


@pytest.mark.parametrize("feature", FEATURES)
def test_two_groups_of_thirty_turn_a_feature_on_in_any_face(world, feature):
    snapshot, mu, has, (fresh, truth), seems = world
    column = list(FEATURES).index(feature)
    assert (seems(fresh) == truth)[:, column].mean() > 0.93, "the judge knows drawn faces it never saw"
    codes = snapshot.encode(fresh).mu[~truth[:, column]]
    assert seems(snapshot.decode(codes))[:, column].mean() < 0.12, "they lack it before"
    for seed in range(3):
        rng = np.random.default_rng(seed)
        rows = [np.flatnonzero(has[:, column] == value) for value in (False, True)]
        attribute = Attribute.of(mu, *(rng.choice(some, 30, replace=False) for some in rows))
        assert attribute.auc >= 0.9, attribute.sentence()
        turned = seems(snapshot.decode(attribute.apply(codes, FAR)))[:, column].mean()
        assert turned >= 0.8, f"seed {seed}"

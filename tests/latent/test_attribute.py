"""Attribute directions: how sure, how strong, and that they turn a feature of drawn faces on."""

import numpy as np
import pytest

from vae_studio.errors import UsageError
from vae_studio.latent.attribute import Attribute

FEATURES = ("glasses", "beard", "skin_tone", "shirt")


@pytest.mark.parametrize("dim", [1, 2, 32, 512])
def test_sixty_pictures_find_a_strong_direction_in_any_number_of_dimensions(dim):
    rng = np.random.default_rng(dim)
    way = np.zeros(dim)
    way[0] = 6
    without, having = rng.normal(size=(30, dim)), rng.normal(size=(30, dim)) + way
    attribute = Attribute.between(without, having)
    assert attribute.auc >= 0.9, attribute.sentence()
    assert attribute.effect > 2
    assert np.allclose(attribute.apply(without.mean(axis=0)), having.mean(axis=0), atol=1e-5)
    gap = attribute.amount_of(having).mean() - attribute.amount_of(without).mean()
    assert gap == pytest.approx(1)  # one unit is the distance between the groups' middles
    assert "tells the groups apart" in attribute.sentence()


@pytest.mark.parametrize("dim", [2, 512])
def test_groups_that_differ_by_chance_alone_are_not_called_sure(dim):
    figures = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        attribute = Attribute.between(rng.normal(size=(30, dim)), rng.normal(size=(30, dim)))
        figures.append((attribute.auc, attribute.effect))
    auc, effect = np.mean(figures, axis=0)
    assert 0.38 < auc < 0.62  # without cross-validation it would be 1 in 512 dimensions
    assert abs(effect) < 0.5


def test_the_effect_is_cohens_d():
    rng = np.random.default_rng(0)
    attribute = Attribute.between(rng.normal(size=(4000, 1)), rng.normal(size=(4000, 1)) + 1.5)
    assert attribute.effect == pytest.approx(1.5, abs=0.08)
    assert attribute.auc == pytest.approx(0.855, abs=0.01)  # Phi(1.5 / sqrt 2)


def test_amounts_are_for_one_code_or_each():
    attribute = Attribute.between([[0, 0], [0, 2]], [[4, 0], [4, 2]])
    assert attribute.direction.tolist() == [4, 0]
    assert attribute.apply([1, 1], 0.5).tolist() == [3, 1]
    assert attribute.apply(np.ones((2, 2)), [0, -1]).tolist() == [[1, 1], [-3, 1]]


def test_groups_without_a_direction_are_refused_in_a_sentence():
    mu = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    with pytest.raises(UsageError, match="The group with the attribute has 1 of at least two pictures; choose more"):
        Attribute.of(mu, [0, 1, 2], [3])
    with pytest.raises(UsageError, match="The group without the attribute has 0 of at least two"):
        Attribute.of(mu, [], [3, 4])
    with pytest.raises(UsageError, match="2 pictures are in both groups; take them out of one"):
        Attribute.of(mu, [0, 1, 2], [1, 2, 3])
    with pytest.raises(UsageError, match="have the same code; train longer"):
        Attribute.of(np.full((9, 3), 2.5, np.float32), [0, 1, 2], [3, 4])
    mu[4] = np.nan
    with pytest.raises(UsageError, match="with the attribute has no finite code"):
        Attribute.of(mu, [0, 1], [4, 5])


def test_a_dimension_that_never_varies_does_no_harm():
    rng = np.random.default_rng(0)
    mu = np.concatenate([rng.normal(size=(60, 2)), np.full((60, 3), 7.0)], axis=1)
    mu[30:, 0] += 4
    assert Attribute.between(mu[:30], mu[30:]).auc > 0.9


def drawn(count, seed):
    """Draw faces that differ in four things only, 32x32 pixels; return the set and what each face has."""
    from vae_studio.data.faces import faces_from
    from vae_studio.data.image_set import ImageSet

    rng = np.random.default_rng(seed)
    factors = {"glasses": rng.random(count) < 0.5, "beard": rng.random(count) < 0.5}
    factors |= {"skin_tone": rng.random(count), "shirt": rng.random(count)}
    large = faces_from({name: values.astype(np.float32) for name, values in factors.items()})
    pictures = large.reshape(count, 32, 2, 32, 2, 3).mean(axis=(2, 4)).round().astype(np.uint8)
    has = {name: values > 0.5 for name, values in factors.items()}
    return ImageSet("faces", pictures), has


@pytest.fixture(scope="module")
def faces():
    """Train a small model of these faces; return its codes and what each face has, and the same of fresh faces."""
    import torch

    from tests.small import CPU
    from vae_studio.runs.recipe import Recipe
    from vae_studio.runs.run import Run

    torch.set_num_threads(1)
    values = {"network.kind": "residual", "network.width": 256, "network.blocks": 1, "latent_dim": 8}
    # A narrow sigma: with the Bernoulli's budget of nats, thin glasses are not worth a dimension.
    values |= {"likelihood.kind": "gaussian", "likelihood.sigma": 0.05, "epochs": 16, "batch_size": 64}
    images, has = drawn(3000, 0)
    run = Run(Recipe().with_values(values), images, CPU)
    for _ in run.train():
        pass
    fresh, fresh_has = drawn(600, 1)
    return run.snapshot(), run.codes.mu, has, fresh, fresh_has


@pytest.mark.parametrize("feature", FEATURES)
def test_two_groups_of_thirty_turn_a_feature_of_drawn_faces_on(faces, feature):
    from sklearn.linear_model import LogisticRegression

    snapshot, mu, has, fresh, fresh_has = faces
    rng = np.random.default_rng(7)
    groups = [rng.choice(np.flatnonzero(has[feature] == value), 30, replace=False) for value in (False, True)]
    attribute = Attribute.of(mu, *groups)
    assert attribute.auc >= 0.9, attribute.sentence()
    codes, truth = snapshot.encode(fresh.pictures).mu, fresh_has[feature]
    # The judge learns from drawn faces and from how the decoder draws them, both with the drawn truth.
    decoded = snapshot.decode(codes)
    seen = np.concatenate([fresh.pictures, decoded]).reshape(1200, -1) / 255.0
    judge = LogisticRegression(C=0.1, max_iter=1000).fit(seen, np.tile(truth, 2))
    lacking = codes[~truth]
    assert judge.predict(snapshot.decode(lacking).reshape(len(lacking), -1) / 255.0).mean() < 0.05
    turned = judge.predict(snapshot.decode(attribute.apply(lacking)).reshape(len(lacking), -1) / 255.0)
    assert turned.mean() >= 0.8

"""How faithful a map is, beside scikit-learn's own figure."""

import numpy as np
import pytest

from vae_studio.errors import UsageError
from vae_studio.latent.faithfulness import Faithfulness


def test_trustworthiness_is_scikit_learns():
    from sklearn.manifold import trustworthiness

    mu = np.random.default_rng(0).normal(size=(400, 5)).astype(np.float32)
    for xy in (mu[:, :2], mu[:, 1:3] ** 3, mu[::-1, :2]):
        found = Faithfulness.of(mu, np.ascontiguousarray(xy))
        assert found.trustworthiness == pytest.approx(trustworthiness(mu, xy, n_neighbors=10), abs=1e-4)


def test_a_turned_map_is_perfect_and_a_shuffled_one_is_chance():
    rng = np.random.default_rng(0)
    mu = rng.normal(size=(500, 2)).astype(np.float32) + 1000
    turned = Faithfulness.of(mu, mu[:, ::-1] * [3, -3])
    assert turned.kept > 0.99 and turned.trustworthiness > 0.9999
    shuffled = Faithfulness.of(mu, rng.permutation(mu))
    assert shuffled.kept == pytest.approx(10 / 499, abs=0.01)
    assert shuffled.trustworthiness == pytest.approx(0.5, abs=0.05)


def test_the_share_kept_is_what_its_definition_says():
    rng = np.random.default_rng(1)
    mu, xy = rng.normal(size=(60, 4)), rng.normal(size=(60, 2))

    def near(points):
        distances = np.linalg.norm(points[:, None] - points, axis=2)
        np.fill_diagonal(distances, np.inf)
        return np.argsort(distances, axis=1)[:, :10]

    kept = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(near(mu), near(xy), strict=True)])
    assert Faithfulness.of(mu.astype(np.float32), xy.astype(np.float32)).kept == pytest.approx(kept)


def test_large_maps_are_measured_in_part_and_say_so():
    mu = np.random.default_rng(0).normal(size=(9000, 3)).astype(np.float32)
    mu[::10] = np.nan
    found = Faithfulness.of(mu, mu[:, :2])
    assert (found.counted, found.total, found.neighbours) == (2000, 9000, 10)
    assert found.sentence().endswith("(among 2,000 of 9,000 points).")
    small = Faithfulness.of(mu[1:9], mu[1:9, :2])
    assert small.neighbours == 3 and 0 <= small.kept <= 1 and small.sentence().endswith("(among all points).")


def test_codes_that_are_all_equal_and_maps_of_nothing():
    same = Faithfulness.of(np.zeros((50, 3), np.float32), np.zeros((50, 2), np.float32))
    assert 0 <= same.kept <= 1
    with pytest.raises(UsageError, match="has 0 points, too few"):
        Faithfulness.of(np.zeros((0, 3), np.float32), np.zeros((0, 2), np.float32))

"""Trust: high where the pictures are, none in empty land."""

import numpy as np
import pytest

from tests.latent.real_digits import digits_run  # noqa: F401  a fixture
from vae_studio.latent.codes import Codes
from vae_studio.latent.density import Density
from vae_studio.latent.prior import POINTS
from vae_studio.latent.trust import Judge


@pytest.fixture
def judge():
    """A world of pictures of one pixel pair: decoding keeps the square [-1, 1] and clips what lies outside."""
    mu = np.random.default_rng(0).uniform(-1, 1, (2000, 2)).astype(np.float32)
    codes = Codes(mu, np.full_like(mu, np.log(0.05**2)))

    def decode(z):
        return (127.5 + 127.5 * np.clip(z, -1, 1)).round().astype(np.uint8)[:, None, :, None]

    def encode(pictures):
        back = (pictures[:, 0, :, 0].astype(np.float32) - 127.5) / 127.5
        return Codes(back, np.full_like(back, -6))

    return Judge.of(codes, Density.of(codes), decode, encode)


def test_inside_at_the_edge_and_outside(judge):
    inside, edge, outside = judge.trusts(np.array([[0.2, 0.3], [1.08, 0.0], [3, 3]], np.float32))
    assert inside.verdict == "like the data" and inside.score > 0.2
    assert outside.verdict == "empty land" and outside.score == 0
    assert inside.distance < 0.1 and outside.distance == pytest.approx(2 / 0.05, rel=0.02)
    assert edge.verdict != "like the data" and edge.support < 10
    assert outside.sentence().startswith("Empty land: 0 of 100 real codes lie in emptier places, and its picture comes")


def test_what_is_not_a_code_is_empty_land(judge):
    trust = judge.trust([np.nan, 0])
    assert (trust.verdict, trust.score) == ("empty land", 0)
    assert trust.sentence() == "Empty land: this is not a code."


def test_a_picture_that_leads_elsewhere_is_not_trusted_however_dense_the_land():
    mu = np.random.default_rng(0).normal(size=(1000, 2)).astype(np.float32)
    codes = Codes(mu, np.full_like(mu, -4))

    def decode(z):
        return z[:, None, :, None]  # no pictures, but the judge does not look at them

    def encode(pictures):
        z = pictures[:, 0, :, 0]
        return Codes(np.where(np.hypot(*(z - [0.0, 0.5]).T)[:, None] < 0.05, z + 4, z).astype(np.float32), z * 0)

    judge = Judge.of(codes, Density.of(codes), decode, encode)
    assert judge.trust([0, 0]).verdict == "like the data"
    assert judge.trust([0, 0.5]).verdict == "empty land"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_judge_of_few_pictures_has_an_answer(count):
    codes = Codes(np.zeros((count, 2), np.float32), np.zeros((count, 2), np.float32))
    judge = Judge.of(codes, Density.of(codes), lambda z: z, lambda pictures: Codes(pictures, pictures * 0))
    assert judge.trust([50, 50]).verdict == "empty land"
    assert judge.trust([0, 0]).verdict == ("like the data" if count else "empty land")


def test_real_digits_are_trusted_more_than_far_land(digits_run):  # noqa: F811
    snapshot, codes = digits_run.snapshot(), digits_run.codes
    judge = Judge.of(codes, Density.of(codes), snapshot.decode, snapshot.encode)
    rng = np.random.default_rng(0)
    rows = digits_run.split.held_out[:300]
    inside = codes.mu[rows] + np.exp(codes.log_var[rows] / 2) * rng.standard_normal((len(rows), 2), np.float32)
    angle = rng.uniform(0, 2 * np.pi, 300)
    reach = np.abs(codes.mu).max()
    far = (2 * reach * np.stack([np.cos(angle), np.sin(angle)], axis=1)).astype(np.float32)
    near_trusts, far_trusts = judge.trusts(inside), judge.trusts(far)
    near = np.array([trust.score for trust in near_trusts])
    away = np.array([trust.score for trust in far_trusts])
    assert (near[:, None] > away[None]).mean() >= 0.99
    assert np.mean([trust.verdict == "empty land" for trust in far_trusts]) > 0.95
    assert np.mean([trust.verdict == "like the data" for trust in near_trusts]) > 0.75


def test_codes_that_are_points_come_back_in_percent_of_their_spread(judge):
    mu = np.random.default_rng(1).uniform(-1, 1, (2000, 2)).astype(np.float32)
    codes = Codes(mu, np.full_like(mu, -20), POINTS)
    found = Judge.of(codes, Density.of(codes), judge.decode, judge.encode).trust([3, 0.5])
    spread = mu.std(axis=0, dtype=np.float64)
    assert found.points and found.verdict == "empty land"
    assert found.distance == pytest.approx(100 * np.sqrt((2 / spread[0]) ** 2 / 2), rel=0.02)
    assert "% of the codes' spread away" in found.sentence()

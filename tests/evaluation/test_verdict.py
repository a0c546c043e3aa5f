"""The verdict from figures alone: every condition by its own evidence, and none without."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from vae_studio.evaluation.aggregate import Moments
from vae_studio.evaluation.explained import drawn_share, explained_share
from vae_studio.evaluation.finding import Condition
from vae_studio.evaluation.symptoms import BookUsed, LossCurve, Symptoms, of_codes
from vae_studio.evaluation.verdict import findings
from vae_studio.latent.codes import Codes

EPOCHS = np.arange(1.0, 11.0)
SOUND = Symptoms(
    curve=LossCurve(EPOCHS, 40 - EPOCHS, 41 - EPOCHS),
    epochs=10,
    pictures=1000,
    learning_rate=3e-3,
    kl_weight=1.0,
    kl_per_dim=np.full(4, 1.5),
    active_units=4,
    moments=Moments(np.zeros(4), np.eye(4)),
    explained=0.5,
    explained_training=0.55,
)


def condition(**changes):
    return findings(replace(SOUND, **changes))[0].condition


def test_a_sound_run_is_healthy_also_with_idle_dimensions_and_without_a_prior():
    assert [finding.condition for finding in findings(SOUND)] == [Condition.HEALTHY]
    idle = findings(replace(SOUND, kl_per_dim=np.array([2.0, 2, 2, 0, 0, 0]), active_units=3))[0]
    assert idle.condition is Condition.HEALTHY
    assert "3 of 6 dimensions lie idle" in idle.sentence
    assert condition(has_prior=False, kl_weight=None, kl_per_dim=np.zeros(4), active_units=0, moments=None) == "healthy"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_finite": False}, "diverging"),
        ({"setbacks": 2}, "diverging"),
        ({"active_units": 0, "kl_per_dim": np.zeros(4), "learning_rate": 0.5}, "diverging"),
        ({"active_units": 0, "kl_per_dim": np.zeros(4)}, "collapsed"),
        ({"explained_training": 0.01, "explained": 0.0}, "collapsed"),
        ({"active_units": 0, "kl_per_dim": np.zeros(4), "kl_weight": 50.0}, "over-regularised"),
        ({"kl_per_dim": np.full(4, 0.1), "kl_weight": 8.0}, "over-regularised"),
        ({"kl_per_dim": np.full(4, 0.1)}, "collapsing"),
        ({"active_units": 2}, "collapsing"),
        ({"explained": 0.2}, "overfitting"),
        ({"curve": LossCurve(EPOCHS, 40 - 2 * EPOCHS, 30 + abs(EPOCHS - 4))}, "overfitting"),
        ({"moments": Moments(np.array([2.0, 0, 0, 0]), np.eye(4))}, "prior mismatch"),
        ({"moments": Moments(np.zeros(4), 4 * np.eye(4))}, "prior mismatch"),
    ],
)
def test_each_condition_is_told_by_its_own_evidence(changes, expected):
    found = findings(replace(SOUND, **changes))[0]
    assert found.condition == expected
    assert found.evidence or expected == "diverging"
    assert found.sentence.endswith(".")


def test_a_single_bad_epoch_a_steady_gap_and_a_high_weight_alone_are_no_illness():
    wavering = LossCurve(EPOCHS, 40 - EPOCHS, np.append(41 - EPOCHS[:-1], 32.3))
    assert condition(curve=wavering) == "healthy"
    assert condition(curve=LossCurve(EPOCHS, 30 - EPOCHS, 41 - EPOCHS)) == "healthy"
    assert condition(kl_weight=4.0) == "healthy"
    assert condition(kl_per_dim=np.full(4, 0.1), has_labels=True) == "healthy", "the label tells enough"
    assert condition(moments=Moments(np.zeros(4), 4 * np.eye(4)), standard_prior=False) == "healthy"


def test_a_young_run_is_not_judged_unless_it_is_broken():
    young = LossCurve(EPOCHS[:1], 40 - EPOCHS[:1], 41 - EPOCHS[:1])
    assert condition(curve=young, active_units=0) == "too early to tell"
    assert condition(curve=young, is_finite=False) == "diverging"


def test_two_illnesses_are_both_told_the_graver_first():
    found = findings(replace(SOUND, explained=0.1, moments=Moments(np.full(4, 3.0), np.eye(4))))
    assert [finding.condition for finding in found] == ["overfitting", "prior mismatch"]


def test_the_moments_are_those_of_drawn_codes_and_their_distance_is_the_closed_form():
    random = np.random.default_rng(0)
    codes = Codes(
        random.normal([1, 0], [0.5, 2], (500, 2)).astype(np.float32),
        random.normal(-1, 0.3, (500, 2)).astype(np.float32),
    )
    moments = Moments.of(codes)
    drawn = np.repeat(codes.mu, 200, axis=0) + np.exp(np.repeat(codes.log_var, 200, axis=0) / 2) * random.normal(
        size=(100_000, 2)
    )
    np.testing.assert_allclose(moments.mean, drawn.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(moments.covariance, np.cov(drawn.T), atol=0.05)
    one = Moments(np.array([3.0]), np.array([[2.0]]))
    assert one.distance == pytest.approx(0.5 * (9 + 2 - 1 - np.log(2)))
    assert Moments(np.zeros(3), np.eye(3)).distance == 0
    assert moments.worst == 1


def test_codes_that_are_no_numbers_are_told():
    mu = np.zeros((5, 2), np.float32)
    mu[3] = np.nan
    assert of_codes(Codes(mu, np.zeros_like(mu)))["is_finite"] is False
    assert of_codes(Codes(mu[3:4], mu[3:4]))["is_finite"] is False


def test_the_mean_picture_explains_nothing_and_the_picture_itself_everything():
    originals = np.random.default_rng(0).integers(0, 256, (20, 3, 3, 1)).astype(np.uint8)
    mean = np.broadcast_to(originals.mean(axis=0), originals.shape)
    assert explained_share(originals, originals) == 1
    assert explained_share(originals, mean) == pytest.approx(0)
    assert explained_share(originals, 255 - originals) < 0
    assert explained_share(originals[:1], originals[:1]) is None


def test_the_share_of_large_pictures_takes_little_memory_and_is_the_same():
    originals = np.random.default_rng(0).integers(0, 256, (150, 64, 64, 3)).astype(np.uint8)
    made = np.ascontiguousarray(originals[::-1])
    exact = originals.astype(np.float64)
    wanted = 1 - ((exact - made) ** 2).sum() / ((exact - exact.mean(axis=0)) ** 2).sum()
    tracemalloc.start()
    share = explained_share(originals, made)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert share == pytest.approx(wanted, rel=1e-12)
    assert peak < exact.nbytes / 2


BARE = {
    "has_prior": False,
    "standard_prior": False,
    "kl_weight": None,
    "kl_per_dim": np.zeros(4),
    "moments": None,
    "reconstruction": 30.0,
    "mean_picture": 50.0,
    "curve": replace(SOUND.curve, held_out=SOUND.curve.training),
}


def test_a_memoriser_is_judged_by_whether_it_knows_its_pictures():
    grey = findings(replace(SOUND, **BARE | {"memoriser": "one-hot", "drawn": 0.02, "explained_training": 0.0}))
    assert [one.condition for one in grey] == ["not learned"]
    assert "even grey" in grey[0].sentence and "by heart" in grey[0].sentence
    assert dict(grey[0].evidence)["reconstruction"] == "30.00 nats; their mean drawn each time: 50.00"
    assert condition(**BARE | {"memoriser": "real", "drawn": 0.5}) == "not learned"
    known = findings(replace(SOUND, **BARE | {"memoriser": "one-hot", "drawn": 0.97}))
    assert [one.condition for one in known] == ["healthy"], "to know pictures by heart is no overfitting here"
    assert "by heart" in known[0].sentence


def test_a_memoriser_of_one_picture_has_no_differences_and_is_judged_all_the_same():
    one = BARE | {"memoriser": "constant", "pictures": 1, "explained_training": None, "explained": None}
    assert condition(**one | {"drawn": 0.01}) == "not learned"
    assert condition(**one | {"drawn": 0.95}) == "healthy"
    told = findings(replace(SOUND, **one | {"drawn": 0.01}))[0]
    assert "the picture itself: 50.00" in dict(told.evidence)["reconstruction"]


def test_one_code_for_several_pictures_is_collapsed_by_construction():
    found = findings(replace(SOUND, **BARE | {"memoriser": "constant", "pictures": 4, "drawn": 0.5}))[0]
    assert found.condition is Condition.COLLAPSED
    assert "however long it trains" in found.sentence


def test_a_model_without_a_kl_is_held_to_the_mean_picture():
    assert condition(**BARE) == "healthy"
    assert condition(**BARE | {"explained_training": -0.4, "explained": -0.4}) == "not learned"
    assert condition(**BARE | {"explained_training": 0.001, "explained": 0.0}) == "collapsed"
    assert condition(**BARE | {"explained_training": 0.1, "explained": -0.01}) == "overfitting"
    assert condition(**BARE | {"explained_training": -0.4, "learning_rate": 0.5}) == "diverging"


def test_what_comes_back_is_not_called_healthy_before_it_was_looked_at():
    unseen = BARE | {"explained_training": None, "explained": None}
    assert condition(**unseen) is Condition.UNKNOWN
    assert condition(**unseen | {"memoriser": "real"}) is Condition.UNKNOWN


def test_a_code_book_that_is_hardly_used_is_told():
    assert condition(**BARE | {"book": BookUsed(64, 40, 20.0)}) == "healthy"
    found = findings(replace(SOUND, **BARE | {"book": BookUsed(64, 2, 1.2)}))[0]
    assert found.condition is Condition.COLLAPSING
    assert dict(found.evidence)["code book"] == "2 of 64 entries used, perplexity 1.2"
    assert condition(**BARE | {"book": BookUsed(1, 1, 1.0)}) == "healthy", "a book of one entry can say nothing"


def test_beside_an_even_grey_a_single_picture_can_be_judged():
    picture = np.zeros((1, 4, 4, 1), np.uint8)
    picture[0, 1] = 200
    assert explained_share(picture, picture) is None
    assert drawn_share(picture, picture) == 1
    assert drawn_share(picture, np.full_like(picture, 50)) == pytest.approx(0)
    assert drawn_share(np.full_like(picture, 9), picture) is None

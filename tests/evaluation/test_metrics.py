"""Every metric against an answer that is known."""

import math

import numpy as np
import pytest
import torch

from tests.small import pictures, recipe, training
from vae_studio.data.image_set import ImageSet
from vae_studio.errors import UnsuitableError, UsageError
from vae_studio.evaluation.metrics import frechet as resnet
from vae_studio.evaluation.metrics import information
from vae_studio.evaluation.metrics.catalogue import METRICS
from vae_studio.evaluation.metrics.dci import measured_dci
from vae_studio.evaluation.metrics.factor_information import in_bins, information_matrix
from vae_studio.evaluation.metrics.fidelity import psnr, ssim
from vae_studio.evaluation.metrics.frechet_distance import between_gaussians, frechet_distance
from vae_studio.evaluation.metrics.knn import accuracy_of_neighbours
from vae_studio.evaluation.metrics.measure import measure
from vae_studio.evaluation.metrics.mig import mutual_information_gap
from vae_studio.evaluation.metrics.sap import separated_predictability
from vae_studio.evaluation.metrics.subject import Subject
from vae_studio.models.posterior import DiagonalGaussian

RANDOM = np.random.default_rng(0)
FACTORS = np.column_stack([RANDOM.uniform(size=(3000, 2)), RANDOM.integers(0, 3, 3000)])
PERFECT = np.column_stack([np.exp(FACTORS[:, 1]), FACTORS[:, 2], -FACTORS[:, 0]])  # one each, in another order
ROTATION = np.eye(3) - 2 / 3  # every dimension holds something of each factor
ROTATED = (PERFECT - PERFECT.mean(axis=0)) / PERFECT.std(axis=0) @ ROTATION
NOISE = RANDOM.normal(size=(3000, 3))


def test_mig_of_a_disentangled_code_is_one_of_a_rotated_one_less_and_of_noise_nothing():
    assert mutual_information_gap(PERFECT, FACTORS) == pytest.approx(1, abs=0.02)
    assert mutual_information_gap(ROTATED, FACTORS) < 0.3
    assert mutual_information_gap(NOISE, FACTORS) < 0.01
    twice = np.column_stack([PERFECT, PERFECT])  # each factor lies in two dimensions
    assert mutual_information_gap(twice, FACTORS) == pytest.approx(0, abs=1e-9)
    constant = np.column_stack([FACTORS, np.ones(3000)])
    assert mutual_information_gap(PERFECT, constant) == mutual_information_gap(PERFECT, FACTORS)


def test_information_in_bins_is_that_of_a_gaussian_channel_and_without_bias_where_there_is_none():
    correlated = np.random.default_rng(2).multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 60_000)
    matrix, entropy = information_matrix(correlated[:, :1], correlated[:, 1:])
    assert matrix[0, 0] == pytest.approx(-0.5 * math.log(1 - 0.64), abs=0.03)
    assert entropy[0] == pytest.approx(math.log(20), abs=1e-3)
    apart, _ = information_matrix(NOISE[:, :1], FACTORS[:, :1])
    assert apart[0, 0] < 0.02
    assert set(in_bins(np.array([3.0, 1, 3, 7]))) == {0, 1, 2}


def test_dci_and_sap_of_a_disentangled_code_are_high_and_of_a_rotated_one_lower():
    good, mixed, none = (measured_dci(codes[:1000], FACTORS[:1000]) for codes in (PERFECT, ROTATED, NOISE))
    assert min(good.disentanglement, good.completeness, good.informativeness) > 0.97
    assert mixed.disentanglement < 0.6
    assert mixed.completeness < 0.6
    assert mixed.informativeness > 0.8, "rotated codes still tell everything"
    assert none.informativeness < 0.2
    straight = np.column_stack([FACTORS[:, 0], FACTORS[:, 1], FACTORS[:, 2]])
    assert separated_predictability(straight, FACTORS) == pytest.approx((1 + 1 + 2 / 3) / 3, abs=0.15)
    assert separated_predictability(ROTATED, FACTORS) < 0.4
    assert separated_predictability(NOISE, FACTORS) < 0.05


def test_mutual_information_is_that_of_a_gaussian_channel_and_never_above_its_bound():
    generator = torch.Generator().manual_seed(0)

    def measured(noise, count=4000):
        mu = torch.randn(count, 2, generator=generator)
        posterior = DiagonalGaussian(mu, torch.full_like(mu, math.log(noise**2)))
        return information.mutual_information(posterior, posterior.reparameterize(generator), lambda *_: None)

    for noise in (0.5, 1.0):
        assert measured(noise) == pytest.approx(2 * 0.5 * math.log(1 + 1 / noise**2), abs=0.08)
    assert measured(1e-4, 100) == pytest.approx(math.log(100), abs=1e-3)
    same = DiagonalGaussian(torch.zeros(50, 3), torch.zeros(50, 3))
    nothing = information.mutual_information(same, same.reparameterize(generator), lambda *_: None)
    assert nothing == pytest.approx(0, abs=1e-5)


def test_frechet_of_gaussians_is_the_closed_form():
    diagonal = between_gaussians(np.array([1.0, 2]), np.diag([4.0, 9]), np.array([0.0, 0]), np.diag([1.0, 1]))
    assert diagonal == pytest.approx(1 + 4 + (2 - 1) ** 2 + (3 - 1) ** 2)
    turned = ROTATION @ np.diag([4.0, 9, 1]) @ ROTATION.T  # those that commute: the difference of their roots
    other = ROTATION @ np.diag([1.0, 1, 25]) @ ROTATION.T
    assert between_gaussians(np.zeros(3), turned, np.zeros(3), other) == pytest.approx(1 + 4 + 16)
    features = RANDOM.normal(size=(400, 5))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(features, features + 2) == pytest.approx(5 * 4)


def test_psnr_and_ssim_are_what_a_hand_finds():
    picture = RANDOM.integers(0, 200, (2, 16, 16, 1)).astype(np.uint8)
    assert psnr(picture, picture + 10).tolist() == pytest.approx([10 * math.log10(255**2 / 100)] * 2)
    assert psnr(picture, picture).tolist() == [100, 100]
    assert ssim(picture, picture).tolist() == pytest.approx([1, 1])
    flat, brighter = np.full((1, 16, 16, 1), 100, np.uint8), np.full((1, 16, 16, 1), 150, np.uint8)
    c1 = (0.01 * 255) ** 2  # flat pictures differ in brightness alone
    assert ssim(flat, brighter)[0] == pytest.approx((2 * 100 * 150 + c1) / (100**2 + 150**2 + c1))
    small, other = (RANDOM.integers(0, 256, (1, 8, 8, 1)).astype(np.uint8) for _ in range(2))
    assert ssim(small, other)[0] == pytest.approx(by_hand(small[0, :, :, 0], other[0, :, :, 0], 7))


def by_hand(x, y, size):
    """The definition, window by window."""
    places = np.arange(size) - size // 2
    line = np.exp(-(places**2) / (2 * 1.5**2))
    window = np.outer(line, line) / np.outer(line, line).sum()
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    found = []
    for row in range(x.shape[0] - size + 1):
        for column in range(x.shape[1] - size + 1):
            a, b = (p[row : row + size, column : column + size].astype(float) for p in (x, y))
            mean_a, mean_b = (window * a).sum(), (window * b).sum()
            var_a, var_b = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
            both = (window * (a - mean_a) * (b - mean_b)).sum()
            likeness = (2 * mean_a * mean_b + c1) * (2 * both + c2)
            found.append(likeness / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2)))
    return np.mean(found)


def test_neighbours_tell_the_label_and_none_is_its_own():
    codes = np.repeat(np.array([[0.0, 0], [10, 0], [0, 10]]), 20, axis=0) + RANDOM.normal(size=(60, 2))
    labels = np.repeat([0, 1, 2], 20)
    assert accuracy_of_neighbours(codes, labels, codes + 0.1, labels) == 1
    assert accuracy_of_neighbours(codes, labels, codes + 0.1, (labels + 1) % 3) == 0
    assert accuracy_of_neighbours(codes, labels, codes, labels, same=True) == 1
    alone = np.array([[0.0], [1], [2], [3]])
    assert accuracy_of_neighbours(alone, np.array([0, 1, 1, 1]), alone, np.array([0, 1, 1, 1]), same=True) == 0.75
    equal = np.zeros((12, 1))  # codes that are the same push each other out of the list
    assert accuracy_of_neighbours(equal, np.zeros(12, int), equal, np.zeros(12, int), same=True) == 1


def subject(images=None, **values):
    parts = training(recipe(**values), images)
    images = images or pictures()
    return Subject(parts.state.model, parts.objective, parts.store, images, parts.split.held_out, parts.split.train)


def test_every_metric_of_the_catalogue_can_be_had_or_says_why_not(monkeypatch):
    monkeypatch.setattr("vae_studio.evaluation.metrics.frechet_labels._STEPS", 20)
    monkeypatch.setattr(resnet, "_FEWEST", 3)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: "/nowhere")
    images = pictures(120)
    told = []
    found = measure(subject(images), list(METRICS), lambda *now: told.append(now))
    assert {reading.name for reading in found.readings} == {
        *("psnr", "ssim", "mutual_information", "mutual_information_bound", "knn_accuracy", "frechet_distance_labels")
    }
    assert all(math.isfinite(reading.value) and reading.text for reading in found.readings)
    assert set(found.missing) == {"mig", "dci", "sap", "frechet"}
    assert "not on this computer" in found.missing["frechet"]
    assert "'shapes' has such" in found.missing["mig"]
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1
    with pytest.raises(UsageError, match="did you mean 'mig'"):
        measure(subject(images), ["mid"])


def test_sets_with_factors_have_all_three_and_the_figures_are_the_same_each_time():
    images = pictures(120)
    known = ImageSet("known", images.pictures, factors={"x": np.arange(120, dtype=np.float32)})
    first, second = (measure(subject(known), ["mig", "dci", "sap", "knn"]) for _ in range(2))
    assert [reading.name for reading in first.readings][:2] == ["mig", "dci_disentanglement"]
    assert first == second
    assert "has no labels" in first.missing["knn"]


def test_an_autoencoder_has_no_information_and_no_samples_and_another_set_no_known_pictures():
    other = subject(pictures(120), objective__kind="autoencoder")
    other.known, other.has_samples = other.known[:0], False
    found = measure(other, ["information", "frechet-labels", "knn"])
    assert set(found.missing) == {"information", "frechet-labels"}
    with pytest.raises(UnsuitableError, match="no prior to draw from"):
        other.samples(3)


def test_measuring_can_be_cancelled():
    class EnoughError(Exception):
        pass

    def cancel(share, _text):
        if share > 0.2:
            raise EnoughError

    with pytest.raises(EnoughError):
        measure(subject(pictures(120)), list(METRICS), cancel)

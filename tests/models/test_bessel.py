"""The logarithm of the Bessel function against arbitrary precision, and its gradients."""

import mpmath
import numpy as np
import pytest
import torch

from vae_studio.models.bessel import log_bessel_at_zero, log_bessel_values, sphere_kl
from vae_studio.models.bessel_gradient import bessel_ratio, log_bessel

ORDERS = (0.0, 0.5, 1.0, 4.0, 49.0, 255.0)  # codes of 2, 3, 4, 10, 100 and 512 numbers


def exact(x, order):
    with mpmath.workdps(60):
        return float(mpmath.log(mpmath.besseli(order, x)) - order * mpmath.log(x))


@pytest.mark.parametrize("order", ORDERS)
def test_it_is_right_from_nearly_nothing_to_far_beyond_overflow(order):
    x = np.array([1e-8, 5e-4, 2e-3, 0.1, 1.0, 7.0, 12.0, 14.0, 100.0, 3000.0, 1.6e5])
    np.testing.assert_allclose(
        log_bessel_values(x, order), [exact(value, order) for value in x], rtol=1e-12, atol=1e-12
    )


def test_long_codes_take_as_many_terms_as_they_need():
    order = 999.0  # 2000 numbers, as many as a sphere has
    x = np.array([1.0, 100.0, 400.0, 600.0, 690.0, 1005.0, 3000.0])
    np.testing.assert_allclose(log_bessel_values(x, order), [exact(value, order) for value in x], rtol=1e-12)


def test_at_nothing_it_is_its_limit_and_a_number_that_is_none_stays_so():
    assert log_bessel_values(np.zeros(1), 4.0)[0] == log_bessel_at_zero(4.0) == pytest.approx(exact(1e-9, 4.0))
    assert np.isnan(log_bessel_values(np.array([np.nan]), 4.0)[0])


@pytest.mark.parametrize("order", ORDERS)
def test_gradients_are_right_twice(order):
    x = torch.tensor([0.05, 0.7, 3.0, 20.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda value: log_bessel(value, order), (x,))
    assert torch.autograd.gradgradcheck(lambda value: log_bessel(value, order), (x,))


@pytest.mark.parametrize("order", ORDERS)
def test_the_ratio_is_that_of_two_orders(order):
    x = torch.tensor([1e-6, 0.3, 5.0, 400.0, 1e5], dtype=torch.float64)
    assert bessel_ratio(torch.zeros(1).double(), order).item() == 0
    with mpmath.workdps(60):
        wanted = [float(mpmath.besseli(order + 1, v) / mpmath.besseli(order, v)) for v in x.tolist()]
    np.testing.assert_allclose(bessel_ratio(x, order).numpy(), wanted, rtol=1e-9)


def test_the_kl_of_the_uniform_is_nothing_and_in_three_dimensions_elementary():
    for dim in (2, 3, 10, 512):
        assert sphere_kl(np.zeros(1), dim)[0] == 0
    kappa = np.array([0.5, 3.0, 40.0])
    elementary = kappa / np.tanh(kappa) - 1 + np.log(kappa / np.sinh(kappa))
    np.testing.assert_allclose(sphere_kl(kappa, 3), elementary, rtol=1e-12)

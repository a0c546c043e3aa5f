"""The channel between encoder and decoder: codes with noise added on their way."""

from collections.abc import Sequence

import numpy as np

from vae_studio.latent.codes import Floats


def spread_of(mu: Floats) -> Floats:
    """Return how far codes mu [N, D] spread in each dimension, [D]: the unit in which noise is measured."""
    good = mu[np.isfinite(mu).all(axis=1)].astype(np.float64)
    spread: Floats = (good.std(axis=0) if len(good) else np.ones(mu.shape[1])).astype(np.float32)
    return spread


def with_noise(mu: Floats, spread: Floats, amounts: Sequence[float], seed: int = 0) -> Floats:
    """Return codes mu [N, D] with normal noise of each amount times the spread [D], [A, N, D].

    The same draw serves all amounts, so that rows of pictures differ in the amount alone. Measured in spreads, an
    amount is as much for an autoencoder, whose codes may lie anywhere, as for a VAE.
    """
    noise = np.random.default_rng(seed).standard_normal(mu.shape).astype(np.float32)
    return mu + np.asarray(amounts, np.float32)[:, None, None] * spread * noise

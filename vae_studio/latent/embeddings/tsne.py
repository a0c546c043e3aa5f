"""t-SNE (van der Maaten and Hinton, 2008)."""

import numpy as np

from vae_studio.latent.codes import Floats
from vae_studio.latent.embeddings import TSNEOptions


def tsne(mu: Floats, options: TSNEOptions) -> Floats:
    """Return places [N, 2] of codes mu [N, D]; tells on standard output at which iteration it is."""
    from sklearn.manifold import TSNE

    perplexity = min(options.perplexity, (len(mu) - 1) / 3)
    # Codes that are all equal have no principal components to start from.
    start = "pca" if np.ptp(mu, axis=0).max() > 0 and mu.shape[1] > 1 else "random"
    places: Floats = TSNE(
        perplexity=perplexity, init=start, random_state=options.seed, verbose=2, n_jobs=1
    ).fit_transform(mu)
    return places

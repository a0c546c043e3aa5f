"""UMAP (McInnes, Healy and Melville, 2018)."""

import sys

from vae_studio.errors import UsageError
from vae_studio.extras import install_hint
from vae_studio.latent.codes import Floats
from vae_studio.latent.embeddings import UMAPOptions


def umap(mu: Floats, options: UMAPOptions) -> Floats:
    """Return places [N, 2] of codes mu [N, D]; raises UsageError when the library is not installed."""
    # The library loads TensorFlow, where it is installed, for a part that is not used here. It takes many seconds,
    # and with some versions the process ends when numba then compiles.
    sys.modules.setdefault("tensorflow", None)  # type: ignore[arg-type]
    try:
        from umap import UMAP
    except ImportError:
        raise UsageError(
            f"UMAP needs the library umap-learn; install it with: {install_hint('umap')}, or choose t-SNE."
        ) from None
    places: Floats = UMAP(
        n_neighbors=min(options.neighbours, len(mu) - 1),
        min_dist=options.min_dist,
        random_state=options.seed,
        init="pca" if mu.shape[1] > 1 else "random",
        n_jobs=1,
        tqdm_kwds={"disable": True},
        verbose=True,
    ).fit_transform(mu)
    return places

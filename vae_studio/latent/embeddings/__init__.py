"""Kinds of maps that bend the code space to fit it onto a sheet; each is a function (mu [N, D], options) -> xy [N, 2].

They run in a process of their own: neither library can be cancelled, and UMAP compiles for many seconds.
"""

from pydantic import Field

from vae_studio.catalogue import Catalogue, Options, Row

_HERE = "vae_studio.latent.embeddings"


class EmbeddingOptions(Options):
    """What every embedding can be told."""

    at_most: int = Field(
        3000,
        ge=10,
        le=50_000,
        title="At most",
        description="Pictures that are placed, drawn by lot when there are more.",
    )
    seed: int = Field(0, ge=0, lt=2**31, title="Seed", description="The same seed gives the same map.")


class TSNEOptions(EmbeddingOptions):
    """What t-SNE can be told."""

    perplexity: float = Field(
        30, gt=1, le=200, title="Perplexity", description="About how many neighbours each picture tries to keep."
    )


class UMAPOptions(EmbeddingOptions):
    """What UMAP can be told."""

    at_most: int = Field(
        20_000,
        ge=10,
        le=1_000_000,
        title="At most",
        description="Pictures that are placed, drawn by lot when there are more.",
    )
    neighbours: int = Field(
        15, ge=2, le=200, title="Neighbours", description="How many neighbours each picture tries to keep."
    )
    min_dist: float = Field(
        0.1, ge=0, le=0.99, title="Least distance", description="How tightly neighbours may be packed."
    )


EMBEDDINGS = Catalogue(
    "kind of embedding",
    Row(
        "tsne",
        "t-SNE",
        "Keeps near neighbours together; distances between groups mean little.",
        f"{_HERE}.tsne:tsne",
        TSNEOptions,
    ),
    Row(
        "umap",
        "UMAP",
        "Keeps near neighbours and more of the whole; needs the extra umap.",
        f"{_HERE}.umap:umap",
        UMAPOptions,
    ),
)

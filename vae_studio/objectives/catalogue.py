"""The objectives and likelihoods that can be chosen, with their options."""

from typing import ClassVar, Literal

from pydantic import Field

from vae_studio.catalogue import Catalogue, Options, Row


class LikelihoodOptions(Options):
    """The `[likelihood]` part of a recipe."""

    kind: str = "bernoulli"


class BernoulliOptions(LikelihoodOptions):
    """Pixels are probabilities."""

    kind: Literal["bernoulli"] = "bernoulli"


class GaussianOptions(LikelihoodOptions):
    """Pixels are means with one fixed standard deviation."""

    kind: Literal["gaussian"] = "gaussian"
    sigma: float = Field(
        0.1,
        gt=0,
        le=10,
        title="Sigma",
        description="Standard deviation of a pixel; smaller asks for sharper pictures, 1 for squared error / 2.",
    )


class ObjectiveOptions(Options):
    """The `[objective]` part of a recipe."""

    has_prior: ClassVar[bool] = True  # whether negative ELBO, KL and samples from the prior mean anything

    kind: str = "vae"


class VaeOptions(ObjectiveOptions):
    """The evidence lower bound, with its KL term weighted and warmed up."""

    kind: Literal["vae"] = "vae"
    beta: float = Field(
        1.0,
        ge=0,
        le=1000,
        title="KL weight β",
        description="1 is the VAE; above 1 the code is simpler and the pictures blurrier (beta-VAE).",
    )
    warmup: float = Field(
        0.3,
        ge=0,
        le=1,
        title="KL warm-up",
        description="Share of the training over which the KL weight rises from a tenth to β; 0 switches it off.",
    )


class AutoencoderOptions(ObjectiveOptions):
    """Reconstruction alone."""

    has_prior: ClassVar[bool] = False

    kind: Literal["autoencoder"] = "autoencoder"


_OBJECTIVES = "vae_studio.objectives"
LIKELIHOODS = Catalogue(
    "likelihood",
    Row(
        "bernoulli",
        "Bernoulli",
        "Cross-entropy per pixel; the usual choice for digits and drawings.",
        f"{_OBJECTIVES}.bernoulli:Bernoulli",
        BernoulliOptions,
    ),
    Row(
        "gaussian",
        "Gaussian",
        "Squared error per pixel, scaled by sigma.",
        f"{_OBJECTIVES}.gaussian:Gaussian",
        GaussianOptions,
    ),
)
OBJECTIVES = Catalogue(
    "objective",
    Row(
        "vae",
        "VAE (beta-VAE)",
        "Reconstruction plus weighted KL: the evidence lower bound.",
        f"{_OBJECTIVES}.elbo:Elbo",
        VaeOptions,
    ),
    Row(
        "autoencoder",
        "Autoencoder",
        "Reconstruction alone: no prior, so samples mean nothing.",
        f"{_OBJECTIVES}.autoencoder:Autoencoder",
        AutoencoderOptions,
    ),
)

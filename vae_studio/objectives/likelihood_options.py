"""The options of the likelihoods, readable without torch."""

from typing import Literal

from pydantic import Field

from vae_studio.catalogue import Options

Pixels = Literal["grey", "static", "dynamic"]  # as they are, made black and white once, or anew at each step


class LikelihoodOptions(Options):
    """The `[likelihood]` part of a recipe."""

    kind: str = "bernoulli"

    def pixels(self) -> Pixels:
        """Return what the networks see of a grey pixel."""
        return "grey"


class BernoulliOptions(LikelihoodOptions):
    """Pixels are probabilities."""

    kind: Literal["bernoulli"] = "bernoulli"
    greys: Pixels = Field(
        "grey",
        title="Grey pixels",
        description="Kept grey, or drawn black or white with that probability: once (static), at each step (dynamic).",
    )

    def pixels(self) -> Pixels:
        """Return what the networks see of a grey pixel."""
        return self.greys


class ContinuousBernoulliOptions(LikelihoodOptions):
    """Pixels are greys with a density."""

    kind: Literal["continuous-bernoulli"] = "continuous-bernoulli"


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


class SigmaGaussianOptions(LikelihoodOptions):
    """Pixels are means with one standard deviation that is learned."""

    kind: Literal["sigma-gaussian"] = "sigma-gaussian"
    estimate: Literal["optimal", "gradient"] = Field(
        "optimal",
        title="Sigma is",
        description="Optimal: the error of the batch itself (sigma-VAE). Gradient: a weight, learned like the others.",
    )
    start: float = Field(
        0.3, ge=0.01, le=10, title="First sigma", description="Where sigma starts when it learns by gradient."
    )


class LaplaceOptions(LikelihoodOptions):
    """Pixels are medians with one fixed scale."""

    kind: Literal["laplace"] = "laplace"
    scale: float = Field(
        0.1,
        gt=0,
        le=10,
        title="Scale",
        description="Mean absolute error that is expected of a pixel; smaller asks for sharper pictures.",
    )


class DiscretisedLogisticOptions(LikelihoodOptions):
    """Pixels are one of 256 levels around a location, with one learned scale."""

    kind: Literal["discretised-logistic"] = "discretised-logistic"
    start: float = Field(
        0.1, ge=0.01, le=10, title="First scale", description="Where the logistic's scale starts; it is learned."
    )

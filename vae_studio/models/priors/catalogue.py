"""The priors that can be chosen, with their options; readable without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from vae_studio.catalogue import Catalogue, Options, Row


class PriorOptions(Options):
    """The `[prior]` part of a recipe."""

    factorises: ClassVar[bool] = True  # whether each dimension of the code has a KL of its own
    fewest_dims: ClassVar[int] = 1
    most_dims: ClassVar[int | None] = None

    kind: str = "normal"


class NormalPriorOptions(PriorOptions):
    """A standard normal in every dimension."""

    kind: Literal["normal"] = "normal"


class VampPriorOptions(PriorOptions):
    """A mixture of the posteriors of learned pictures."""

    factorises: ClassVar[bool] = False

    kind: Literal["vampprior"] = "vampprior"
    components: int = Field(
        0,
        ge=0,
        le=5000,
        title="Pseudo-inputs K",
        description="Learned pictures, each with its posterior in the mixture; automatic takes 100, or all of fewer.",
        json_schema_extra={"zero": "automatic"},
    )
    start: Literal["pictures", "mean"] = Field(
        "pictures",
        title="Begin with",
        description="Training pictures drawn at random, or the mean picture with a little noise.",
    )


class SpherePriorOptions(PriorOptions):
    """All directions alike, on a sphere of radius 1."""

    factorises: ClassVar[bool] = False
    fewest_dims: ClassVar[int] = 2
    most_dims: ClassVar[int | None] = 2000  # beyond, the power series of its KL overflows

    kind: Literal["sphere"] = "sphere"


_PRIORS = "vae_studio.models.priors"
PRIORS = Catalogue(
    "prior",
    Row(
        "normal",
        "Standard normal",
        "One cloud around the origin; what most papers mean by a VAE.",
        f"{_PRIORS}.standard_normal:StandardNormal",
        NormalPriorOptions,
    ),
    Row(
        "vampprior",
        "VampPrior",
        "A mixture of the posteriors of learned pictures: the prior goes where the data are.",
        f"{_PRIORS}.vampprior:VampPrior",
        VampPriorOptions,
    ),
    Row(
        "sphere",
        "Uniform on a sphere",
        "Codes are directions, none of them special (hyperspherical VAE); for few dimensions.",
        f"{_PRIORS}.sphere:Sphere",
        SpherePriorOptions,
    ),
)

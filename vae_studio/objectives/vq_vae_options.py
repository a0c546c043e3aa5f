"""The options of the VQ-VAE, readable without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from vae_studio.objectives.objective_options import ObjectiveOptions


class VqVaeOptions(ObjectiveOptions):
    """Reconstruction from entries of a code book, and a prior over them."""

    has_density: ClassVar[bool] = False

    kind: Literal["vq-vae"] = "vq-vae"
    entries: int = Field(
        64,
        ge=1,
        le=8192,
        title="Code book entries",
        description="How many different vectors codes are made of.",
    )
    places: int = Field(
        1,
        ge=1,
        le=256,
        title="Places",
        description="Parts that a code is cut into, each an entry; a convolutional grid has places of its own.",
    )
    commitment: float = Field(
        0.25,
        ge=0,
        le=1000,
        title="Commitment β",
        description="How strictly the encoder stays at the entries it chooses.",
    )
    update: Literal["ema", "gradient"] = Field(
        "ema",
        title="Entries learn",
        description="As the running mean of the vectors that choose them, or by gradient.",
        json_schema_extra={"advanced": True},
    )
    decay: float = Field(
        0.98,
        ge=0,
        lt=1,
        title="Memory of the mean",
        description="What is left of the running mean after a step.",
        json_schema_extra={"advanced": True},
    )
    restart: bool = Field(
        True,
        title="Restart dead entries",
        description="An entry that is hardly used begins anew at the vector of some picture.",
        json_schema_extra={"advanced": True},
    )
    hidden: int = Field(
        128,
        ge=8,
        le=1024,
        title="Units of the prior",
        description="Width of the recurrent layer that learns which entries go together, for samples.",
        json_schema_extra={"advanced": True},
    )

"""The options of the adversarially sharpened VAE, readable without torch."""

from typing import Literal

from pydantic import Field

from vae_studio.objectives.objective_options import WeightedKlOptions


class AdversarialOptions(WeightedKlOptions):
    """The evidence lower bound, and a discriminator that finds blurred patches."""

    kind: Literal["adversarial"] = "adversarial"
    sharpness: float = Field(
        0.3,
        ge=0,
        le=10,
        title="Sharpness",
        description="How hard the discriminator pulls at a picture, as a share of the reconstruction's pull; 0 is the "
        "VAE.",
    )
    start: float = Field(
        0.3,
        ge=0,
        le=1,
        title="Start",
        description="Share of the training after which it pulls: first the shapes, then the edges.",
    )
    width: int = Field(
        32,
        ge=4,
        le=512,
        title="Discriminator width",
        description="Channels after its first convolution; they double with each.",
        json_schema_extra={"advanced": True},
    )

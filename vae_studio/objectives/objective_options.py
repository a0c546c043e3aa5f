"""The options of the objectives, readable without torch."""

from typing import ClassVar, Literal

from pydantic import Field

from vae_studio.catalogue import Options


class ObjectiveOptions(Options):
    """The `[objective]` part of a recipe."""

    has_prior: ClassVar[bool] = True  # whether negative ELBO and KL mean anything
    has_samples: ClassVar[bool] = True  # whether codes drawn from the prior decode to something like the data
    has_density: ClassVar[bool] = True  # whether codes have a density; entries of a code book have none
    compares: ClassVar[bool] = False  # whether the pictures of a batch are compared with each other
    any_prior: ClassVar[bool] = False  # whether the KL may be to another prior than a standard normal

    kind: str = "vae"


class WeightedKlOptions(ObjectiveOptions):
    """A KL term whose weight changes over the training."""

    any_prior: ClassVar[bool] = True

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
    annealing: Literal["linear", "cyclical", "constant"] = Field(
        "linear",
        title="KL weight over time",
        description="Linear rises once; cyclical rises from 0 over the warm-up share of each cycle; constant is β.",
        json_schema_extra={"advanced": True},
    )
    cycles: int = Field(
        4,
        ge=1,
        le=1000,
        title="KL cycles",
        description="How often the weight rises when it is cyclical.",
        json_schema_extra={"advanced": True},
    )
    free_bits: float = Field(
        0.0,
        ge=0,
        le=100,
        title="Free nats",
        description="Nats of KL that every dimension may have without cost (free bits), against collapse.",
        json_schema_extra={"advanced": True},
    )


class VaeOptions(WeightedKlOptions):
    """The evidence lower bound, with its KL term weighted and warmed up."""

    kind: Literal["vae"] = "vae"


class BetaVaeOptions(WeightedKlOptions):
    """The evidence lower bound with a KL term that weighs more."""

    kind: Literal["beta-vae"] = "beta-vae"
    beta: float = Field(
        4.0,
        ge=0,
        le=1000,
        title="KL weight β",
        description="Above 1 the dimensions part and the pictures blur; 1 is the VAE.",
    )


class CapacityOptions(ObjectiveOptions):
    """A KL term that is led to a given size."""

    any_prior: ClassVar[bool] = True

    kind: Literal["capacity"] = "capacity"
    capacity: float = Field(
        10.0, ge=0, le=1000, title="Capacity C", description="Nats that the code carries in the end."
    )
    gamma: float = Field(30.0, ge=0, le=10_000, title="γ", description="How strictly the KL follows C.")
    rise: float = Field(
        0.8, ge=0, le=1, title="Rise", description="Share of the training over which C rises from 0; 0 starts at C."
    )


class BetaTcVaeOptions(ObjectiveOptions):
    """The KL term in three parts with a weight for each."""

    compares: ClassVar[bool] = True

    kind: Literal["beta-tcvae"] = "beta-tcvae"
    tc_weight: float = Field(
        6.0,
        ge=0,
        le=1000,
        title="Total correlation β",
        description="Weight of what the dimensions tell of each other; above 1 they part.",
    )
    mi_weight: float = Field(
        1.0,
        ge=0,
        le=1000,
        title="Information α",
        description="Weight of what the code tells of its picture.",
        json_schema_extra={"advanced": True},
    )
    dim_weight: float = Field(
        1.0,
        ge=0,
        le=1000,
        title="Dimension-wise KL γ",
        description="Weight of how far each dimension by itself is from the prior.",
        json_schema_extra={"advanced": True},
    )
    warmup: float = Field(
        0.3,
        ge=0,
        le=1,
        title="Warm-up",
        description="Share of the training over which all three weights rise from a tenth; 0 switches it off.",
    )


class FactorVaeOptions(ObjectiveOptions):
    """The evidence lower bound and a total correlation that a discriminator estimates."""

    compares: ClassVar[bool] = True

    kind: Literal["factor-vae"] = "factor-vae"
    gamma: float = Field(
        6.0,
        ge=0,
        le=1000,
        title="Total correlation γ",
        description="Weight of what the dimensions tell of each other; more and they part.",
    )
    warmup: float = Field(
        0.3,
        ge=0,
        le=1,
        title="Warm-up",
        description="Share of the training over which KL and total correlation rise from a tenth; 0 switches it off.",
    )
    hidden: int = Field(
        256,
        ge=8,
        le=4096,
        title="Discriminator units",
        description="Units of each of its four hidden layers.",
        json_schema_extra={"advanced": True},
    )
    discriminator_rate: float = Field(
        1e-3,  # 1e-4 in the paper, for a hundred times as many steps; here it would never know the codes
        ge=0,
        le=1,
        title="Discriminator rate",
        description="Size of the discriminator's steps, the same throughout; smaller for very long trainings.",
        json_schema_extra={"advanced": True, "zero": "that of the networks"},
    )


class InfoVaeOptions(ObjectiveOptions):
    """The evidence lower bound with less KL and with a maximum mean discrepancy."""

    compares: ClassVar[bool] = True

    kind: Literal["info-vae"] = "info-vae"
    alpha: float = Field(
        0.5,
        ge=0,
        le=1,
        title="Information α",
        description="Share of the KL that is taken away: 0 keeps all of it, 1 none (MMD-VAE).",
    )
    mmd_weight: float = Field(
        10.0,
        ge=1,
        le=1_000_000,
        title="MMD weight λ",
        description="How strictly all codes together follow the prior; too much and all pictures get one code.",
    )
    warmup: float = Field(
        0.3,
        ge=0,
        le=1,
        title="Warm-up",
        description="Share of the training over which KL and MMD rise from a tenth; 0 switches it off.",
    )


class WaeOptions(ObjectiveOptions):
    """Reconstruction with codes that follow the prior as a whole."""

    has_prior: ClassVar[bool] = False  # the code of a picture is a point, so there is no KL and no bound
    compares: ClassVar[bool] = True

    kind: Literal["wae-mmd"] = "wae-mmd"
    mmd_weight: float = Field(
        100.0,
        ge=0,
        le=1_000_000,
        title="MMD weight λ",
        description="How strictly all codes together follow the prior.",
    )


class IwaeOptions(ObjectiveOptions):
    """A bound from several samples per picture."""

    any_prior: ClassVar[bool] = True

    kind: Literal["iwae"] = "iwae"
    samples: int = Field(
        5,
        ge=1,
        le=5000,
        title="Samples k",
        description="Codes drawn per picture; 1 is the VAE, more are a tighter bound and take as many times longer.",
    )


class AutoencoderOptions(ObjectiveOptions):
    """Reconstruction alone."""

    has_prior: ClassVar[bool] = False
    has_samples: ClassVar[bool] = False

    kind: Literal["autoencoder"] = "autoencoder"


class DenoisingOptions(ObjectiveOptions):
    """Reconstruction of the clean picture from a spoilt one."""

    has_prior: ClassVar[bool] = False
    has_samples: ClassVar[bool] = False

    kind: Literal["denoising"] = "denoising"
    corruption: Literal["gaussian", "masking"] = Field(
        "gaussian", title="Corruption", description="Noise added to every pixel, or pixels set to black."
    )
    amount: float = Field(
        0.3,
        gt=0,
        lt=1,
        title="Amount",
        description="The noise's standard deviation where white is 1, or the share of pixels that is masked.",
    )

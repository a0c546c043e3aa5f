"""What the user can say about the training itself."""

from typing import Literal

from pydantic import Field

from vae_studio.catalogue import Options

USUAL_RATE, DEEP_RATE = 3e-3, 1e-3  # the highest step sizes, and those of deep convolutions
DEEP = ("pyramid", "grid")  # networks that diverge at the usual rate


class TrainingOptions(Options):
    """The `[training]` part of a recipe."""

    epochs: int = Field(
        20, ge=1, le=100_000, title="Epochs", description="How many times every training picture is seen."
    )
    batch_size: int = Field(
        0,
        ge=0,
        le=8192,
        title="Batch size",
        description="Pictures per step; automatic is 128 for a short training, 256 or 512 for a longer "
        "one, 64 for a pyramid, or less for few. The runs of an experiment share the automatic one.",
        json_schema_extra={"zero": "automatic"},
    )
    learning_rate: float = Field(
        USUAL_RATE,
        ge=0,
        le=1,
        title="Learning rate",
        description="The highest step size of the schedule; automatic is 0.001 for pyramids and grids, 0.006 for a "
        "short to 0.001 for a long training of the residual network with Muon, and 0.003 for all else. The runs of an "
        "experiment share the automatic one, unless networks or optimisers are compared.",
        json_schema_extra={"zero": "automatic"},
    )
    schedule: Literal["one-cycle", "constant"] = Field(
        "one-cycle",
        title="Rate schedule",
        description="One cycle warms up, peaks and fades (Smith, 2018); constant stays.",
    )
    optimiser: Literal["muon", "adamw", "adam"] = Field(
        "adamw",
        title="Optimiser",
        description="Muon for hidden dense layers and AdamW for the rest; AdamW for all; or Adam as in most papers.",
        json_schema_extra={"advanced": True},
    )
    weight_decay: float = Field(
        1e-4,
        ge=0,
        le=1,
        title="Weight decay",
        description="Pull of the weights to zero (not with Adam).",
        json_schema_extra={"advanced": True},
    )
    clipping: float = Field(
        1.0,
        ge=0,
        le=1000,
        title="Gradient limit",
        description="How long a step's gradient may be, as a multiple of the usual length; longer ones are shortened.",
        json_schema_extra={"advanced": True, "zero": "none"},
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        title="Precision",
        description="What the networks compute in; losses are always summed in float32. Automatic takes the faster.",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        0,
        ge=0,
        lt=2**31,
        title="Seed",
        description="The same seed on the same machine gives the same run.",
        json_schema_extra={"advanced": True},
    )

    @property
    def rate_warmup(self) -> float:
        """The share of one cycle in which its rate rises; Muon's first steps are no longer than its later ones."""
        return 0.1 if self.optimiser == "muon" else 0.2

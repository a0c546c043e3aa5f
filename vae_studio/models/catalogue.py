"""The networks that can be chosen, with their options."""

from typing import Literal

from pydantic import Field, PositiveInt

from vae_studio.catalogue import Catalogue, Options, Row


class NetworkOptions(Options):
    """What every network has; the `[network]` part of a recipe."""

    kind: str = "auto"
    latent_dim: int = Field(
        2,
        ge=1,
        le=512,
        title="Latent dimensions",
        description="Numbers in a code. Two are drawn as they are; more are shown on a plane.",
    )
    condition: Literal["none", "label"] = Field(
        "none",
        title="Condition",
        description="Give both sides the label as well (conditional VAE): the code holds what the label leaves open.",
    )

    def code_length(self, shape: tuple[int, int, int]) -> int:  # noqa: ARG002  a code may depend on the pictures
        """Return how many numbers a code has, for pictures of `shape` (H, W, C)."""
        return self.latent_dim

    def grid(self, shape: tuple[int, int, int]) -> tuple[int, int]:  # noqa: ARG002
        """Return the rows and columns of places that a code has, each with as many numbers; mostly one of each."""
        return 1, 1


class AutoOptions(NetworkOptions):
    """The network is chosen by the size of the pictures."""

    kind: Literal["auto"] = "auto"


class DenseOptions(NetworkOptions):
    """Fully connected layers with ReLU."""

    kind: Literal["dense"] = "dense"
    widths: tuple[PositiveInt, ...] = Field(
        (512, 256),
        min_length=1,
        max_length=8,
        title="Layer widths",
        description="Units of the encoder's hidden layers; the decoder has them in reverse.",
    )
    inputs: Literal["0..1", "-1..1"] = Field(
        "0..1",
        title="Black to white",
        description="The numbers by which the encoder sees a pixel; -1 to 1 has its middle at 0.",
        json_schema_extra={"advanced": True},
    )


class ResidualOptions(NetworkOptions):
    """Fully connected residual blocks."""

    kind: Literal["residual"] = "residual"
    width: int = Field(256, ge=8, le=4096, title="Width", description="Units of every hidden layer.")
    blocks: int = Field(3, ge=0, le=16, title="Blocks", description="Residual blocks on each side.")
    layers: Literal[1, 2] = Field(
        1, title="Layers of a block", description="Two are usual; one is half the work, and on MNIST as good."
    )


class ConvOptions(NetworkOptions):
    """The convolutional network of the Keras VAE example: 3x3 convolutions of stride 2."""

    kind: Literal["conv"] = "conv"
    channels: tuple[PositiveInt, ...] = Field(
        (64, 128),
        min_length=1,
        max_length=5,
        title="Channels",
        description="Channels of the encoder's convolutions; each halves the picture.",
    )
    hidden: int = Field(
        16, ge=1, le=4096, title="Hidden units", description="Units between the convolutions and the code."
    )


class PyramidOptions(NetworkOptions):
    """4x4 convolutions of stride 2 down to 4x4 pixels, for pictures above 32 pixels and colour."""

    kind: Literal["pyramid"] = "pyramid"
    width: int = Field(
        32,
        ge=4,
        le=256,
        title="Width",
        description="Channels after the first convolution; they double at each step up to eight times this.",
    )
    hidden: int = Field(
        256, ge=8, le=4096, title="Hidden units", description="Units between the convolutions and the code."
    )


class GridOptions(NetworkOptions):
    """4x4 convolutions of stride 2, and a code of some numbers for each cell of what is left."""

    kind: Literal["grid"] = "grid"
    width: int = Field(
        64, ge=4, le=512, title="Width", description="Channels after the last halving; half as many before each."
    )
    halvings: int = Field(
        0,
        ge=0,
        le=6,
        title="Halvings",
        description="How often the picture is halved; automatic leaves a grid of 4 to 8 cells on a side.",
        json_schema_extra={"zero": "automatic"},
    )
    blocks: int = Field(2, ge=0, le=16, title="Blocks", description="Residual blocks on each side.")

    def steps(self, shape: tuple[int, int, int]) -> int:
        """Return how often pictures of `shape` are halved."""
        steps = self.halvings or 1
        while not self.halvings and -(-max(shape[:2]) >> steps) > _LARGEST_GRID:
            steps += 1
        return steps

    def grid(self, shape: tuple[int, int, int]) -> tuple[int, int]:
        """Return the rows and columns of the grid."""
        steps = self.steps(shape)
        return -(-shape[0] >> steps), -(-shape[1] >> steps)

    def code_length(self, shape: tuple[int, int, int]) -> int:
        """Return how many numbers a code has: as many as there are latent dimensions, for each cell."""
        rows, columns = self.grid(shape)
        return rows * columns * self.latent_dim


class MemoriserOptions(NetworkOptions):
    """A decoder alone: each picture has a code that was not learned from it."""

    kind: Literal["memoriser"] = "memoriser"
    codes: Literal["constant", "one-hot", "real"] = Field(
        "one-hot",
        title="Codes",
        description="One number that is always 1; a one among zeros for each picture; or random numbers for each.",
    )
    pictures: int = Field(4, ge=1, le=64, title="Pictures", description="How many pictures have a code of their own.")
    widths: tuple[PositiveInt, ...] = Field(
        (64, 256),
        min_length=1,
        max_length=8,
        title="Layer widths",
        description="Units of the decoder's hidden layers.",
    )

    def code_length(self, shape: tuple[int, int, int]) -> int:  # noqa: ARG002
        """Return how many numbers a code has."""
        return {"constant": 1, "one-hot": self.pictures, "real": self.latent_dim}[self.codes]


_MODELS = "vae_studio.models"
_LARGEST_GRID = 8  # cells on a side
_LARGEST_DENSE = 32  # pixels; above, convolutions are both faster and better
NETWORKS = Catalogue(
    "network",
    Row("auto", "Automatic", "Residual up to 32 pixels, pyramid above.", f"{_MODELS}.automatic:build", AutoOptions),
    Row(
        "residual",
        "Residual dense",
        "The fast default for pictures up to 32 pixels.",
        f"{_MODELS}.residual:build",
        ResidualOptions,
    ),
    Row(
        "dense",
        "Dense",
        "Plain fully connected layers, as in the first papers and lessons.",
        f"{_MODELS}.dense:build",
        DenseOptions,
    ),
    Row(
        "conv",
        "Convolutional (Keras example)",
        "The 64-128 network of the Keras VAE example.",
        f"{_MODELS}.conv:build",
        ConvOptions,
    ),
    Row(
        "pyramid",
        "Convolutional pyramid",
        "The default for 64-pixel colour pictures.",
        f"{_MODELS}.pyramid:build",
        PyramidOptions,
    ),
    Row(
        "grid",
        "Convolutional grid",
        "Keeps the code's place in the picture; for a VQ-VAE, whose latent dimensions are those of one cell.",
        f"{_MODELS}.grid:build",
        GridOptions,
    ),
    Row(
        "memoriser",
        "Memoriser",
        "A decoder that learns a few pictures by heart; the first step of the way to an autoencoder.",
        f"{_MODELS}.memoriser:build",
        MemoriserOptions,
    ),
)


def kind_for(shape: tuple[int, int, int]) -> str:
    """Return the network that "auto" stands for, for pictures of `shape` (H, W, C)."""
    return "residual" if max(shape[:2]) <= _LARGEST_DENSE else "pyramid"

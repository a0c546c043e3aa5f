"""What the user can say about the pictures to train on."""

from typing import Literal

from pydantic import Field

from vae_studio.catalogue import Options


class DataOptions(Options):
    """The `[data]` part of a recipe."""

    source: str = Field(
        "digits",
        title="Pictures",
        description="A built-in name, a torchvision name, a folder, or an npz, npy or IDX file.",
    )
    root: str = Field(
        "",
        title="Data folder",
        description="Where torchvision sets lie or are downloaded to; empty: the program's own folder.",
    )
    size: int = Field(
        0, ge=0, le=512, title="Size", description="Side of the pictures in pixels; 0 keeps theirs up to 128, else 64."
    )
    channels: Literal["auto", "grey", "colour"] = Field(
        "auto", title="Colour", description="Grey, colour, or whatever the pictures are."
    )
    fit: Literal["crop", "pad", "stretch"] = Field(
        "crop", title="Fit", description="How a picture that is not square is brought to size."
    )
    limit: int = Field(
        0,
        ge=0,
        title="At most",
        description="Use only so many pictures, spread evenly over the set; 0 uses all. Drawn sets draw as many.",
    )
    held_out: float = Field(
        0.1,
        ge=0,
        lt=1,
        title="Held out",
        description="Share of the pictures that is never trained on (sets with their own test part keep it). "
        "0 trains on all, test part included, and measures on the same.",
    )

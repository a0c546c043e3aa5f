"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from vae_studio.errors import ExportError, UsageError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]  # as in vae_studio.device, which would import torch

RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.", show_default=False)]
SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="A name from `vae-studio data`, a folder of images, or an .npz, .npy or IDX file.",
        show_default=False,
    ),
]
DataRootOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where sets by name lie or are downloaded to.", show_default=False),
]
DeviceOption = Annotated[DeviceName, typer.Option(help="The processor; auto takes the fastest that works.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

LabelOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Of a conditional run, the label that is drawn; without it, that of the first numbered picture (#123), or "
        "the first of all.",
        show_default=False,
    ),
]

WHERE_HELP = "a picture of the run ('#123', in quotes), an image file, or a code (0.3,-1.2)"


def output_file(path: Path, *suffixes: str) -> Path:
    """Check where a file is to be written before the work begins.

    Raises UsageError for another suffix, ExportError when the folder does not exist.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        endings = suffixes[0] if len(suffixes) == 1 else f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"
        raise UsageError(f"{path.name!r} cannot be the name of this file; it has to end in {endings}.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"The folder {path.absolute().parent} does not exist; create it or choose another place.")
    if path.is_dir():
        raise ExportError(f"{path} is a folder; give the name of a file.")
    return path


def lasting(root: Path | None) -> str:
    """Return a data folder in a form that still holds when the program is started from another folder."""
    return str(root.expanduser().absolute()) if root is not None else ""

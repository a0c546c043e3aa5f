"""The commands that put a run into one file and take it out again: pack and unpack."""

from pathlib import Path
from typing import Annotated

import typer

from vae_studio.cli.arguments import RunArgument, output_file


def pack(
    path: RunArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE.vaez", help="The file to write.", show_default=False)
    ],
    moments: Annotated[
        bool, typer.Option(help="Take the moments of the training along, so that it can be replayed.")
    ] = True,
) -> None:
    """Put a run into one .vaez file."""
    from vae_studio.cli.output import print_lines
    from vae_studio.runs.archive import SUFFIX
    from vae_studio.runs.archive import pack as pack_run
    from vae_studio.runs.store import RunFolder

    output_file(output, SUFFIX)
    pack_run(RunFolder.open(path), output, moments)
    print_lines([f"Wrote {output}, {output.stat().st_size / 1e6:.1f} MB."])


def unpack(
    file: Annotated[Path, typer.Argument(metavar="FILE.vaez", help="A packed run.", show_default=False)],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="RUN", help="The new run folder.", show_default=False)
    ],
) -> None:
    """Take a run out of its .vaez file."""
    from vae_studio.cli.output import print_lines
    from vae_studio.errors import RunError
    from vae_studio.runs.archive import unpack as unpack_run

    if not file.is_file():
        raise RunError(f"There is no file {file}; check the path.")
    folder = unpack_run(file, output)
    print_lines([f"Unpacked {file} into {folder.path}."])

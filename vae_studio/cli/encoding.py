"""The command that writes codes as a table: encode."""

from pathlib import Path
from typing import Annotated

import typer

from vae_studio.cli.arguments import DataRootOption, RunArgument, SourceArgument, output_file
from vae_studio.plural import counted


def encode(
    path: RunArgument,
    source: SourceArgument,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="The table, ending in {tables}.", show_default=False)
    ],
    data_root: DataRootOption = None,
) -> None:
    """Write the codes of pictures as a table.

    A row for each picture: its label and name where it has them, posterior means and log variances.
    """
    from vae_studio.cli.evaluation import is_own, open_for
    from vae_studio.cli.output import print_lines, remark_resized, remark_skipped, remark_strangers
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.table import TABLES, write_codes
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder

    output_file(output, *(f".{name}" for name in TABLES))
    folder = RunFolder.open(path)
    snapshot = load_snapshot(folder)
    with job_progress() as progress:
        images = open_for(folder, source, data_root, progress)
        codes = snapshot.encode(images.pictures, progress, images.labels)
    remark_skipped(images.skipped)
    if not is_own(folder, source):
        remark_resized(images)
    remark_strangers(snapshot, images.pictures)
    book = snapshot.book
    entries = None if book is None else book.indices(codes.mu)
    write_codes(output, codes, images.labels, images.names, images.label_names, entries=entries)
    noun, count = ("dimension", codes.dim) if book is None else ("place", book.places)
    print_lines([f"Wrote {output}: {counted(len(codes), 'code')} of {counted(count, noun)}."])

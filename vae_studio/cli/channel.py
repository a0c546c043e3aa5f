"""The command that adds noise to codes: noise."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import output_file
from vae_studio.errors import UsageError

if TYPE_CHECKING:
    from vae_studio.data.progress import Progress
    from vae_studio.export.channel_sheet import Block

RunsArgument = Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run folders.", show_default=False)]
OutputOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="FILE", help="The sheet to write, a .png.", show_default=False)
]


def noise(
    paths: RunsArgument,
    output: OutputOption,
    amounts: Annotated[
        str, typer.Option(metavar="LIST", help="How much noise, in multiples of how far all codes spread.")
    ] = "0,0.25,0.5,1",
    count: Annotated[int, typer.Option("-n", "--count", min=1, max=64, help="How many pictures.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="The same seed adds the same noise.")] = 0,
    size: Annotated[
        int, typer.Option(min=0, max=512, help="The longer side of each picture; 0 keeps the run's own.")
    ] = 48,
) -> None:
    """Add noise to codes on their way to the decoder and show what comes back.

    With several runs, like an autoencoder and a VAE, the sheet shows which decoder bears the noise of its channel. The
    error is the squared difference to the original, summed over pixels from 0 to 1.
    """
    from vae_studio.cli.output import print_lines
    from vae_studio.cli.progress import job_progress
    from vae_studio.export.channel_sheet import draw_sheet
    from vae_studio.export.sheet import write_png

    output_file(output, ".png")
    wanted = _amounts(amounts)
    with job_progress() as progress:
        blocks = [_block(path, wanted, count, seed, progress) for path in paths]
    write_png(output, draw_sheet(blocks, size))
    rows = [
        f"  {block.name}: "
        + ", ".join(f"{error:.2f} at {amount:g}" for amount, error in zip(wanted, block.errors(), strict=True))
        for block in blocks
    ]
    print_lines([f"Wrote {output}. Squared error at each amount of noise:", *rows])


def _block(path: Path, amounts: tuple[float, ...], count: int, seed: int, progress: "Progress") -> "Block":
    import numpy as np

    from vae_studio.cli.pictures import codes_of
    from vae_studio.data.catalogue import open_source
    from vae_studio.data.image_set import labels_at
    from vae_studio.data.split import split
    from vae_studio.export.channel_sheet import Block
    from vae_studio.latent.channel import spread_of, with_noise
    from vae_studio.runs.recipe_file import read_recipe
    from vae_studio.runs.run import load_snapshot
    from vae_studio.runs.store import RunFolder

    folder = RunFolder.open(path)
    snapshot, recipe = load_snapshot(folder), read_recipe(folder)
    images = open_source(recipe.data, progress)
    codes, _ = codes_of(folder, snapshot, progress)
    chosen = split(images, recipe.data.held_out, recipe.training.seed).held_out
    chosen = chosen[np.unique(np.linspace(0, len(chosen) - 1, count).astype(int))]
    originals, labels = images.pictures[chosen], labels_at(images, chosen)
    noisy = with_noise(snapshot.encode(originals, labels=labels).mu, spread_of(codes.mu), amounts, seed)
    returned = np.stack([snapshot.decode(row, labels) for row in noisy])
    return Block(folder.path.name, originals, amounts, returned)


def _amounts(text: str) -> tuple[float, ...]:
    try:
        amounts = tuple(float(part) for part in text.split(","))
    except ValueError:
        amounts = ()
    if not 1 <= len(amounts) <= 32 or not all(0 <= amount < math.inf for amount in amounts):
        raise UsageError(f"{text!r} is no list of amounts of noise; write numbers from 0 up, like --amounts 0,0.5,1.")
    return amounts

"""The command that writes a training out as a plain PyTorch script: script."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vae_studio.cli.arguments import DataRootOption, output_file
from vae_studio.errors import UsageError

if TYPE_CHECKING:
    from vae_studio.runs.recipe import Recipe

_USUAL_SOURCE = "digits"


def script(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[RUN]", help="A run folder, or a recipe as TOML.", show_default=False),
    ] = None,
    preset: Annotated[
        str | None, typer.Option(metavar="NAME", help="A ready recipe instead: {presets}.", show_default=False)
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="SOURCE", help="Other pictures; a preset's are the digits.", show_default=False),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value of the recipe.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE.py", help="Where to write it; without, it is printed.", show_default=False
        ),
    ] = None,
    data_root: DataRootOption = None,
) -> None:
    """Write a training out as a short Python script that needs PyTorch and not this program.

    It builds the same model and trains it in the same way, in float32. Pictures that torchvision does not have are
    written beside it as an .npz.
    """
    from vae_studio.cli.output import print_lines, remark
    from vae_studio.cli.progress import job_progress
    from vae_studio.data.catalogue import open_source
    from vae_studio.runs.script import save_script, script_for

    if output is not None:
        output_file(output, ".py")
    recipe = _recipe(path, preset, source, settings or [], data_root)
    with job_progress() as progress:
        images = open_source(recipe.data, progress)
    if output is not None:
        written, *beside = save_script(output, recipe, images)
        pictures = f", and its pictures as {beside[0].name}" if beside else ""
        print_lines([f"Wrote {written}{pictures}; run it with: python {written.name}"])
        return
    made = script_for(recipe, images)
    print_lines([made.text.rstrip("\n")])
    if made.file:
        remark(f"the script reads {made.file} beside it; with -o train.py the pictures are written as well.")


def _recipe(
    path: Path | None, preset_name: str | None, source: str | None, settings: list[str], data_root: Path | None
) -> "Recipe":
    from vae_studio.cli.arguments import lasting
    from vae_studio.cli.values import parse_settings
    from vae_studio.runs.presets import preset
    from vae_studio.runs.recipe_file import read_recipe_at

    if (path is None) == (preset_name is None):
        raise UsageError("Give a run or a recipe file, or --preset NAME; one of them.")
    values = {"data.source": source} if source is not None else {}
    if data_root is not None:
        values["data.root"] = lasting(data_root)
    if path is not None:
        recipe = read_recipe_at(path)
    else:
        recipe = preset(str(preset_name)).recipe.with_values({"data.source": _USUAL_SOURCE})
    return recipe.with_values(parse_settings(settings)).with_values(values)

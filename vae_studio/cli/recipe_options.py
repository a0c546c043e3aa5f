"""What the commands that train are told: pictures, a preset or a recipe, and values to change."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vae_studio.errors import UsageError

if TYPE_CHECKING:
    from vae_studio.runs.recipe import Recipe

DEFAULT_PRESET = "balanced"  # as in vae_studio.runs.presets

PicturesArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="SOURCE",
        help="A name from `vae-studio data`, a folder of images, or an .npz, .npy or IDX file; with --recipe, "
        "other pictures than the recipe's.",
        show_default=False,
    ),
]
PresetOption = Annotated[
    str | None,
    typer.Option(metavar="NAME", help=f"A ready recipe: {{presets}}. [default: {DEFAULT_PRESET}]", show_default=False),
]
RecipeOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.toml",
        help="A recipe in a file, or of a run folder, in place of a preset.",
        show_default=False,
    ),
]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a value of the recipe, like objective.beta=4; may be repeated. network.kind is {networks}; "
        "objective.kind is {objectives}; likelihood.kind is {likelihoods}.",
        show_default=False,
    ),
]
EpochsOption = Annotated[int | None, typer.Option(min=1, help="How often each picture is seen.", show_default=False)]
LatentDimOption = Annotated[int | None, typer.Option(min=1, help="Numbers in a code.", show_default=False)]


def recipe_of(
    source: str | None,
    preset_name: str | None,
    file: Path | None,
    settings: list[str],
    named: dict[str, int | None],
    data_root: Path | None,
) -> "Recipe":
    """Return the recipe that was asked for; options with a name of their own go before --set."""
    from vae_studio.cli.arguments import lasting
    from vae_studio.cli.values import parse_settings
    from vae_studio.runs.presets import preset
    from vae_studio.runs.recipe_file import read_recipe_at

    if file is not None and preset_name is not None:
        raise UsageError("Give --preset or --recipe, not both.")
    if file is None and source is None:
        raise UsageError("Say which pictures to train on: a SOURCE, or a --recipe that names them.")
    values: dict[str, Any] = {} if source is None else {"data.source": source}
    if data_root is not None:
        values["data.root"] = lasting(data_root)
    values |= {key: value for key, value in named.items() if value is not None}
    basis = preset(preset_name or DEFAULT_PRESET).recipe if file is None else read_recipe_at(file)
    return basis.with_values(parse_settings(settings)).with_values(values)

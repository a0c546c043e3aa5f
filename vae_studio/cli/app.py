"""All commands of the program under their names."""

from collections.abc import Callable
from typing import Annotated

import typer

from vae_studio import __version__
from vae_studio.cli import (
    archiving,
    channel,
    comparing,
    diagnosing,
    doctor,
    encoding,
    evaluation,
    filming,
    listing,
    mapping,
    morphing,
    pictures,
    replaying,
    scripting,
    training,
    traversing,
    window,
)
from vae_studio.cli.help import CatalogueCommand

app = typer.Typer(
    rich_markup_mode=None,  # plain help comes up twice as fast
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_COMMANDS: dict[str, Callable[..., None]] = {
    "open": window.open_path,
    "train": training.train,
    "resume": training.resume,
    "compare": comparing.compare,
    "evaluate": evaluation.evaluate,
    "diagnose": diagnosing.diagnose,
    "encode": encoding.encode,
    "decode": pictures.decode,
    "sample": pictures.sample,
    "morph": morphing.morph,
    "film": filming.film,
    "traverse": traversing.traverse,
    "map": mapping.draw,
    "noise": channel.noise,
    "replay": replaying.replay,
    "pack": archiving.pack,
    "unpack": archiving.unpack,
    "data": listing.data,
    "script": scripting.script,
    "presets": listing.presets,
    "doctor": doctor.doctor,
}
for _name, _command in _COMMANDS.items():
    app.command(_name, cls=CatalogueCommand)(_command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vae-studio {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  read by its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Train variational autoencoders on your pictures and walk through what they learned.

    Without a command the window opens.
    """
    if context.invoked_subcommand is None:
        raise typer.Exit(window.show(None))

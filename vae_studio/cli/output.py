"""What commands print: one JSON object or a few lines on stdout, remarks on stderr."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from vae_studio.plural import counted

if TYPE_CHECKING:
    from vae_studio.data.image_set import ImageSet, Pictures, SkippedFile
    from vae_studio.runs.snapshot import Snapshot

_SHOWN = 5  # skipped files named one by one


def print_json(values: dict[str, Any]) -> None:
    """Print one JSON object; numbers that JSON does not know become null."""
    typer.echo(json.dumps(_plain(values), indent=2, allow_nan=False))


def print_lines(lines: Iterable[str]) -> None:
    """Print lines for people on stdout."""
    for line in lines:
        typer.echo(line)


def print_table(rows: Sequence[tuple[str, str]], indent: str = "") -> None:
    """Print two columns, the first as wide as its longest entry."""
    width = max((len(first) for first, _ in rows), default=0)
    print_lines(f"{indent}{first:<{width}}  {second}" for first, second in rows)


def remark(text: str) -> None:
    """Say something on stderr that is no error."""
    typer.echo(f"vae-studio: {text}", err=True)


def remark_skipped(skipped: "Sequence[SkippedFile]") -> None:
    """Name the first files that could not be used, and say how many there were."""
    if not skipped:
        return
    remark(f"{counted(len(skipped), 'file was', 'files were')} skipped:")
    for file in skipped[:_SHOWN]:
        typer.echo(f"  {file.name}: {file.reason}", err=True)
    if len(skipped) > _SHOWN:
        typer.echo(f"  ... and {len(skipped) - _SHOWN} more", err=True)


def remark_strangers(snapshot: "Snapshot", pictures: "Sequence[Pictures] | Pictures") -> None:
    """Say how many of some pictures, [H, W, C] each, a memoriser does not know, and what it makes of them."""
    import numpy as np

    if not len(pictures) or not (unknown := snapshot.strangers(np.asarray(pictures))):
        return
    several = f"{unknown:,} of these {len(pictures):,} are others"
    which = several if len(pictures) > 1 else "this picture is none of them"
    remark(
        f"this run is a memoriser of {counted(snapshot.memorised, 'picture')}; {which}, and a stranger is given the "
        "code of the one that it resembles most."
    )


def remark_resized(images: "ImageSet") -> None:
    """Say that pictures came in another size than the run's."""
    height, width, _ = images.shape
    others = [size for size in images.own_sizes if size != (height, width)]
    if others:
        came = f"{others[0][1]} x {others[0][0]} pixels" if len(images.own_sizes) == 1 else "several sizes"
        remark(f"the pictures of {images.name} came in {came} and were brought to the run's {width} x {height}.")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value

"""A film as a sprite sheet: all frames on one PNG, and a JSON that says where each lies."""

from pathlib import Path
from typing import Any

from vae_studio import __version__
from vae_studio.data.progress import Progress
from vae_studio.export.film_formats import SpriteOptions
from vae_studio.export.page import Page
from vae_studio.export.reel import Reel
from vae_studio.export.sheet import write_png


def write(path: Path, reel: Reel, options: SpriteOptions, progress: Progress) -> None:
    """Write the frames row by row, gaps clear; raises UsageError when the sheet would be too large."""
    page = _page(reel, options)
    paper = page.paper((0, 0, 0, 0) if options.gap or -page.count % page.columns else (0,) * reel.shape[2])
    for number, frame in enumerate(reel.watched(progress)):
        page.put(paper, number, frame)
    write_png(path, paper)


def notes(name: str, reel: Reel, options: SpriteOptions) -> dict[str, Any]:
    """Return what game engines read: the rectangle and the milliseconds of each frame, in the form of Aseprite."""
    page, (width, height) = _page(reel, options), reel.size
    whole = {"x": 0, "y": 0, "w": width, "h": height}
    frames = [
        {
            "filename": f"{Path(name).stem}-{number + 1:04}",
            "frame": {**whole, "x": page.corner(number)[0], "y": page.corner(number)[1]},
            "rotated": False,
            "trimmed": False,
            "spriteSourceSize": whole,
            "sourceSize": {"w": width, "h": height},
            "duration": lasts,
        }
        for number, lasts in enumerate(reel.milliseconds())
    ]
    size = {"w": page.size[0], "h": page.size[1]}
    meta = {"app": "VAE Studio", "version": __version__, "image": name, "size": size, "scale": "1"}
    return {"frames": frames, "meta": meta}


def _page(reel: Reel, options: SpriteOptions) -> Page:
    return Page.of(reel.count, reel.size, options.columns, options.gap)

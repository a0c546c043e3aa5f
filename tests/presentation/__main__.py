"""The README's pictures, made by driving the program: `python -m tests.presentation [screenshots] [gif]`."""

import argparse
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

if sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

from PIL import Image
from PySide6.QtWidgets import QApplication

from tests.presentation import films, scenes
from tests.presentation.features import features
from vae_studio.gui.app import make_app

TARGET = Path(__file__).parents[2] / "resources" / "readme"


def main() -> int:
    """Make what is asked for; everything without names."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["VAE_STUDIO_HOME"] = str(folder / "runs")  # no run of the user's is touched
        app = make_app()
        if "screenshots" in options.what:
            _screenshots(app, folder, options)
        if "gif" in options.what:
            films.save_morph(app, folder, options.size, options.out / "morph.gif")
    return 0


def _screenshots(app: QApplication, folder: Path, options: argparse.Namespace) -> None:
    panes = partial(features, both=options.both)
    for scene in (scenes.digits, scenes.faces, panes) if not options.both else (panes,):
        for name, pixels in scene(app, folder, options.size):
            # 256 colours well chosen are a third of the file, and nobody sees it in a window of greys and few hues.
            few = Image.fromarray(pixels).quantize(256, kmeans=3, dither=Image.Dither.NONE)
            few.save(options.out / f"{name}.png", optimize=True)
            sys.stderr.write(f"{name}.png\n")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.presentation", description="Make the README's pictures.")
    parser.add_argument("what", nargs="*", metavar="screenshots|gif", help="all when none is named")
    parser.add_argument("--out", type=Path, default=TARGET, metavar="DIR", help="where they go (%(default)s)")
    parser.add_argument("--size", type=_size, default=(1280, 800), metavar="WxH", help="of the window (1280x800)")
    parser.add_argument("--both", action="store_true", help="the panes alone, each in dark and light, to be looked at")
    options = parser.parse_args()
    options.what = options.what or ["screenshots", "gif"]
    if unknown := set(options.what) - {"screenshots", "gif"}:
        parser.error(f"there is nothing called {', '.join(sorted(unknown))}; choose screenshots, gif or both")
    return options


if __name__ == "__main__":
    sys.exit(main())

"""The commands that open the window; the one place where the command line meets Qt."""

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vae_studio.errors import DataError, DisplayError

_DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
_QT = ("PySide6", "shiboken6", "pyqtgraph", "superqt")


def open_path(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A run folder, a .vaez file, an experiment or a folder of images.", show_default=False
        ),
    ],
) -> None:
    """Open the window on a run, an experiment or pictures."""
    if not path.exists():
        raise DataError(f"There is nothing at {path}; check the path.")
    raise typer.Exit(show(path))


def show(path: Path | None) -> int:
    """Open the window and return its exit code when it is closed; raises DisplayError where there can be none."""
    if not has_display():
        raise DisplayError(
            "There is no display to open a window on; use the commands (vae-studio --help), "
            "or set QT_QPA_PLATFORM=offscreen to run the window unseen."
        )
    _refuse_missing_libraries()
    gc.disable()  # hardly anything is garbage of what a start makes, and to search it takes a tenth of the time
    try:
        return _opener()(path)
    finally:
        gc.enable()


def _opener() -> Callable[[Path | None], int]:
    try:
        from vae_studio.gui.app import open_window
    except ImportError as error:
        raise DisplayError(_sentence(error)) from error
    return open_window


def has_display() -> bool:
    """Tell whether a window can be shown: only Linux and its relatives go without a display."""
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in _DISPLAY_VARIABLES)


def _refuse_missing_libraries() -> None:
    """Raise DisplayError when a library is missing that Qt's X11 plugin loads: Qt itself would abort the process."""
    from vae_studio.cli.libraries import missing_packages

    wayland = os.environ.get("WAYLAND_DISPLAY")
    platform = os.environ.get("QT_QPA_PLATFORM") or ("wayland" if wayland else "xcb")
    if platform == "xcb" and (wanted := missing_packages()):
        packages = " ".join(wanted)
        raise DisplayError(f"The window needs system libraries that are missing: sudo apt install {packages}")


def _sentence(error: ImportError) -> str:
    from vae_studio.cli.libraries import missing_packages

    package = (error.name or "").partition(".")[0]
    if "shared object" in str(error):  # Qt is there, a library of the system is not
        wanted = " ".join(missing_packages())
        hint = f"install them with: sudo apt install {wanted}" if wanted else "install the libraries that Qt needs."
        return f"The window needs system libraries that are missing ({error}); {hint}"
    if package == "PySide6" or package not in _QT:
        return (
            "The window needs Qt, which is missing; install it with: pip install PySide6-Essentials pyqtgraph superqt"
        )
    return f"The window needs {package}, which is not installed; install it with: pip install {package}"

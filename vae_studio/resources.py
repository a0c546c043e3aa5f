"""Where the data files that ship with the program lie: icons, presets, lessons, the example run."""

from pathlib import Path

from vae_studio.errors import StudioError

_INSTALLED = Path(__file__).parent / "_resources"  # a wheel maps resources/ here
_CHECKOUT = Path(__file__).parent.parent / "resources"


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder.

    Raises StudioError when the installation is incomplete.
    """
    for root in (_INSTALLED, _CHECKOUT):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise StudioError(f"The file {'/'.join(parts)} is missing from this installation; please reinstall vae-studio.")

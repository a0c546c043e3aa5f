"""The system libraries that Qt needs on Linux, and the Debian packages they come in."""

import ctypes
import sys

_PACKAGES = {  # by the name under which the loader looks for them
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def missing_packages() -> list[str]:
    """Return the Debian packages to install; none on other systems, which bring everything along."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for library, package in _PACKAGES.items() if not _loads(library)]


def _loads(library: str) -> bool:
    # Loading is what Qt will do. ctypes.util.find_library only guesses, and starts a compiler to do so.
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True

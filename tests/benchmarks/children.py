"""Processes of their own for figures that need a fresh one, and what they answer."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vae_studio.errors import StudioError

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST = 600  # seconds
_SAID = 2000  # characters of what a failed process wrote


class ChildError(StudioError):
    """A measuring process ended without an answer."""


def child(module: str, *arguments: str, surroundings: dict[str, str] | None = None) -> dict[str, Any]:
    """Run `python -m module arguments` and return the JSON object in its last line; raises ChildError.

    The window is opened off screen where there is no display.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=_ROOT,
        env=environment() | (surroundings or {}),
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
    try:
        found = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise ChildError(f"{module} ended with {done.returncode}: {done.stderr[-_SAID:].strip()}.") from error
    return dict(found)


def environment() -> dict[str, str]:
    """Return this process's environment, with an unseen screen where there is none."""
    unseen = sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return dict(os.environ) | ({"QT_QPA_PLATFORM": "offscreen"} if unseen else {})


def answer(measure: Callable[..., dict[str, Any]], *kinds: Callable[[str], Any]) -> None:
    """Call `measure` with the process's arguments and write what it returns as the last line."""
    given = [kind(argument) for kind, argument in zip(kinds, sys.argv[1:], strict=True)]
    sys.stdout.write(json.dumps(measure(*given)) + "\n")


def resident() -> int:
    """Return the bytes of memory that this process holds (RSS); 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

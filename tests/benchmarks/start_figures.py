"""From launch to the first painted window, and to the words of --help."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.benchmarks.children import ChildError, environment
from tests.benchmarks.figure import Figure

_ROUNDS = 7
_PAINT, _HELP = 1.0, 0.3  # seconds
# The program as it is, but that it says when its window has painted all of its map for the first time, and ends.
_OPEN = """
import os, sys, time
import vae_studio.cli.window as command
from vae_studio.cli import main
opener = command._opener
def opened():
    opens = opener()
    from vae_studio.gui.window import MainWindow
    paint = MainWindow.event
    def event(self, event):
        done = paint(self, event)
        if event.type() == event.Type.UpdateRequest and self.map_panel.map.isVisible():
            os.write(1, repr(time.monotonic()).encode())
            os._exit(0)
        return done
    MainWindow.event = event
    return opens
command._opener = opened
sys.argv = ["vae-studio"]
main()
"""


def measure(data: Path) -> Iterator[Figure]:
    """Start the program some times over, in turns, the first time only to warm the disk cache.

    The clock starts before the process does. It stops when the window with all its panels has been painted for the
    first time, or when the process that was asked for `--help` has ended. Off screen where there is no display.
    """
    del data
    windows, helps = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(_ROUNDS + 1):
            windows.append(_first_paint(Path(home)))
            helps.append(_help())
    first, words = median(windows[1:]), median(helps[1:])
    yield Figure("start_figures.first_paint", first, "s", _PAINT, first <= _PAINT)
    yield Figure("start_figures.help", words, "s", _HELP, words <= _HELP)


def _first_paint(home: Path) -> float:
    own = {name: str(home) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "VAE_STUDIO_HOME")}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _OPEN], env=environment() | own, capture_output=True, check=False, timeout=60
    )
    try:
        return float(done.stdout) - start
    except ValueError as error:
        raise ChildError(f"The window did not open: {done.stderr.decode()[-500:].strip()}.") from error


def _help() -> float:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-m", "vae_studio", "--help"], capture_output=True, check=False, timeout=60)
    if done.returncode:
        raise ChildError(f"--help failed: {done.stderr.decode()[-500:].strip()}.")
    return time.monotonic() - start

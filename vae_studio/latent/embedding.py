"""An embedding: pictures placed on a bent map, where a click finds the nearest picture instead of a code."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO

import numpy as np
import numpy.typing as npt

from vae_studio.catalogue import Options
from vae_studio.data.progress import Progress, silent
from vae_studio.errors import StudioError, UsageError
from vae_studio.latent.codes import Floats
from vae_studio.latent.embeddings import EMBEDDINGS, EmbeddingOptions
from vae_studio.latent.embeddings.child import CODES, PLACES, PROBLEM
from vae_studio.latent.neighbours import Neighbours

_CHILD = "vae_studio.latent.embeddings.child"
_ROOT = Path(__file__).parents[2]  # where the package lies, also when it is not installed
_FEWEST = 5
_PATIENCE = 0.1  # seconds between two looks at whether the user has cancelled
_ITERATIONS = 1000  # of t-SNE, which tells every fiftieth
_TOLD = re.compile(r"Iteration (\d+)|Epochs completed:\s*(\d+)%|completed\s+(\d+)\s*/\s*(\d+)\s+epochs")


@dataclass(frozen=True, eq=False)
class Embedding:
    """Places of some or all pictures of a cloud."""

    kind: str
    xy: Floats  # [M, 2]
    rows: npt.NDArray[np.int64]  # [M], which rows of the cloud's codes are placed, ascending
    total: int  # codes there are; more than M when some were left out

    @property
    def complete(self) -> bool:
        """Whether every code has a place."""
        return len(self.rows) == self.total

    def nearest(self, xy: npt.ArrayLike) -> int:
        """Return the row of the cloud's codes whose place lies nearest to a click, xy [2]."""
        found, _ = self._places.nearest(xy, 1)
        return int(self.rows[found[0]])

    def sentence(self) -> str:
        """Say what is shown: what lies between two pictures of a bent map is not a code."""
        shown = "all" if self.complete else f"{len(self.rows):,} of"
        return f"{EMBEDDINGS[self.kind].title} of {shown} {self.total:,} codes; a click shows the nearest picture."

    @cached_property
    def _places(self) -> Neighbours:
        return Neighbours(self.xy)


def embed(mu: Floats, kind: str, options: Options | None = None, progress: Progress = silent) -> Embedding:
    """Place codes mu [N, D] on a map of two dimensions, in a process of its own.

    Rows that are not finite are left out, and some at random when there are more than `options.at_most`. A `progress`
    that raises ends the process. Raises UsageError for fewer than five codes or when the library is missing.
    """
    row = EMBEDDINGS[kind]
    chosen = options if options is not None else row.options()
    if not isinstance(chosen, row.options) or not isinstance(chosen, EmbeddingOptions):
        raise TypeError(f"{kind} takes {row.options.__name__}, not {type(chosen).__name__}")
    rows = np.flatnonzero(np.isfinite(mu).all(axis=1))
    if len(rows) < _FEWEST:
        raise UsageError(f"An embedding needs at least {_FEWEST} pictures with codes; there are {len(rows)}.")
    if len(rows) > chosen.at_most:
        rows = np.sort(np.random.default_rng(chosen.seed).choice(rows, chosen.at_most, replace=False))
    with tempfile.TemporaryDirectory(prefix="vae-studio-") as folder:
        place = Path(folder)
        np.save(place / CODES, np.ascontiguousarray(mu[rows], np.float32), allow_pickle=False)
        _run(kind, chosen.model_dump_json(), place, row.title, progress)
        return Embedding(kind, np.load(place / PLACES, allow_pickle=False), rows, len(mu))


def _run(kind: str, options: str, place: Path, title: str, progress: Progress) -> None:
    command = [
        sys.executable,
        "-u",
        "-P",
        "-m",
        _CHILD,
        kind,
        options,
        str(place),
    ]  # -P: no module of the current folder
    sentence = f"Placing the pictures with {title}."
    with (place / "log.txt").open("w+", encoding="utf-8", errors="replace") as log, _started(command, log) as told:
        progress(-1, sentence)
        share = -1.0
        for line in told:
            share = max(share, _share(line))
            progress(share, sentence)
    if (place / PROBLEM).exists():
        raise UsageError((place / PROBLEM).read_text(encoding="utf-8"))
    if not (place / PLACES).exists():
        last = (place / "log.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise StudioError(f"{title} ended without a map ({''.join(last) or 'no reason given'}); try fewer pictures.")


@contextmanager
def _started(command: list[str], log: IO[str]) -> Iterator[Iterator[str]]:
    """Start a process; give its lines, and an empty one now and then; end the process when the block is left."""
    paths = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(_ROOT)]))
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=log,
        stdin=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
    )
    lines: SimpleQueue[str] = SimpleQueue()
    assert process.stdout is not None
    reader = Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        yield _lines(process, lines)
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()


def _read(stream: IO[str], lines: "SimpleQueue[str]") -> None:
    for line in stream:
        lines.put(line)


def _lines(process: "subprocess.Popen[str]", lines: "SimpleQueue[str]") -> Iterator[str]:
    while process.poll() is None or not lines.empty():
        try:
            yield lines.get(timeout=_PATIENCE)
        except Empty:
            yield ""


def _share(line: str) -> float:
    """Return how far a line of the library says it is, or -1."""
    found = _TOLD.search(line)
    if found is None:
        return -1
    iteration, percent, epoch, epochs = found.groups()
    if iteration is not None:
        return min(1.0, int(iteration) / _ITERATIONS)
    return int(percent) / 100 if percent is not None else int(epoch) / max(1, int(epochs))

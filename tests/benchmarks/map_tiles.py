"""The land under the points: how soon a fresh view is sharp, and what a frame over it costs."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

from tests.benchmarks.children import answer, child
from tests.benchmarks.figure import Figure

_SIZE = (900, 600)  # pixels
_SHARP, _FIRST, _FRAME, _LASSO = 150.0, 60.0, 33.0, 100.0  # ms
_ROUNDS = 9
_KINDS = ("decoded", "density", "support", "stretch")


def measure(data: Path) -> Iterator[Figure]:
    """Show land under 60,000 points off screen, for the default network of 28 x 28 greys and for the example's.

    sharp: from a view in which no tile is known to the one in which all are, painted; veil included for pictures.
    first: from there to the first painted land. frame: a pan by some pixels over pictures that are there, painted.
    lasso: from letting go of a lasso around half of a million points until they are selected and painted.
    """
    del data
    for network in ("greys", "example"):
        found = child("tests.benchmarks.map_tiles", network)
        for name, value in found.items():
            limit = {"sharp.decoded": _SHARP, "first.decoded": _FIRST, "frame": _FRAME, "lasso": _LASSO}.get(name)
            yield Figure(f"map_tiles.{network}.{name}", value, "ms", limit, None if limit is None else value <= limit)


def run(network: str) -> dict[str, float]:
    """Measure one network in this process; needs an application."""
    from vae_studio.gui.app import make_app

    app = make_app()
    view = _View(network, app.processEvents)
    found = {}
    for kind in _KINDS:
        rounds = _ROUNDS if kind != "stretch" else 3
        times = [view.fresh(kind) for _ in range(rounds)]
        found[f"first.{kind}"], found[f"sharp.{kind}"] = (1000 * median(part[1:]) for part in zip(*times, strict=True))
    view.fresh("decoded")
    found["frame"] = 1000 * median(view.pan() for _ in range(_ROUNDS))
    view.end()
    if network == "greys":
        found["lasso"] = 1000 * _lasso()
    return found


class _View:
    """A map with its land, and nothing else of the window."""

    def __init__(self, network: str, events: Callable[[], None]) -> None:
        from vae_studio.gui.explorer import Explorer
        from vae_studio.gui.land import Land
        from vae_studio.gui.plots.latent_map import LatentMap
        from vae_studio.gui.workers.decode_worker import DecodeWorker
        from vae_studio.latent.cloud import Cloud
        from vae_studio.latent.codes import Codes

        self._events = events
        snapshot = _snapshot(network)
        mu = np.random.default_rng(0).normal(size=(60_000, snapshot.latent_dim)).astype(np.float32)
        cloud = Cloud(Codes(mu, np.full_like(mu, -4)), np.arange(len(mu)), None, (), len(mu))
        self._worker = DecodeWorker()
        self._worker.start()
        self._worker.set_snapshot(snapshot)
        self._explorer = Explorer(self._worker)
        self._land = Land(self._worker, self._explorer)
        self._explorer.begin(None, snapshot.latent_dim)
        self._explorer.set_cloud(cloud)
        self._map = LatentMap()
        self._map.set_animated(False)
        self._map.resize(*_SIZE)
        self._map.set_land(self._land.layer)
        self._map.set_points(cloud.xy)
        self._painted = 0.0
        self._land.changed.connect(self._paint)
        self._map.show()
        self._map.repaint()
        self._side = 1

    def fresh(self, kind: str) -> tuple[float, float]:
        """Return the seconds to the first land and to all of it, in a view that nobody has seen."""
        self._land.show("none")
        self._land._cache.clear()
        self._land._pace.clear()
        self._land.look(self._map.camera())
        self._painted, start = 0.0, time.perf_counter()
        self._land.show(kind)
        self._painted = 0.0  # nothing was there yet
        first = 0.0
        while not self._land.is_complete():
            self._events()
            time.sleep(0.0005)
            first = first or self._painted
        return (first or self._painted) - start, self._painted - start

    def pan(self) -> float:
        """Return the seconds of one frame."""
        self._side = -self._side
        start = time.perf_counter()
        self._map._look(self._map.camera().panned(17 * self._side, 5 * self._side))
        self._map.repaint()
        return time.perf_counter() - start

    def end(self) -> None:
        """End the thread."""
        self._explorer.end()
        self._worker.end()
        self._worker.wait()

    def _paint(self) -> None:
        self._map.update()
        self._map.repaint()
        self._painted = time.perf_counter()


def _snapshot(network: str):
    from vae_studio.data.image_set import ImageSet
    from vae_studio.device import choose_device
    from vae_studio.resources import resource
    from vae_studio.runs.presets import DEFAULT, preset
    from vae_studio.runs.run import Run, load_snapshot
    from vae_studio.runs.store import RunFolder

    if network == "example":
        return load_snapshot(RunFolder.open(resource("example")))
    images = ImageSet("greys", np.random.default_rng(0).integers(0, 255, (64, 28, 28, 1)).astype(np.uint8))
    return Run(preset(DEFAULT).recipe.with_values({"latent_dim": 2}), images, choose_device("cpu")).snapshot()


def _lasso() -> float:
    from vae_studio.gui.plots.latent_map import LatentMap
    from vae_studio.gui.plots.outline import Outline

    shown = LatentMap()
    shown.resize(*_SIZE)
    shown.set_points(np.random.default_rng(0).normal(size=(1_000_000, 2)).astype(np.float32))
    shown.show()
    shown.repaint()
    turns = np.linspace(0, 2 * np.pi, 400)
    circle = list(zip((1.2 * np.cos(turns)).tolist(), (1.2 * np.sin(turns)).tolist(), strict=True))
    times = []
    for _ in range(_ROUNDS):
        shown._scene.outline = Outline("lasso", "new", list(circle))
        start = time.perf_counter()
        shown._end_outline()
        shown.repaint()
        times.append(time.perf_counter() - start)
    return median(times)


if __name__ == "__main__":
    answer(run, str)

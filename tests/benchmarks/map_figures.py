"""The map with many points: frames while panning and zooming, and new positions, beside pyqtgraph's scatter."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

from tests.benchmarks.children import child
from tests.benchmarks.figure import Figure

_SIZE = (900, 700)  # pixels
_FRAMES = {70_000: 8.0, 1_000_000: 16.0, 10_000_000: 60.0}  # ms that a frame of so many points may take
_NEW = {70_000: 15.0, 1_000_000: 60.0}  # ms from new positions to painted
_PEER_UP_TO = 1_000_000
_ROUNDS = {70_000: 15, 1_000_000: 7, 10_000_000: 5}
_LABELS = 10


def measure(data: Path) -> Iterator[Figure]:
    """Time the map widget alone, off screen, in a process of its own for each number of points.

    A frame: the clock starts when a mouse event that pans, or a turn of the wheel, is handed to the map, and stops
    when the map has painted itself. `still` is the time from the last event of a move until all points are painted,
    where a moving map may show a part of them. New positions: from `set_points` with the same pictures at other
    places until they are painted there, without the glide; `glide` is one frame on the way. The peer gets the same
    points, one item per label, in turns with ours. `memory` is what the process holds beyond its start, per point.
    """
    del data  # the points are drawn at random
    for count, promised in _FRAMES.items():
        found = child("tests.benchmarks.map_figures", str(count))
        name = f"map_figures.{count // 1000}k" if count < 1_000_000 else f"map_figures.{count // 1_000_000}M"
        for figure, value in found.items():
            if figure.startswith("peer_"):
                continue
            peer = found.get(f"peer_{figure}")
            limit = {"pan": promised, "zoom": promised, "new": _NEW.get(count), "still": 250.0}.get(figure)
            unit = "bytes/point" if figure == "memory" else "ms"
            yield Figure(f"{name}.{figure}", value, unit, peer, None if limit is None else value <= limit)


def run(count: int) -> dict[str, float]:
    """Measure one number of points in this process; needs an application."""
    from tests.benchmarks.children import resident
    from vae_studio.gui.app import make_app

    app = make_app()
    generator = np.random.default_rng(0)
    before = resident()
    ours = _Ours(count, generator)
    app.processEvents()
    found = {"memory": (resident() - before) / count}
    both: list[tuple[str, _Ours | _Peer]] = [("", ours)]
    if count <= _PEER_UP_TO:
        both.append(("peer_", _Peer(ours.places, ours.labels)))
    times: dict[str, list[float]] = {}
    for _ in range(_ROUNDS[count]):
        for prefix, shown in both:
            for name, act in shown.acts().items():
                if (name == "new" and count not in _NEW) or (name == "still" and prefix):
                    continue
                times.setdefault(prefix + name, []).append(act())
    return {name: 1000 * median(values[1:]) for name, values in times.items()} | found


class _Ours:
    """The studio's map."""

    def __init__(self, count: int, generator: np.random.Generator) -> None:
        from vae_studio.gui.plots.latent_map import LatentMap

        self._generator = generator
        self.labels = generator.integers(0, _LABELS, count)
        self._middles = generator.normal(size=(_LABELS, 2)).astype(np.float32) * 2
        self.places = self._drawn()
        self._names = [str(label) for label in range(_LABELS)]
        self._map = LatentMap()
        self._map.resize(*_SIZE)
        self._map.set_animated(False)
        self._map.set_points(self.places, self.labels, self._names)
        self._map.show()
        self._map.repaint()
        self._right = 1

    def acts(self) -> dict[str, Callable[[], float]]:
        return {"pan": self._pan, "zoom": self._zoom, "still": self._still, "new": self._new, "glide": self._glide}

    def _drawn(self) -> np.ndarray:
        """Groups, as a trained map shows them: most points lie over one another."""
        places = self._generator.standard_normal((len(self.labels), 2), dtype=np.float32) * np.float32(0.6)
        places += self._middles[self.labels]
        return places

    def _pan(self) -> float:
        from PySide6.QtCore import QEvent, QPointF, Qt
        from PySide6.QtGui import QMouseEvent

        def event(kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> QMouseEvent:
            held, keys = Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier
            return QMouseEvent(kind, place, self._map.mapToGlobal(place), button, held, keys)

        middle, self._right = QPointF(450, 350), -self._right
        self._map.mousePressEvent(event(QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.RightButton))
        moved = QPointF(450 + 37 * self._right, 350 + 11 * self._right)
        start = time.perf_counter()
        self._map.mouseMoveEvent(event(QEvent.Type.MouseMove, moved, Qt.MouseButton.NoButton))
        self._map.repaint()
        taken = time.perf_counter() - start
        self._map.mouseReleaseEvent(event(QEvent.Type.MouseButtonRelease, moved, Qt.MouseButton.RightButton))
        return taken

    def _zoom(self) -> float:
        from PySide6.QtCore import QPoint, QPointF, Qt
        from PySide6.QtGui import QWheelEvent

        self._right = -self._right
        place, turn = QPointF(400, 300), QPoint(0, 120 * self._right)
        keys, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        wheel = QWheelEvent(place, place, QPoint(), turn, Qt.MouseButton.NoButton, keys, phase, False)
        start = time.perf_counter()
        self._map.wheelEvent(wheel)
        self._map.repaint()
        return time.perf_counter() - start

    def _still(self) -> float:
        from PySide6.QtWidgets import QApplication

        start = time.perf_counter()
        self._zoom()
        while not self._map.is_complete():
            QApplication.processEvents()
            time.sleep(0.0005)
        return time.perf_counter() - start

    def _new(self) -> float:
        places = self._drawn()
        start = time.perf_counter()
        self._map.set_points(places, self.labels, self._names)
        self._map.repaint()
        return time.perf_counter() - start

    def _glide(self) -> float:
        from PySide6.QtWidgets import QApplication

        self._map.set_animated(True)
        self._map.set_points(self._drawn(), self.labels, self._names)
        self._map.repaint()
        start = time.perf_counter()
        self._map.glide_to(0.5)
        self._map.repaint()
        taken = time.perf_counter() - start
        self._map.set_animated(False)
        self._map.set_points(self.places, self.labels, self._names)
        QApplication.processEvents()
        return taken


class _Peer:
    """pyqtgraph's ScatterPlotItem."""

    def __init__(self, places: np.ndarray, labels: np.ndarray) -> None:
        import pyqtgraph as pg

        self._rows = [np.flatnonzero(labels == label) for label in range(_LABELS)]
        self._places = places
        self._widget = pg.PlotWidget()
        self._widget.resize(*_SIZE)
        self._items = [
            pg.ScatterPlotItem(pen=None, brush=pg.intColor(label, _LABELS), size=3) for label in range(_LABELS)
        ]
        for item in self._items:
            self._widget.addItem(item)
        self._set(places)
        self._widget.show()
        self._widget.getViewBox().disableAutoRange()
        self._widget.viewport().repaint()
        self._right = 1

    def acts(self) -> dict[str, Callable[[], float]]:
        return {"pan": self._pan, "zoom": self._zoom, "new": self._new}

    def _set(self, places: np.ndarray) -> None:
        for item, rows in zip(self._items, self._rows, strict=True):
            item.setData(x=places[rows, 0], y=places[rows, 1])

    def _timed(self, act: Callable[[], object]) -> float:
        start = time.perf_counter()
        act()
        self._widget.viewport().repaint()
        return time.perf_counter() - start

    def _pan(self) -> float:
        self._right = -self._right
        return self._timed(lambda: self._widget.getViewBox().translateBy(x=0.2 * self._right, y=0.05 * self._right))

    def _zoom(self) -> float:
        self._right = -self._right
        return self._timed(lambda: self._widget.getViewBox().scaleBy((1.2**self._right, 1.2**self._right)))

    def _new(self) -> float:
        places = self._places + np.float32(0.01 * self._right)
        return self._timed(lambda: self._set(places))


if __name__ == "__main__":
    from tests.benchmarks.children import answer

    answer(run, int)

"""The window in a process of its own: trains MNIST while a hand drags over the map, or while nobody touches it."""

import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, QSettings, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from tests.benchmarks.children import answer, resident
from tests.benchmarks.rate import Rate
from vae_studio.gui.app import collect_garbage, make_app
from vae_studio.gui.phased import Phase
from vae_studio.gui.widgets.picture_view import PictureView
from vae_studio.gui.window import MainWindow

_BEAT = 16  # ms
_LONG = 300.0  # seconds that anything may take


def run(data: str, kind: str) -> dict[str, float]:
    """Open the window on its example, then train MNIST in it."""
    app = make_app()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VAE_STUDIO_HOME"] = str(Path(folder) / "runs")
        painted = _watch_paints()
        window = MainWindow(QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat))
        collect_garbage(window)
        window.show()
        window.start(None)
        _wait(app, lambda: window.studio.snapshot is not None and window.studio.images is not None)
        found = _memory(app, window, data) if kind == "memory" else _rate(app, window, data, painted)
        window.close()
    return found


def _memory(app: QApplication, window: MainWindow, data: str) -> dict[str, float]:
    _rest(app, 2.0)
    idle = resident()
    _begin(app, window, data, epochs=3)
    _wait(app, lambda: window.studio.phase is Phase.TRAINING)
    _wait(app, lambda: window.studio.phase is Phase.IDLE)
    explorer, images = window.studio.explorer, window.studio.images
    _wait(app, lambda: explorer.cloud is not None and images is not None and len(explorer.cloud.codes) == len(images))
    _rest(app, 2.0)
    after = resident()
    return {"idle": idle / 1e6, "after": after / 1e6, "grown": (after - idle) / 1e6}


def _rate(app: QApplication, window: MainWindow, data: str, painted: list[Callable[[], None]]) -> dict[str, float]:
    rates: list[Rate] = []
    window.studio.trainer.started.connect(lambda run: rates.append(_watched(run)))
    _begin(app, window, data)
    _wait(app, lambda: bool(rates))
    hand = _Hand(window, rates[0])
    painted.append(hand.on_painted)
    hand.start()
    _wait(app, lambda: rates[0].known)
    hand.stop()
    window.studio.trainer.stop()
    _wait(app, lambda: window.studio.phase is Phase.IDLE)
    return {"rate": rates[0].value, **hand.figures()}


def _begin(app: QApplication, window: MainWindow, data: str, epochs: int | None = None) -> None:
    """Choose MNIST and press Train."""
    studio = window.studio
    studio.choose_source("mnist")
    studio.desk.edit("data.root", data)  # loads anew, from there
    if epochs is not None:
        studio.desk.edit("training.epochs", epochs)
    _wait(app, lambda: studio.images is not None and len(studio.images) == 70_000)
    window.welcome.hide()
    button = window.findChild(QAbstractButton, "trainButton")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _watched(run: Any) -> Rate:
    """Have the thread that trains report to a rate as well."""
    rate, train = Rate(len(run.split.train)), run.train

    def watched(should_stop: Callable[[], bool]) -> Iterator[Any]:
        for event in train(should_stop):
            rate.add(event.progress.epoch, time.perf_counter())
            yield event

    run.train = watched
    return rate


def _watch_paints() -> list[Callable[[], None]]:
    """Return a list of functions that are called whenever the decoded picture has been painted."""
    called: list[Callable[[], None]] = []
    paint = PictureView.paintEvent

    def painted(view: PictureView, event: QPaintEvent) -> None:
        paint(view, event)
        if view.objectName() == "decodedImage":
            for call in called:
                call()

    PictureView.paintEvent = painted  # type: ignore[assignment, method-assign]
    return called


def _wait(app: QApplication, done: Callable[[], bool]) -> None:
    """Let the window live until something is so; waiting itself takes next to no time from the training."""
    deadline = time.monotonic() + _LONG
    tick = QTimer()
    tick.start(100)
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not come to where it should")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    tick.stop()


def _rest(app: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    _wait(app, lambda: time.monotonic() > end)


class _Hand:
    """Drags over the map, a move every 16 ms; a beat of the same timer is the window's pulse.

    Moves are due on a grid of times, however busy the window is, and an answer counts from then on. Qt's own repeated
    timer would leave the grid after each long wait, so it is set anew for each beat.
    """

    def __init__(self, window: MainWindow, rate: Rate) -> None:
        self._map, self._explorer, self._rate = window.map_panel.map, window.studio.explorer, rate
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_beat)
        self._moves = 0
        self._due = self._last = time.perf_counter()
        self._waiting: list[tuple[float, np.ndarray]] = []  # when a move was made, and the code it asked for
        self._arrived: np.ndarray | None = None
        self._gaps: list[float] = []
        self._answers: list[float] = []
        self._pictures = 0
        self._seconds = 0.0
        self._explorer.shown.connect(self._on_shown)

    def start(self) -> None:
        self._send(QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton)
        self._last = time.perf_counter()
        self._due = self._last + _BEAT / 1000
        self._timer.start(_BEAT)  # the next beats are set by each

    def stop(self) -> None:
        self._timer.stop()
        self._send(QEvent.Type.MouseButtonRelease, Qt.MouseButton.LeftButton)

    def figures(self) -> dict[str, float]:
        """Return milliseconds and pictures a second."""
        gaps, answers = 1000 * np.array(self._gaps), 1000 * np.array(self._answers)
        return {
            "pulse.p99": float(np.quantile(gaps, 0.99)),
            "pulse.max": float(gaps.max()),
            "answer.p50": float(np.quantile(answers, 0.5)),
            "answer.p99": float(np.quantile(answers, 0.99)),
            "pictures": self._pictures / self._seconds,
        }

    def _on_beat(self) -> None:
        now = time.perf_counter()
        if self._rate.measuring:
            self._gaps.append(now - self._last)
            self._seconds += now - self._last
        self._last = now
        made, beat = min(self._due, now), _BEAT / 1000
        self._due += beat * (1 + math.floor(max(0.0, now - self._due) / beat))  # a mouse's later moves swallow earlier
        self._timer.start(math.ceil(1000 * max(0.0, self._due - now)))
        self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)
        self._waiting.append((made, self._explorer.code))

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton) -> None:
        self._moves += 1
        turn = self._moves * 0.05
        width, height = self._map.width(), self._map.height()
        place = QPointF(width * (0.5 + 0.35 * math.sin(turn)), height * (0.5 + 0.35 * math.sin(1.7 * turn)))
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        keys = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(self._map, QMouseEvent(kind, place, self._map.mapToGlobal(place), button, held, keys))

    def _on_shown(self, shown: Any) -> None:
        self._arrived = shown.code

    def on_painted(self) -> None:
        now, code = time.perf_counter(), self._arrived
        place = next((n for n, (_, asked) in enumerate(self._waiting) if asked is code), None)
        if place is None:
            return
        if self._rate.measuring:
            self._answers += [now - made for made, _ in self._waiting[: place + 1]]
            self._pictures += 1
        del self._waiting[: place + 1]


if __name__ == "__main__":
    answer(run, str, str)

"""A person at the window: waits, clicks, and takes pictures of what is there."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QSpinBox, QWidget

from vae_studio.gui.theme import Scheme, apply_theme
from vae_studio.gui.window import MainWindow

_SLOTS = ("previews", "pictures", "decoder", "run", "encode", "measure")
_TICK = 40  # ms between two looks at a condition


class Driver:
    """One window, driven by its own buttons."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self.app = app
        self.window = window
        self.studio = window.studio

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = 300) -> None:
        """Let the program run until `condition` holds.

        An event loop of its own, for threads stand still while QTest waits. Raises TimeoutError.
        """
        loop, timer = QEventLoop(), QTimer()
        left = [int(seconds * 1000 / _TICK)]

        def look() -> None:
            left[0] -= 1
            if condition() or left[0] < 0:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(_TICK)
        loop.exec()
        timer.stop()
        if left[0] < 0:
            raise TimeoutError(f"Waited {seconds:.0f} s in vain for {what}.")

    def rest(self, milliseconds: int) -> None:
        """Let the program run for a while, so that late answers are painted."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def part(self, kind: type, name: str) -> QWidget:
        """Return a part of the window by its object name."""
        found = self.window.findChild(kind, name)
        if found is None:
            raise LookupError(f"The window has no {name}.")
        return found

    def click(self, name: str) -> None:
        """Press a button as soon as it can be pressed."""
        button = self.part(QAbstractButton, name)
        self.wait(button.isEnabled, f"{name} to be enabled")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def train(self, source: str, epochs: int) -> None:
        """Train on a source by name with the recipe that the window suggests."""
        self.studio.choose_source(source)
        self.wait(lambda: self.studio.images is not None and self.idle(), "the pictures")
        self.part(QSpinBox, "epochsField").setValue(epochs)
        self.click("trainButton")
        stop = self.part(QAbstractButton, "stopButton")
        self.wait(stop.isEnabled, "the training to begin")
        self.wait(lambda: not stop.isEnabled(), "the training to end", 900)
        self.settle()

    def settle(self) -> None:
        """Wait for everything that is decoded or encoded in the background."""
        self.wait(self.idle, "background work")
        self.rest(800)

    def idle(self) -> bool:
        """Tell whether no job that changes the picture is at work."""
        return not any(self.studio.jobs.running(slot) for slot in _SLOTS)

    def click_map(self, x: float, y: float, shift: bool = False) -> None:
        """Click a place on the map; with shift it becomes a stop of the morph."""
        latent_map = self.window.map_panel.map
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(latent_map, Qt.MouseButton.LeftButton, held, latent_map.map_to_widget(x, y))
        self.rest(200)

    def choose(self, action: str) -> None:
        """Choose a line of a menu by its object name."""
        found = self.window.findChild(QAction, action)
        if found is None:
            raise LookupError(f"No menu has {action}.")
        found.trigger()

    def zoom(self, times: float) -> None:
        """Look closer at the middle of the points."""
        latent_map = self.window.map_panel.map
        camera = latent_map.camera()
        latent_map._look(camera.zoomed(times, camera.width / 2, camera.height / 2))

    def lasso(self, corners: list[tuple[float, float]]) -> None:
        """Draw a lasso through places of the map, given as shares of its sides."""
        latent_map = self.window.map_panel.map
        latent_map.set_tool("lasso")
        points = [QPoint(round(x * latent_map.width()), round(y * latent_map.height())) for x, y in corners]
        QTest.mousePress(latent_map, Qt.MouseButton.LeftButton, pos=points[0])
        for point in [*points[1:], points[0]]:
            QTest.mouseMove(latent_map, point)
        QTest.mouseRelease(latent_map, Qt.MouseButton.LeftButton, pos=points[0])
        latent_map.set_tool("point")

    def add_pictures(self, indices: list[int]) -> None:
        """Make the codes of real pictures the stops of the morph."""
        for index in indices:
            self.studio.explorer.look_at_picture(index)
            self.rest(200)
            self.click("addStopButton")
        self.wait(lambda: self.film_is_ready(len(indices)), "the film")

    def film_is_ready(self, stops: int) -> bool:
        """Tell whether the film of that many stops is decoded."""
        desk = self.studio.morph
        return len(desk.stops) == stops and desk.film is not None and len(desk.film.frames) == desk.timing.frames

    def show_ground(self) -> None:
        """Switch the decoded ground on and wait until it is there."""
        self.click("groundButton")
        land = self.window.map_panel.land
        self.wait(lambda: land.kind != "none" and land.is_complete(), "the decoded ground")

    def raise_dock(self, name: str) -> QDockWidget:
        """Bring a tab to the front."""
        dock = self.part(QDockWidget, f"{name}Dock")
        assert isinstance(dock, QDockWidget)
        dock.raise_()
        self.rest(100)
        return dock

    def dress(self, scheme: Scheme) -> None:
        """Change between dark and light."""
        apply_theme(self.app, scheme)
        self.rest(400)

    def pane(self) -> np.ndarray:
        """Return what the map looks like with its toolbar and the bars below it, [H, W, 3]."""
        inside = self.window.centralWidget()
        return pixels(self.window.grab(QRect(inside.mapTo(self.window, QPoint()), inside.size())))

    def picture(self, dock: QDockWidget | None = None) -> np.ndarray:
        """Return what the window, or one of its docks, looks like, [H, W, 3]."""
        if dock is None:
            return pixels(self.window.grab())
        inside = dock.widget()
        return pixels(self.window.grab(QRect(inside.mapTo(self.window, QPoint()), inside.size())))


def pixels(pixmap: QPixmap) -> np.ndarray:
    """Copy a pixmap into an array, uint8 [H, W, 3]."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


@contextmanager
def opened(app: QApplication, folder: Path, size: tuple[int, int], path: Path | None = None) -> Iterator[Driver]:
    """Open the program's window with settings of its own; close it in the end."""
    own = tempfile.mkdtemp(dir=folder)  # else the layout of the last window would be taken over
    window = MainWindow(QSettings(str(Path(own) / "window.ini"), QSettings.Format.IniFormat))
    window.resize(*size)
    window.show()
    window.start(path)
    driver = Driver(app, window)
    try:
        driver.rest(300)
        yield driver
    finally:
        window.close()
        window.deleteLater()
        driver.rest(50)

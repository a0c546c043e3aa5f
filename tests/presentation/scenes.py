"""What the README's pictures show."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QLabel

from tests.presentation.driver import Driver, opened

Size = tuple[int, int]
Scene = Iterator[tuple[str, np.ndarray]]

DIGIT_EPOCHS = 20
DIGIT_STOPS = (0, 2, 6)  # the labels whose middles the path goes through
FACE_STOPS = (19, 12, 25)  # pictures of the example: a ginger bob, silver curls, long brown hair
FACE_SHOWN = 40  # the picture that is looked at


def digits(app: QApplication, folder: Path, size: Size) -> Scene:
    """Yield the window after training on digits, dark and light, and two of its tabs."""
    with opened(app, folder, size) as driver:
        driver.window.welcome.hide()
        driver.train("digits", DIGIT_EPOCHS)
        for label in DIGIT_STOPS:
            driver.click_map(*middle(driver, label), shift=True)
        driver.wait(lambda: driver.film_is_ready(len(DIGIT_STOPS)), "the film")
        driver.click_map(*middle(driver, 3))
        driver.show_ground()
        driver.studio.morph.show_frame(20)
        driver.settle()
        for scheme in ("dark", "light"):
            driver.dress(scheme)
            driver.raise_dock("morph")
            yield f"digits-{scheme}", driver.picture()
        yield "reconstructions", driver.picture(driver.raise_dock("reconstructions"))
        yield "diagnosis", diagnosis(driver)


def diagnosis(driver: Driver) -> np.ndarray:
    """Return the Diagnosis tab after a measurement."""
    dock = driver.raise_dock("diagnosis")
    driver.click("measureButton")
    driver.wait(lambda: any("±" in label.text() for label in dock.findChildren(QLabel)), "the measurement")
    driver.settle()
    return driver.picture(dock)


def faces(app: QApplication, folder: Path, size: Size) -> Scene:
    """Yield the first start on the example of drawn faces, and a morph on it."""
    with opened(app, folder, size) as driver:
        driver.dress("light")
        wait_for_example(driver)
        yield "first-start", driver.picture()
        driver.window.welcome.hide()
        driver.dress("dark")
        driver.add_pictures(list(FACE_STOPS))
        driver.show_ground()
        driver.studio.explorer.look_at_picture(FACE_SHOWN)
        driver.studio.morph.show_frame(9)
        driver.settle()
        yield "faces-dark", driver.picture()


def wait_for_example(driver: Driver) -> None:
    """Wait until the example's decoder and pictures are there."""
    driver.wait(lambda: driver.studio.snapshot is not None, "the example's decoder")
    driver.wait(lambda: driver.studio.images is not None, "the example's pictures")
    driver.settle()


def middle(driver: Driver, label: int) -> tuple[float, float]:
    """Return the middle of a label's points on the map."""
    cloud = driver.studio.explorer.cloud
    assert cloud is not None and cloud.labels is not None
    x, y = np.median(cloud.xy[cloud.labels == label], axis=0)
    return float(x), float(y)

"""What the map can do, a pane each: land, pictures on the points, groups, directions, planes, the way back, films."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QApplication, QComboBox, QDockWidget, QSlider

from tests.presentation.driver import Driver, opened
from tests.presentation.scenes import FACE_STOPS, Scene, Size, wait_for_example
from vae_studio.gui.theme import Scheme
from vae_studio.latent.paths import PATHS

_REPLAY_EPOCHS = 12
_ALONE = 2  # the label whose points are seen alone
_LOOKED_AT = 40  # a face
_GROUPS = (0, 3)  # labels whose direction is shown

Shots = Callable[[Driver, str, Scheme, QDockWidget | None], Scene]


def shots(both: bool) -> Shots:
    """Return how a pane is taken: as the README shows it, or both dark and light to be looked at."""

    def taken(driver: Driver, name: str, scheme: Scheme, dock: QDockWidget | None = None) -> Scene:
        schemes: tuple[Scheme, ...] = ("dark", "light") if both else (scheme,)
        for dressed in schemes:
            driver.dress(dressed)
            yield f"{name}-{dressed}" if both else name, driver.picture(dock) if dock else driver.pane()

    return taken


def features(app: QApplication, folder: Path, size: Size, both: bool = False) -> Scene:
    """Yield the panes of the example, and the replay of digits trained for a moment."""
    take = shots(both)
    with opened(app, folder, size) as driver:
        wait_for_example(driver)
        driver.window.welcome.hide()
        driver.studio.explorer.look_at_picture(_LOOKED_AT)
        yield from _lands(driver, take)
        yield from _points(driver, take)
        yield from _groups(driver, take)
        yield from _planes(driver, take)
        yield from _films(driver, take)
    with opened(app, folder, size) as driver:
        driver.window.welcome.hide()
        driver.train("digits", _REPLAY_EPOCHS)
        yield from _replay(driver, take)


def _lands(driver: Driver, take: Shots) -> Scene:
    schemes: Iterator[Scheme] = iter(("dark", "light", "dark"))
    for kind in ("decoded", "density", "stretch"):
        if kind == "decoded":  # of one label, so that the land is seen between the points
            driver.window.map_panel.map.solo_label(_ALONE)
        driver.choose(f"{kind}Land")
        driver.wait(driver.window.map_panel.land.is_complete, "the land")
        yield from take(driver, f"map-{kind}", next(schemes), None)
        driver.window.map_panel.map._hide_labels(frozenset())
    driver.choose("noneLand")


def _points(driver: Driver, take: Shots) -> Scene:
    driver.choose("reconstructionColour")
    driver.wait(lambda: not driver.studio.jobs.running("column"), "the losses")
    yield from take(driver, "map-colours", "light", None)
    driver.choose("labelColour")
    driver.zoom(18)
    driver.rest(600)
    yield from take(driver, "map-pictures", "dark", None)
    driver.click("fitButton")


def _groups(driver: Driver, take: Shots) -> Scene:
    driver.lasso([(0.3, 0.25), (0.48, 0.2), (0.56, 0.42), (0.44, 0.6), (0.28, 0.5)])
    driver.click("groupSelectionButton")
    for label in _GROUPS:
        driver.studio.study.groups.add_label(label)
    driver.choose("groupColour")
    driver.studio.study.groups.show_on_map(driver.studio.study.groups.groups[0].pictures)
    yield from take(driver, "map-groups", "light", None)
    driver.choose("labelColour")
    dock = driver.raise_dock("groups")
    for name, place in (("attributeFrom", 2), ("attributeTo", 3)):
        box = driver.part(QComboBox, name)
        box.setCurrentIndex(place)
    driver.wait(lambda: driver.studio.study.attributes.attribute is not None, "the direction")
    slider = driver.part(QSlider, "attributeSlider")
    slider.setValue(slider.maximum() * 3 // 4)
    driver.settle()
    yield from take(driver, "groups", "dark", dock)
    driver.studio.study.groups.show_on_map(np.zeros(0, np.int64))
    driver.studio.explorer.look_at_picture(_LOOKED_AT)
    dock = driver.raise_dock("traversals")
    driver.wait(lambda: driver.studio.study.traversals.rows is not None, "the traversals")
    driver.settle()
    yield from take(driver, "traversals", "light", dock)


def _planes(driver: Driver, take: Shots) -> Scene:
    driver.studio.study.planes.show_pictures(list(FACE_STOPS))
    driver.part(QSlider, "depthSlider").setValue(20)
    driver.choose("decodedLand")
    driver.wait(driver.window.map_panel.land.is_complete, "the land")
    driver.settle()
    yield from take(driver, "map-plane", "light", None)
    driver.choose("noneLand")


def _films(driver: Driver, take: Shots) -> Scene:
    driver.add_pictures(list(FACE_STOPS))
    dock = driver.raise_dock("morph")
    driver.wait(lambda: len(driver.studio.paths.reports) == len(PATHS), "the numbers of the ways")
    driver.studio.morph.show_frame(9)
    driver.settle()
    yield from take(driver, "films", "dark", dock)


def _replay(driver: Driver, take: Shots) -> Scene:
    slider = driver.part(QSlider, "replaySlider")
    driver.wait(lambda: slider.isVisible() and slider.maximum() > 3, "the moments")
    slider.setValue(2)
    driver.wait(lambda: driver.studio.replay.in_past and not driver.studio.replay.waiting, "the moment")
    driver.settle()
    yield from take(driver, "replay", "light", None)

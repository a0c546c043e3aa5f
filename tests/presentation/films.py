"""The README's morph, saved with the window's own button."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.presentation.driver import opened
from tests.presentation.scenes import FACE_STOPS, Size, wait_for_example
from vae_studio.latent.timing import Timing

TIMING = Timing(frames=48, fps=20, easing="smooth", cycle="loop")


def save_morph(app: QApplication, folder: Path, size: Size, target: Path) -> None:
    """Save a loop through three drawn faces of the example, 256 pixels wide, as a GIF."""
    with opened(app, folder, size) as driver:
        wait_for_example(driver)
        driver.window.welcome.hide()
        driver.studio.morph.set_timing(TIMING)
        driver.add_pictures(list(FACE_STOPS))
        saved: list[object] = []
        driver.window.morph_panel.saved.connect(saved.append)
        driver.window.morph_panel.export(folder / "morph.gif")  # what the button does once a name is chosen
        driver.wait(lambda: bool(saved), "the GIF")
    target.write_bytes((folder / "morph.gif").read_bytes())

"""Tests of the look and the icons."""

from pathlib import Path

import pytest
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication

from vae_studio.errors import StudioError
from vae_studio.gui.theme import apply_theme, icon, tool_button
from vae_studio.resources import resource

ICONS = sorted(path.stem for path in Path(resource("icons")).glob("*.svg"))


@pytest.fixture
def light_again(qapp):
    yield qapp
    apply_theme(qapp, "light")


def colour_of(drawn, mode=QIcon.Mode.Normal, state=QIcon.State.Off):
    """The mean lightness of what is opaque."""
    image = drawn.pixmap(32, mode, state).toImage()
    opaque = [
        image.pixelColor(x, y).lightness()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 200
    ]
    return sum(opaque) / len(opaque)


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_can_be_drawn(name):
    assert 0 <= colour_of(icon(name)) < 120


def test_the_icons_that_the_window_needs_are_there():
    needed = """new open save train pause stop play pause-small loop export add remove up down image folder dice camera
    log-scale grid points reset eye info warning close settings device chart gif film"""
    assert set(needed.split()) <= set(ICONS)


def test_an_unknown_icon_is_told():
    with pytest.raises(StudioError, match="reinstall"):
        icon("nonsense")


def test_disabled_icons_are_weaker():
    assert colour_of(icon("play"), QIcon.Mode.Disabled) > colour_of(icon("play")) + 40


def test_dark_and_light_differ_and_icons_follow(light_again, qtbot):
    button = tool_button("play", "Play")
    qtbot.addWidget(button)
    before = colour_of(button.icon())
    apply_theme(light_again, "dark")
    assert light_again.palette().color(QPalette.ColorRole.Window).lightness() < 80
    assert colour_of(icon("play")) > 150 > before
    assert colour_of(button.icon()) > 150
    apply_theme(light_again, "light")
    assert light_again.palette().color(QPalette.ColorRole.Window).lightness() > 200


def test_applying_it_again_adds_no_second_keeper(light_again):
    before = len(light_again.children())
    for _ in range(3):
        apply_theme(light_again, "system")
    assert len(light_again.children()) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [("Text", "Base"), ("WindowText", "Window"), ("ButtonText", "Button"), ("HighlightedText", "Highlight")],
)
def test_text_is_readable(light_again, scheme, front, back):
    apply_theme(light_again, scheme)

    def luminance(role):
        parts = QApplication.palette().color(QPalette.ColorRole[role]).getRgbF()[:3]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    one, two = sorted((luminance(front), luminance(back)))
    assert (two + 0.05) / (one + 0.05) >= 4.5

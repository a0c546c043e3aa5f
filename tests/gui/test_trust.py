"""The word on how far to trust a picture: it follows the hand, and never slows it."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSpinBox, QWidget

from vae_studio.gui.widgets.trust_line import TrustLine
from vae_studio.latent.trust import Trust

_LONG = 60_000


@pytest.fixture
def example(qtbot, window):
    window.start(None)
    qtbot.waitUntil(lambda: window.studio.snapshot is not None, timeout=_LONG)
    qtbot.waitUntil(lambda: window.studio.explorer.images is not None, timeout=_LONG)
    window.welcome.hide()
    return window


def line(window):
    return window.findChild(QWidget, "trustLine")


def click(qtbot, window, x, y):
    latent_map = window.findChild(QWidget, "latentMap")
    qtbot.mouseClick(latent_map, Qt.MouseButton.LeftButton, pos=latent_map.map_to_widget(x, y))


def test_land_with_data_and_land_without_are_told_apart(qtbot, example):
    explorer, trust = example.studio.explorer, example.studio.study.trust
    with qtbot.waitSignal(trust.judged, timeout=_LONG, check_params_cb=lambda found: found is not None):
        explorer.look_at_picture(int(explorer.cloud.indices[5]))
    assert trust.trust.support > 1
    assert line(example).verdict() in ("Like the data", "Thin ground: trust it by half")
    assert "Comes back" in line(example).reasons()
    with qtbot.waitSignal(trust.judged, timeout=_LONG, check_params_cb=lambda found: found is not None):
        explorer.look_at(np.full(8, 25, np.float32))
    assert "Empty land" in line(example).verdict()
    assert "Support 0%" in line(example).reasons()
    assert "Empty land" in line(example).accessibleDescription()


def test_a_judgement_of_an_earlier_point_is_not_shown(qtbot, example):
    explorer, trust = example.studio.explorer, example.studio.study.trust
    with qtbot.waitSignal(trust.judged, timeout=_LONG, check_params_cb=lambda found: found is not None):
        explorer.look_at(np.full(8, 25, np.float32))
    judged = []
    trust.judged.connect(judged.append)
    click(qtbot, example, *explorer.chart.xy[5])
    assert judged == [None] and trust.trust is None
    qtbot.waitUntil(lambda: trust.trust is not None, timeout=_LONG)
    assert trust.trust.support > 0 and "Support 0%" not in line(example).reasons()


def test_dragging_asks_for_no_judgement(qtbot, example):
    trust, asked = example.studio.study.trust, []
    qtbot.waitUntil(lambda: trust.trust is not None, timeout=_LONG)
    ask = example.studio.decoders.judges.ask
    example.studio.decoders.judges.ask = lambda lane, request: asked.append(lane) or ask(lane, request)
    trust._point_rest.setInterval(10_000_000)  # however slow the machine is, this hand does not rest
    for x in np.linspace(-1, 1, 20):
        with qtbot.waitSignal(example.studio.explorer.shown, timeout=_LONG):
            click(qtbot, example, x, 0)
    assert "trust" not in asked, "only a hand at rest is told"
    trust._point_rest.setInterval(0)
    click(qtbot, example, 0.5, 0.5)
    qtbot.waitUntil(lambda: asked.count("trust") == 1 and trust.trust is not None, timeout=_LONG)


def test_a_mixture_is_not_called_empty_land():
    line = TrustLine()
    line.set_trust(Trust(48.0, 5.8, 0.5, 0.0, "empty land"))
    assert line.verdict().startswith("A mixture")
    line.set_trust(Trust(0.0, 5.8, 0.5, 0.0, "empty land"))
    assert line.verdict().startswith("Empty land")
    line.set_support(None)
    assert line.verdict() == line.reasons() == ""
    line.deleteLater()


def test_as_many_nearest_pictures_as_are_asked_for(qtbot, example):
    field = example.findChild(QSpinBox, "nearestField")
    explorer = example.studio.explorer
    field.setFocus()
    field.selectAll()
    with qtbot.waitSignal(
        explorer.surroundings_found, timeout=_LONG, check_params_cb=lambda found: len(found.nearest) == 20
    ):
        qtbot.keyClicks(field, "20")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    strip = example.inspector_panel._strip
    assert strip.count() == 20
    place = strip.cell(7).center().toPoint()
    number = int(example.inspector_panel._nearest[7])
    with qtbot.waitSignal(explorer.picture_shown, timeout=_LONG) as caught:
        qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [number]
    assert np.array_equal(example.inspector_panel._original.picture(), explorer.images.picture(number))


def test_the_line_says_what_it_was_told_last_and_has_one_tip(qtbot):
    said = TrustLine()
    qtbot.addWidget(said)
    for support, words in (
        (60.0, "Support 60%"),
        (60.0, "Support 60%"),
        (3.0, "Support 3%"),
        (None, ""),
        (3.0, "Support 3%"),
    ):
        said.set_support(support)
        assert said.reasons() == words and words in said.toolTip()
        assert bool(said.verdict()) == bool(words)
    assert not any(label.toolTip() for label in said.findChildren(QLabel))

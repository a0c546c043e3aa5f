"""The mark of the current point: where it was put last, in the theme's colours, and nothing else is drawn for it."""

import numpy as np
import pytest

from vae_studio.gui.plots.latent_map import LatentMap
from vae_studio.gui.theme import apply_theme


@pytest.fixture
def latent_map(qtbot):
    shown = LatentMap()
    shown.set_animated(False)
    qtbot.addWidget(shown)
    shown.resize(396, 280)  # fits on the off-screen display at twice the scale, too
    shown.set_points([[-2, -2], [2, -2], [2, 2], [-2, 2], [0, 0]])
    shown.show()
    shown.grab()
    return shown


def test_a_marker_that_moves_has_nothing_else_drawn_anew(latent_map):
    latent_map.set_points(np.random.default_rng(0).normal(size=(300, 2)))
    latent_map.fit()
    latent_map.grab()
    still = latent_map._scene._still.cacheKey()  # another one after each painting
    latent_map.set_marker((0.5, 0.5))
    with_marker = latent_map.grab().toImage()
    assert latent_map._scene._still.cacheKey() == still
    latent_map.set_marker(None)
    assert latent_map.grab().toImage() != with_marker
    latent_map.set_note("something else")
    latent_map.grab()
    assert latent_map._scene._still.cacheKey() != still


def test_the_marker_is_where_it_was_put_last_and_nowhere_else(latent_map, qapp):
    for place in ((0.0, 0.0), (0.1, 0.03), (1e30, 0.0), (float("nan"), 0.0), (0.4, -0.7)):
        latent_map.set_marker(place)
        qapp.processEvents()
    kept = latent_map.grab().toImage()
    latent_map.set_marker(None)
    latent_map.set_marker((0.4, -0.7))
    latent_map.update()
    assert latent_map.grab().toImage() == kept
    latent_map.set_marker(None)
    qapp.processEvents()
    assert latent_map.grab().toImage() != kept


def test_the_marker_follows_the_theme(latent_map, qapp):
    latent_map.set_marker((0.5, 0.5))
    middle = latent_map.map_to_widget(0.5, 0.5) * latent_map.devicePixelRatioF()
    seen = []
    try:
        for scheme in ("light", "dark", "light"):
            apply_theme(qapp, scheme)
            seen.append(latent_map.grab().toImage().pixelColor(middle).lightness())
    finally:
        apply_theme(qapp, "light")
    assert seen[0] == seen[2] < 80 < 200 < seen[1]

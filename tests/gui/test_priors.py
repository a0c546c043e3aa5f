"""Runs with another prior or with a condition, in the window."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from tests.gui.test_journey import choose, part
from tests.small import CPU, one_thread  # noqa: F401
from vae_studio.data.digits import load_digits
from vae_studio.data.image_set import ImageSet
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import start_run

_LONG = 60_000  # ms
_LEFT = Qt.MouseButton.LeftButton
KINDS = {
    "conditional": {"network.condition": "label"},
    "circle": {"prior.kind": "sphere"},
    "sphere": {"prior.kind": "sphere", "network.latent_dim": 4},
    "vampprior": {"prior.kind": "vampprior", "prior.components": 7},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs of a few digits, each trained for a moment."""
    paths = {}
    values = {"data.source": "digits", "data.limit": 100, "network.kind": "dense", "network.widths": [32]}
    for kind, own in KINDS.items():
        paths[kind] = tmp_path_factory.mktemp("runs") / kind
        recipe = Recipe().with_values(values | {"training.epochs": 6} | own)
        list(start_run(recipe, CPU, paths[kind]).train())
    return paths


def opened(qtbot, window, path):
    studio = window.studio
    with qtbot.waitSignal(studio.explorer.shown, timeout=_LONG, check_params_cb=lambda shown: studio.run is not None):
        studio.open_path(path)
    qtbot.waitUntil(lambda: studio.snapshot is not None and not studio.jobs.running("pictures"), timeout=_LONG)
    return studio


def press(qtbot, window, x, y):
    """Press the mouse on a place of the map and wait for its picture."""
    latent_map = part(window, QWidget, "latentMap")
    with qtbot.waitSignal(window.studio.explorer.shown, timeout=_LONG):
        qtbot.mouseClick(latent_map, _LEFT, pos=latent_map.map_to_widget(x, y))


def test_the_label_that_is_drawn_is_chosen_in_the_inspector(qtbot, window, runs):
    studio = opened(qtbot, window, runs["conditional"])
    box = part(window, QComboBox, "labelPicker")
    assert box.isVisible() and [box.itemText(i) for i in range(box.count())] == [str(digit) for digit in range(10)]
    press(qtbot, window, 0.3, -0.2)
    first = window.inspector_panel.view.picture()
    choose(qtbot, box, "9")
    assert studio.study.labels.label == 9 and studio.snapshot.label == 9
    nine = studio.snapshot.decode(studio.explorer.code)[0]
    assert not np.array_equal(nine, first)
    qtbot.waitUntil(lambda: np.array_equal(window.inspector_panel.view.picture(), nine), timeout=_LONG)
    studio.morph.add(np.float32([0, 0]))
    studio.morph.add(np.float32([1, 0]))
    order = studio.morph.order(runs["conditional"], "")
    assert order.label == "9" and "--label=9" in order.command(runs["conditional"] / "a.gif")


def test_other_runs_have_no_label_to_choose(qtbot, window, runs):
    opened(qtbot, window, runs["conditional"])
    box = part(window, QComboBox, "labelPicker")
    window.studio.study.labels.choose(4)
    opened(qtbot, window, runs["circle"])
    assert not box.isVisible() and window.studio.morph.label is None
    opened(qtbot, window, runs["conditional"])
    assert box.isVisible() and box.currentIndex() == 0 == window.studio.snapshot.label


def test_each_real_picture_comes_back_as_its_own_label(qtbot, window, runs):
    studio = opened(qtbot, window, runs["conditional"])
    qtbot.waitUntil(lambda: studio.pairs._present[1] is not None, timeout=_LONG)
    originals, reconstructions = studio.pairs._present
    studio.study.labels.choose(3)
    labels = studio.pairs._labels
    assert len(set(labels.tolist())) > 3
    assert np.array_equal(studio.snapshot.reconstruct(originals, labels), reconstructions)


@pytest.mark.parametrize("kind", ["circle", "sphere"])
def test_every_way_to_a_code_ends_on_the_sphere(qtbot, window, runs, kind):
    studio = opened(qtbot, window, runs[kind])
    form = "circle" if kind == "circle" else "sphere"
    assert f"codes lie on a {form}" in window.map_panel.map._scene.note
    for x, y in ((0.3, 0.4), (-0.2, 0.5), (0.0, 0.0)):
        press(qtbot, window, x, y)
        assert np.linalg.norm(studio.explorer.code) == pytest.approx(1, abs=1e-5)
    studio.explorer.look_at(np.full(len(studio.explorer.code), 3, np.float32))
    assert np.linalg.norm(studio.explorer.code) == pytest.approx(1, abs=1e-5)
    with qtbot.waitSignal(studio.explorer.code_changed, timeout=_LONG):
        window.inspector_panel._sliders.random_asked.emit()
    assert np.linalg.norm(studio.explorer.code) == pytest.approx(1, abs=1e-5)
    latent_map = part(window, QWidget, "latentMap")
    qtbot.mouseClick(latent_map, _LEFT, Qt.KeyboardModifier.ShiftModifier, latent_map.map_to_widget(0.3, 0.4))
    assert np.linalg.norm(studio.morph.stops[0]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("kind", "lines"), [("circle", 1), ("vampprior", 7), ("conditional", None)])
def test_the_prior_on_the_map_is_the_model_s_own(qtbot, window, runs, kind, lines):
    studio = opened(qtbot, window, runs[kind])
    shown = window.map_panel.map
    found = shown._scene.prior_lines
    assert found is None if lines is None else len(found) == lines
    bare = shown.grab().toImage()
    shown.set_prior_visible(True)
    assert shown.grab().toImage() != bare
    if kind == "vampprior":
        prior = studio.snapshot.prior
        middles = np.stack([line[:-1].mean(axis=0) for line in found])
        assert middles == pytest.approx(prior.mu, abs=1e-4)
        widths = np.stack([np.ptp(line, axis=0) / 2 for line in found])
        assert widths == pytest.approx(np.exp(prior.log_var / 2), rel=0.02)
    if kind == "circle":
        assert np.linalg.norm(found[0], axis=1) == pytest.approx(1, abs=1e-6)


def test_the_prior_is_chosen_in_the_recipe(qtbot, window):
    box = part(window, QComboBox, "priorKindPicker")
    box.setCurrentIndex(box.findData("vampprior"))
    assert window.studio.recipe.prior.kind == "vampprior" and window.studio.recipe.prior.components == 0
    assert {"components", "start"} <= window.recipe_panel._forms["prior"].values().keys()


def test_a_conditional_training_without_labels_is_refused_in_the_window(qtbot, window):
    studio = window.studio
    studio.choose_source("digits")
    qtbot.waitUntil(lambda: studio.images is not None, timeout=_LONG)
    bare = ImageSet("bare", load_digits().pictures[:50])
    studio.desk.edit("network.condition", "label")
    studio.desk.set_images(bare)
    with qtbot.waitSignal(studio.message_raised, timeout=_LONG) as told:
        studio.train()
    assert told.args[0] == "error" and told.args[1].startswith("A conditional network needs labels")
    assert studio.folder is None or studio.is_example

"""Every objective and every kind of code in the window: whatever can be chosen shows something that means something."""

import re

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.gui.test_journey import part
from tests.models_of_all_kinds import ALL_KINDS, recipe_of
from tests.small import CPU, one_thread  # noqa: F401
from vae_studio.gui.plots.column import COLUMNS
from vae_studio.gui.plots.land_kind import LANDS
from vae_studio.latent.path_report import PathReport
from vae_studio.latent.paths import PATHS
from vae_studio.runs.run import start_run

_LONG = 60_000  # ms
_AT_ONCE = ("vae", "vq-vae", "autoencoder", "sphere", "one-picture", "one-hot")  # all together take minutes
_NO_NUMBER = re.compile(r"(?<![a-z])(nan|inf|none)(?![a-z])", re.IGNORECASE)
_CHOICES = ("none", "No")  # words of fields that are left empty on purpose


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Make a run of a kind when it is first asked for."""
    folder, made = tmp_path_factory.mktemp("kinds"), {}

    def run(kind):
        if kind not in made:
            made[kind] = folder / kind
            for _ in start_run(recipe_of(kind), CPU, made[kind]).train():
                pass
        return made[kind]

    return run


def _all():
    marks = {kind: () if kind in _AT_ONCE else pytest.mark.slow for kind in ALL_KINDS}
    return [pytest.param(kind, marks=mark) for kind, mark in marks.items()]


@pytest.fixture(params=_all())
def opened(request, qtbot, window, runs):
    """The window on a run of each kind, with its pictures, its decoder and its verdict; what was told is kept."""
    studio = window.studio
    window.told = []
    studio.message_raised.connect(lambda kind, sentence: window.told.append((kind, sentence)))
    studio.explorer.failed.connect(lambda sentence: window.told.append(("error", sentence)))
    studio.open_path(runs(request.param))
    qtbot.waitUntil(lambda: studio.snapshot is not None and studio.explorer.images is not None, timeout=_LONG)
    qtbot.waitUntil(lambda: studio.study.health.found is not None, timeout=_LONG)
    health = studio.study.health
    qtbot.waitUntil(lambda: _whole(health.found), timeout=_LONG)
    yield window
    complaints = [told for told in window.told if told[0] != "info"]
    assert not complaints, complaints


def _whole(found):
    """Tell whether pictures were drawn again for a verdict, and not the map alone looked at."""
    return found.symptoms.explained_training is not None or found.symptoms.drawn is not None


def texts(widget):
    """Return what is written in a part of the window, with the tips."""
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return [text for label in labels for text in (label.text(), label.toolTip(), label.accessibleDescription()) if text]


def test_every_panel_says_something_that_is_a_number_or_a_word(qtbot, opened):
    studio = opened.studio
    with qtbot.waitSignal(studio.explorer.surroundings_found, timeout=_LONG):
        studio.explorer.look_at_picture(int(studio.explorer.cloud.indices[0]))
    qtbot.waitUntil(lambda: studio.study.trust.trust is not None, timeout=_LONG)
    done = []
    measured = opened.diagnosis_panel._on_measured
    opened.diagnosis_panel._on_measured = lambda found: (measured(found), done.append(found))
    QTest.mouseClick(part(opened, QPushButton, "measureButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(done), timeout=_LONG)
    for panel in (opened.inspector_panel, opened.diagnosis_panel, opened.map_panel, opened.plane_bar):
        odd = [text for text in texts(panel) if _NO_NUMBER.search(text) and text not in _CHOICES]
        assert not odd, odd
    assert not _NO_NUMBER.search(opened.loss_plot._readout.text()) and "–" not in opened.loss_plot._readout.text()
    bound = studio.run.recipe.objective.has_prior and studio.run.recipe.objective.has_density
    shown = texts(opened.diagnosis_panel)
    assert any("negative ELBO" in text for text in shown) == bound
    curve = studio.study.health.curve
    if studio.run.recipe.data.held_out:
        assert opened.diagnosis_panel._values["gap"].text() == f"{curve.gap:+.2f}"
    finding = studio.study.health.found.finding
    told = dict(finding.evidence).get("gap to training")
    assert told is None or told == f"{curve.gap:+.2f} nats", "the verdict and the panel tell the same gap"


def test_every_colour_can_be_seen_or_says_why_not(qtbot, opened):
    columns, cloud = opened.map_panel.columns, opened.studio.explorer.cloud
    for name, column in COLUMNS.items():
        action = part(opened, QAction, f"{name}Colour")
        if not action.isEnabled():
            assert action.toolTip() != column.tip and action.toolTip().endswith(".")
            continue
        action.trigger()
        assert columns.name == name
        if column.named:
            assert columns.names() is not None and columns.values() is None
        else:
            qtbot.waitUntil(lambda: np.isfinite(columns.values()).all(), timeout=_LONG)
            assert columns.name == name, "it did not give way"
            assert len(columns.values()) == len(cloud.indices)
    assert not part(opened, QAction, "dateColour").isEnabled(), "digits are no files"


def test_every_land_is_drawn_or_says_why_not(qtbot, opened):
    centre, land = opened.centre, opened.map_panel.land
    if centre.tabs.isVisible():
        assert not opened.plane_bar.isVisible(), "the bar belongs to the map, and the book lies in its place"
        centre.tabs.setCurrentIndex(1)
        assert opened.plane_bar.isVisible()
    assert opened.map_panel.isVisible()
    for name, kind in LANDS.items():
        action = part(opened, QAction, f"{name}Land")
        if not action.isEnabled():
            assert action.toolTip() != kind.tip and action.toolTip().endswith(".")
            continue
        action.trigger()
        assert land.kind == name
        qtbot.waitUntil(land.is_complete, timeout=_LONG)
        span = land.span()
        assert span is None or np.isfinite(span).all()


def test_what_no_run_of_this_kind_has_cannot_be_switched_on(opened):
    objective = opened.studio.run.recipe.objective
    sure = not (objective.has_prior and objective.has_density)
    toolbar = opened.map_panel.toolbar
    assert part(opened, QAction, "posteriorAction").isEnabled() != sure
    assert toolbar.is_on("posterior") != sure, "it is on from the start where there is a posterior"
    assert part(opened, QAction, "priorAction").isEnabled() == (objective.has_samples and objective.has_density)


def test_every_way_is_measured_or_cannot_be_chosen(qtbot, opened):
    studio, table = opened.studio, opened.morph_panel._ways
    cloud, morph = studio.explorer.cloud, studio.morph
    for row in (0, len(cloud.codes) - 1):
        morph.add(cloud.codes.mu[row])
    qtbot.waitUntil(lambda: len(studio.paths.reports) == len(PATHS), timeout=_LONG)
    for row, kind in enumerate(PATHS):
        report = studio.paths.reports[kind]
        enabled = bool(table.item(row, 0).flags() & Qt.ItemFlag.ItemIsEnabled)
        assert enabled == isinstance(report, PathReport), report
        if enabled:
            assert np.isfinite([report.length, report.unevenness]).all()
        else:
            assert kind == "geodesic" and "in steps" in table.item(row, 0).toolTip()
        place = table.visualItemRect(table.item(row, 0)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert (morph.kind == kind) == enabled


def test_traversals_are_rows_or_a_sentence(qtbot, opened):
    desk, panel = opened.studio.study.traversals, opened.traversal_panel
    opened._docks["Traversals"].raise_()
    if opened.studio.run.recipe.objective.has_density:
        qtbot.waitUntil(lambda: desk.rows is not None, timeout=_LONG)
        names = [word for name in panel.rows._names for word in name]
        assert not any(_NO_NUMBER.search(word) for word in names), names
        has_kl = opened.studio.run.recipe.objective.has_prior and opened.studio.run.recipe.prior.kind != "sphere"
        assert any("nats" in word for word in names) == has_kl
    else:
        assert "no dimensions to go along" in panel.rows._empty
        assert not panel._dims.isEnabled()


def test_a_random_code_is_drawn(qtbot, opened):
    with qtbot.waitSignal(opened.studio.explorer.shown, timeout=_LONG):
        opened.inspector_panel._on_random_code_asked()
    book = opened.studio.snapshot.book
    words = part(opened.inspector_panel, QWidget, "codeWords")
    assert words.isVisibleTo(opened.inspector_panel) == (book is not None)
    if book is not None:
        assert words.text().count(",") == book.places - 1

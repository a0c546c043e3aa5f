"""The diagnosis: the verdict on the run, its figures, and how much of the code it uses."""

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vae_studio.evaluation.symptoms import book_used
from vae_studio.gui.layouts import add_layout
from vae_studio.gui.phased import Phase
from vae_studio.gui.plots.bar_plot import BarPlot
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.calm_fields import CalmSpinBox
from vae_studio.gui.widgets.metric_menu import MetricMenu
from vae_studio.gui.widgets.verdict_box import VerdictBox
from vae_studio.runs.health import Curves

if TYPE_CHECKING:
    from vae_studio.runs.measuring import Measurement

_BOUND, _NO_BOUND = "Held out, negative ELBO", "Held out, reconstruction"
_FIGURES = (
    ("held_out", _BOUND, "Nats per image on pictures that were not trained on; lower is better."),
    (
        "gap",
        "Gap to training",
        "Held out minus the training's mean over the same epoch, as in the line above the curves; a growing gap is "
        "overfitting.",
    ),
    ("nll", "Held out, -log p(x)", "Importance-sampled; the ELBO is a bound of it. Press Measure."),
    ("active", "Active units", "Dimensions whose posterior mean varies over the data by more than 0.01."),
    ("book", "Code book", "Entries that the pictures on the map use; used alike, as many as the perplexity would do."),
)
_ONLY_OF_BOUNDS = ("nll", "active")
_NO_KL = "No dimension of this model has a KL of its own."
_USUAL_SAMPLES, _MOST_SAMPLES = 100, 5000


class DiagnosisPanel(QWidget):
    """Shows the verdict, figures in nats per image, what was measured, and the KL of each dimension."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.setObjectName("diagnosisPanel")
        self._values = {name: QLabel("–") for name, _, _ in _FIGURES}
        self._titles = {name: QLabel(title) for name, title, _ in _FIGURES}
        self._form = QFormLayout()
        self._verdict = VerdictBox()
        self._measure, self._metrics, self._samples = QPushButton("Measure"), MetricMenu(), CalmSpinBox()
        self._readings = QFormLayout()
        self._bars = BarPlot("dimension", "KL, nats")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._measure.setObjectName("measureButton")
        self._measure.setToolTip("Measure the saved run on its held-out pictures; the toolbar's cross cancels")
        self._samples.setObjectName("samplesField")
        self._samples.setRange(1, _MOST_SAMPLES)
        self._samples.setValue(_USUAL_SAMPLES)
        self._samples.setSuffix(" samples")
        self._samples.setToolTip("Codes drawn for each picture to sample the likelihood; more are nearer and slower")
        buttons = QHBoxLayout()
        for widget in (self._measure, self._metrics, self._samples):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        middle = QVBoxLayout()
        add_layout(middle, self._figures())
        add_layout(middle, self._readings)
        self._readings.setHorizontalSpacing(18)
        middle.addStretch(1)
        figures = QVBoxLayout()
        figures.addWidget(_scrolled(middle))
        add_layout(figures, buttons)
        verdict = QVBoxLayout()
        verdict.addWidget(self._verdict)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(18)
        row.addWidget(_scrolled(verdict), 3)
        add_layout(row, figures, 3)
        row.addWidget(self._bars, 3)

    def _figures(self) -> QFormLayout:
        self._form.setHorizontalSpacing(18)
        for name, _title, tip in _FIGURES:
            for label in (self._titles[name], self._values[name]):
                label.setToolTip(tip)
            self._form.addRow(self._titles[name], self._values[name])
        self._show_kind()
        return self._form

    def _connect(self) -> None:
        studio = self._studio
        studio.explorer.cloud_changed.connect(self._on_cloud_changed)
        studio.run_changed.connect(self._on_run_changed)
        studio.curves_changed.connect(self._on_curves_changed)
        studio.trainer.phase_changed.connect(self._on_phase_changed)
        studio.study.health.examined.connect(self._verdict.show_found)
        self._verdict.remedy_wanted.connect(studio.study.health.cure)
        self._measure.clicked.connect(self._on_measure_clicked)

    def _on_phase_changed(self, phase: Phase) -> None:
        self._measure.setEnabled(phase is Phase.IDLE)
        self._verdict.set_idle(phase is Phase.IDLE)

    def _show_kind(self) -> None:
        """Show the figures that mean something of the open run."""
        bound, run = self._studio.study.health.bound, self._studio.run
        title = _BOUND if bound else _NO_BOUND
        apart = run is None or run.recipe.data.held_out > 0
        self._titles["held_out"].setText(title if apart else title.replace("Held out", "Trained on as well"))
        self._form.setRowVisible(self._values["gap"], apart)
        for name in _ONLY_OF_BOUNDS:
            self._form.setRowVisible(self._values[name], bound)
        self._form.setRowVisible(self._values["book"], run is not None and not run.recipe.objective.has_density)

    def _on_run_changed(self) -> None:
        self._show_kind()
        self._values["nll"].setText("–")
        self._clear_readings()

    def _on_curves_changed(self, _curves: Curves) -> None:
        curve = self._studio.study.health.curve
        held_out = float(curve.held_out[-1]) if len(curve.held_out) else math.nan
        self._values["held_out"].setText("–" if math.isnan(held_out) else f"{held_out:.2f}")
        self._values["gap"].setText("–" if math.isnan(curve.gap) else f"{curve.gap:+.2f}")

    def _on_cloud_changed(self) -> None:
        cloud = self._studio.explorer.cloud
        good = None if cloud is None else cloud.codes.subset(cloud.codes.finite_rows())
        self._show_kind()
        if good is None or not len(good):
            self._bars.set_values(np.zeros(0))
            for name in ("active", "book"):
                self._values[name].setText("–")
            return
        per_dim = good.kl_per_dim() if self._studio.study.health.bound else np.zeros(0)
        self._bars.set_values(per_dim, empty=_NO_KL)
        self._values["active"].setText(f"{good.active_units()} of {good.dim}")
        if (book := book_used(good)) is not None:
            self._values["book"].setText(f"{book.used:,} of {book.entries:,}, perplexity {book.perplexity:.1f}")

    def _on_measure_clicked(self) -> None:
        self._studio.errands.measure(self._on_measured, self._metrics.chosen, self._samples.value())

    def _on_measured(self, found: "Measurement") -> None:
        report = found.report
        error = "" if report.nll_standard_error is None else f" ± {report.nll_standard_error:.2f}"
        self._values["nll"].setText("none" if report.nll is None else f"{report.nll:.2f}{error}")
        bound = self._studio.study.health.bound
        held_out = report.negative_elbo if bound else report.reconstruction
        if held_out is not None:
            self._values["held_out"].setText(f"{held_out:.2f}")
        self._clear_readings()
        if found.readings is None:
            return
        for reading in found.readings.readings:
            value = QLabel(f"{reading.value:.3f}")
            value.setToolTip(reading.note)
            self._readings.addRow(QLabel(reading.title), value)
        for sentence in dict.fromkeys(found.readings.missing.values()):
            missing = QLabel(sentence)
            missing.setWordWrap(True)
            missing.setProperty("role", "caption")
            self._readings.addRow(missing)

    def _clear_readings(self) -> None:
        while self._readings.rowCount():
            self._readings.removeRow(0)


def _scrolled(content: QVBoxLayout) -> QScrollArea:
    """Return a column that scrolls where the dock is too low for it."""
    inside = QWidget()
    content.setContentsMargins(0, 0, 0, 0)
    inside.setLayout(content)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    return area

"""The diagnosis: the figures of the run, and how much of the code it uses."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vae_studio.gui.plots.bar_plot import BarPlot
from vae_studio.gui.studio import Studio
from vae_studio.gui.trainer import Phase

_FIGURES = (
    ("held_out", "Held out, negative ELBO", "Nats per image on pictures that were not trained on; lower is better."),
    ("gap", "Gap to training", "Held out minus training; a growing gap is overfitting."),
    ("nll", "Held out, -log p(x)", "Importance-sampled, 100 samples; the ELBO is a bound of it. Press Measure."),
    ("active", "Active units", "Dimensions whose posterior mean varies over the data by more than 0.01."),
)


class DiagnosisPanel(QWidget):
    """Shows figures in nats per image and the KL of each dimension."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.setObjectName("diagnosisPanel")
        self._values = {name: QLabel("–") for name, _, _ in _FIGURES}
        self._verdict = QLabel("Train a model, and what can be said about it appears here.")
        self._measure = QPushButton("Measure")
        self._bars = BarPlot("dimension", "KL, nats")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._measure.setObjectName("measureButton")
        self._measure.setToolTip(
            "Measure the saved run on its held-out pictures, with the importance-sampled likelihood"
        )
        self._verdict.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        for name, title, tip in _FIGURES:
            label = QLabel(title)
            label.setToolTip(tip)
            self._values[name].setToolTip(tip)
            self._values[name].setAlignment(Qt.AlignmentFlag.AlignRight)
            form.addRow(label, self._values[name])
        left = QVBoxLayout()
        left.addWidget(self._verdict)
        left.addLayout(form)
        left.addWidget(self._measure, 0, Qt.AlignmentFlag.AlignLeft)
        left.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(18)
        row.addLayout(left, 2)
        row.addWidget(self._bars, 3)

    def _connect(self) -> None:
        self._studio.explorer.cloud_changed.connect(self._on_cloud_changed)
        self._studio.run_changed.connect(self._on_run_changed)
        self._studio.curves_changed.connect(self._on_curves_changed)
        self._studio.trainer.phase_changed.connect(lambda phase: self._measure.setEnabled(phase is Phase.IDLE))
        self._measure.clicked.connect(lambda: self._studio.errands.measure(self._on_measured))

    def _on_run_changed(self) -> None:
        self._values["nll"].setText("–")

    def _on_curves_changed(self, curves: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]]) -> None:
        at, training = curves[("train", "total")]
        epochs, held_out = curves[("held_out", "total")]
        self._values["held_out"].setText(f"{held_out[-1]:.2f}" if len(held_out) else "–")
        # Training over the epoch after which the held-out pictures were measured; quick epochs may have no reading.
        same = (at > epochs[-1] - 1) & (at <= epochs[-1]) if len(epochs) else np.zeros(0, bool)
        self._values["gap"].setText(f"{held_out[-1] - training[same].mean():+.2f}" if same.any() else "–")

    def _on_cloud_changed(self) -> None:
        cloud = self._studio.explorer.cloud
        good = None if cloud is None else cloud.codes.subset(cloud.codes.finite_rows())
        if good is None or not len(good):
            self._bars.set_values(np.zeros(0))
            self._values["active"].setText("–")
            return
        run = self._studio.run
        if run is not None and not run.recipe.objective.has_prior:
            self._bars.set_values(np.zeros(0))
            self._values["active"].setText("–")
            self._verdict.setText(
                "An autoencoder has no prior, so there is no KL: only its reconstruction is measured."
            )
            return
        if run is not None and not run.recipe.objective.has_density:
            self._bars.set_values(np.zeros(0))
            self._values["active"].setText("–")
            self._verdict.setText("Codes are entries of a code book; how each is used stands in place of the map.")
            return
        active = good.active_units()
        self._values["active"].setText(f"{active} of {good.dim}")
        self._verdict.setText(_verdict(active, good.dim))
        self._bars.set_values(good.kl_per_dim())

    def _on_measured(self, report: object) -> None:
        nll, error = getattr(report, "nll", None), getattr(report, "nll_standard_error", None)
        held_out = getattr(report, "negative_elbo", None)
        self._values["nll"].setText("none" if nll is None else f"{nll:.2f} ± {error:.2f}")
        if held_out is not None:
            self._values["held_out"].setText(f"{held_out:.2f}")


def _verdict(active: int, dim: int) -> str:
    if active == 0:
        return "Collapsed: every picture has the same code. Lower the KL weight β or lengthen the warm-up."
    if active < dim:
        unused = f"{dim - active} of {dim} dimensions are not used"
        return f"{unused}: a smaller code would do, or a lower KL weight β uses more."
    return "All dimensions of the code are used."

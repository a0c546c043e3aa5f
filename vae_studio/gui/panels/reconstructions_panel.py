"""The reconstructions: held-out pictures above what comes back of them, with noise on the way if wanted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from vae_studio.gui.layouts import add_layout
from vae_studio.gui.studio import Studio
from vae_studio.gui.widgets.picture_pairs import PicturePairs

_EMPTY = "Held-out pictures and their reconstructions appear here while a model trains."
_MOST = 200  # hundredths


class ReconstructionsPanel(QWidget):
    """Shows the studio's pairs; the slider adds noise to the codes between encoder and decoder."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.pairs = PicturePairs(_EMPTY)
        self.noise = QSlider(Qt.Orientation.Horizontal)
        self._amount = QLabel()
        self._lay_out()
        studio.pairs.changed.connect(self.pairs.set_pairs)
        self.noise.valueChanged.connect(self._on_noise_changed)
        self._on_noise_changed(0)

    def _lay_out(self) -> None:
        self.pairs.setObjectName("reconstructionsView")
        self.noise.setObjectName("noiseSlider")
        self.noise.setAccessibleName("Noise on the codes")
        self.noise.setToolTip(
            "Noise added to each code on its way to the decoder, in multiples of how far all codes spread: "
            "a VAE has learned to bear it, an autoencoder has not"
        )
        self.noise.setRange(0, _MOST)
        self.noise.setPageStep(25)
        self.noise.setMaximumWidth(260)
        self._amount.setMinimumWidth(self._amount.fontMetrics().horizontalAdvance("× 0.00 "))
        foot = QHBoxLayout()
        foot.addWidget(QLabel("Noise on the codes"))
        foot.addWidget(self.noise, 1)
        foot.addWidget(self._amount)
        foot.addStretch(1)
        foot.setContentsMargins(12, 0, 12, 6)
        foot.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pairs, 1)
        add_layout(column, foot)

    def _on_noise_changed(self, hundredths: int) -> None:
        self._amount.setText("none" if hundredths == 0 else f"× {hundredths / 100:.2f}")
        self._studio.pairs.set_noise(hundredths / 100)

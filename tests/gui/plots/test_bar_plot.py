"""Bars beside an axis whose numbers are theirs."""

import numpy as np
import pytest

from vae_studio.gui.plots.bar_plot import BarPlot


@pytest.mark.parametrize("values", [[0.24, 0.1], [2e-4], [3.0, 750.0]])
def test_the_axis_shows_the_values_themselves_after_a_change_of_theme(qtbot, values):
    plot = BarPlot("dimension", "KL, nats")
    qtbot.addWidget(plot)
    plot.show()
    plot.set_values(np.array(values))
    palette = plot.palette()
    palette.setColor(palette.ColorRole.WindowText, palette.color(palette.ColorRole.Highlight))
    plot.setPalette(palette)
    axis = plot._plot.getAxis("left")
    assert axis.autoSIPrefixScale == 1.0 and axis.labelUnitPrefix == ""

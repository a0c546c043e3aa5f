"""Figures over seeds, charts and the sheet."""

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.export.comparison.chart import Series, _ticks, chart
from vae_studio.export.comparison.comparison import Comparison, Exhibit
from vae_studio.export.comparison.outcome import Outcome
from vae_studio.export.comparison.page import page
from vae_studio.export.comparison.series import rate_distortion_series, rate_lines
from vae_studio.export.comparison.tables import SETTINGS, write_tables

NO_CURVE = (np.zeros(0), np.zeros(0))


def outcome(value, seed, elbo, key="objective.beta", state="finished"):
    figures = {"negative_elbo": elbo, "reconstruction": elbo - 2, "kl": 2.0}
    return Outcome(f"{value}-{seed}", {key: value}, seed, state, "Told <why>.", figures if state == "finished" else {})


def test_means_and_standard_errors_are_those_of_the_finished_runs(tmp_path):
    values = [30.0, 32.0, 37.0]
    outcomes = [outcome(1, seed, elbo) for seed, elbo in enumerate(values)]
    comparison = Comparison("t", (*outcomes, outcome(1, 3, 99.0, state="diverged"), outcome(4, 0, 40.0)))
    figure = comparison.groups[0].figure("negative_elbo")
    assert (figure.mean, figure.count) == (33.0, 3)
    assert figure.error == pytest.approx(np.std(values, ddof=1) / np.sqrt(3))
    assert comparison.groups[1].figure("negative_elbo").error is None  # one run tells nothing of others
    write_tables(tmp_path, comparison)
    rows = list(csv.DictReader((tmp_path / SETTINGS).read_text(encoding="utf-8").splitlines()))
    assert [float(row["negative_elbo"]) for row in rows] == [33.0, 40.0]
    assert (rows[0]["runs"], rows[0]["finished"], rows[1]["negative_elbo_standard_error"]) == ("4", "3", "")


def test_the_best_is_named_only_where_nats_mean_the_same():
    for key, best in (("objective.beta", "beta 1"), ("likelihood.sigma", None), ("data.size", None), ("greys", None)):
        comparison = Comparison("t", (outcome(1, 0, 30.0, key), outcome(4, 0, 40.0, key)))
        found = comparison.best("negative_elbo")
        assert (found.title if found else None) == best
        assert ("best" in page(comparison).split("</style>")[1]) == (best is not None)
        assert ("cannot be compared" in page(comparison)) == (best is None)


def test_names_and_sentences_cannot_become_markup():
    nasty = "<img src=x onerror=alert(1)>&\"'"
    comparison = Comparison(nasty, (outcome(nasty, 0, 30.0, nasty, state="failed"),), recipe=nasty)
    assert "<img" not in page(comparison) and "&lt;img" in page(comparison) and "Told &lt;why&gt;." in page(comparison)


def test_what_else_is_varied_gives_rate_and_distortion_a_line_of_its_own():
    figures = {4: (1.0, 9.0), 1: (2.0, 8.0)}  # KL and reconstruction of each beta; the KL grows with the dimensions
    outcomes = [
        Outcome(f"{beta}-{dim}", {"objective.beta": beta, "latent_dim": dim}, 0, "finished", "", told)
        for dim in (2, 8)
        for beta, (kl, cost) in figures.items()
        for told in ({"kl": kl * dim, "reconstruction": cost},)
    ]
    comparison = Comparison("t", tuple(outcomes))
    assert rate_lines(comparison) == ["latent_dim 2", "latent_dim 8"]
    assert [one.x.tolist() for one in rate_distortion_series(comparison)] == [[4.0, 2.0], [16.0, 8.0]]
    assert [list(one.labels) for one in rate_distortion_series(comparison)] == [["β 1", "β 4"]] * 2


def test_rate_and_distortion_lie_where_the_figures_say():
    outcomes = (outcome(4, 0, 40.0), outcome(1, 0, 30.0), outcome(2, 0, 35.0))
    text = page(Comparison("t", outcomes, {one.name: Exhibit(NO_CURVE, NO_CURVE) for one in outcomes}))
    chart_text = text.split("Rate and distortion")[1]
    assert [chart_text.index(f"β {beta}") for beta in (1, 2, 4)] == sorted(
        chart_text.index(f"β {beta}") for beta in (1, 2, 4)
    )
    assert "Rate and distortion" not in page(Comparison("t", (outcome(1, 0, 3.0, "x"), outcome(2, 0, 3.0, "x"))))


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_ticks_are_round_and_inside(low, width):
    ticks = _ticks(low, low + width, 5)
    assert 1 <= len(ticks) <= 6
    assert all(low - 1e-6 * width <= tick <= low + 1.000001 * width for tick in ticks) or width < 1e-6 * abs(low)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=8))
def test_a_chart_of_any_numbers_holds_finite_places(values):
    y = np.array(values, np.float64)
    text = chart([Series(np.arange(len(y), dtype=np.float64), y, 0, labels=["a"] * len(y))], "x", "y")
    assert "nan" not in text and "inf" not in text.replace("infinite", "")

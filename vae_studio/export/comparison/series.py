"""What the charts of an experiment show."""

import numpy as np

from vae_studio.export.comparison.chart import Series
from vae_studio.export.comparison.comparison import Comparison, Curve, Group


def held_out_series(comparison: Comparison) -> list[Series]:
    """Return the held-out curve of each setting: the mean over its seeds, and each seed faint where there are more."""
    drawn: list[Series] = []
    for number, group in enumerate(comparison.groups):
        curves = [comparison.exhibits[one.name].held_out for one in group.outcomes if one.name in comparison.exhibits]
        if len(curves) > 1:
            drawn += [Series(x, y, number, faint=True) for x, y in curves]
        if curves:
            drawn.append(Series(*_mean(curves), number))
    return drawn


def rate_distortion_series(comparison: Comparison) -> list[Series]:
    """Return KL and reconstruction over the values of beta, a line for each other setting; none without two values."""
    lines = _lines(comparison).values()
    drawn = [_line(sorted(found, key=lambda pair: pair[0]), number) for number, found in enumerate(lines)]
    return drawn if any(len(one.x) > 1 for one in drawn) else []


def rate_lines(comparison: Comparison) -> list[str]:
    """Return what tells the lines of rate and distortion apart."""
    told = [", ".join(f"{key.rpartition('.')[2]} {value}" for key, value in rest) for rest in _lines(comparison)]
    return [name or "over the values of β" for name in told]


def _lines(comparison: Comparison) -> dict[tuple[tuple[str, str], ...], list[tuple[float, Group]]]:
    """Return betas with their groups, by what else was varied."""
    key = comparison.beta_key
    lines: dict[tuple[tuple[str, str], ...], list[tuple[float, Group]]] = {}
    for group in comparison.groups if key is not None else ():
        if group.figure("kl") is not None and group.figure("reconstruction") is not None:
            rest = tuple(pair for pair in group.settings if pair[0] != key)
            lines.setdefault(rest, []).append((float(dict(group.settings)[str(key)]), group))
    return lines


def _mean(curves: list[Curve]) -> Curve:
    """Return the mean of curves over the epochs that all of them have."""
    shortest = min(len(x) for x, _ in curves)
    return curves[0][0][:shortest], np.mean([y[:shortest] for _, y in curves], axis=0)


def _line(found: list[tuple[float, Group]], number: int) -> Series:
    rates = [group.figure("kl") for _, group in found]
    costs = [group.figure("reconstruction") for _, group in found]
    return Series(
        np.array([rate.mean for rate in rates if rate]),
        np.array([cost.mean for cost in costs if cost]),
        number,
        labels=[f"β {beta:g}" for beta, _ in found],
        error=np.array([cost.error or 0.0 for cost in costs if cost]),
    )

"""Attributes: the direction in the code space that leads from one group of pictures to another."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vae_studio.errors import UsageError
from vae_studio.latent.codes import Floats

_Doubles = npt.NDArray[np.float64]
_Flags = npt.NDArray[np.bool_]

_FOLDS = 5
_EPS = 1e-9


@dataclass(frozen=True, eq=False)
class Attribute:
    """A direction, and how surely the codes tell its two groups apart."""

    direction: _Doubles  # [D], as long as the way from the middle of the one group to the middle of the other
    # How well codes tell the groups apart: by Fisher's discriminant, which is not the direction, on codes it never saw.
    auc: float  # of a random pair, how often the right one scores higher; 0.5 is chance
    effect: float  # Cohen's d: the groups' distance in their common standard deviation
    counts: tuple[int, int]  # pictures without and with

    @classmethod
    def between(cls, without: npt.ArrayLike, having: npt.ArrayLike, seed: int = 0) -> "Attribute":
        """Find the direction from codes without [N, D] to codes with an attribute [M, D].

        Raises UsageError when a group has fewer than two codes, a code is not finite, or all codes are equal.
        """
        groups = [np.asarray(group, np.float64) for group in (without, having)]
        _check(groups)
        codes = np.concatenate(groups)
        has = np.repeat([False, True], [len(group) for group in groups])
        scores = _cross_validated(codes, has, seed)
        return cls(_direction(codes, has), _auc(scores, has), _effect(scores, has), (len(groups[0]), len(groups[1])))

    @classmethod
    def of(cls, mu: Floats, without: npt.ArrayLike, having: npt.ArrayLike, seed: int = 0) -> "Attribute":
        """Find the direction between two groups of rows of codes mu [N, D].

        Raises UsageError as `between` does, and when a picture is in both groups.
        """
        first, second = (np.unique(np.asarray(group, np.int64)) for group in (without, having))
        if both := len(np.intersect1d(first, second)):
            some = "One picture is" if both == 1 else f"{both} pictures are"
            raise UsageError(f"{some} in both groups; take them out of one.")
        return cls.between(mu[first], mu[second], seed)

    def apply(self, codes: npt.ArrayLike, amount: float | npt.ArrayLike = 1.0) -> Floats:
        """Return codes [D] or [N, D] moved by `amount` (one or [N]): 1 leads from one group's middle to the other's."""
        steps = np.asarray(amount, np.float64)[..., None] * self.direction
        moved: Floats = (np.asarray(codes, np.float64) + steps).astype(np.float32)
        return moved

    def amount_of(self, codes: npt.ArrayLike) -> _Doubles:
        """Return how far codes [N, D] lie along the direction, [N], in its own length."""
        return np.asarray(codes, np.float64) @ self.direction / (self.direction @ self.direction)

    def sentence(self) -> str:
        """Return how good the direction is, in words."""
        sure = "surely" if self.auc >= 0.9 else "mostly" if self.auc >= 0.75 else "hardly"
        number = f"{self.auc:.0%} of pairs in the right order, effect {self.effect:.1f}"
        return (
            f"The direction {sure} tells the groups apart: {number}, from {self.counts[0]} + {self.counts[1]} pictures."
        )


def _check(groups: list[_Doubles]) -> None:
    for group, name in zip(groups, ("without", "with"), strict=True):
        if group.ndim != 2 or len(group) < 2:
            count = len(group) if group.ndim == 2 else 0
            raise UsageError(f"The group {name} the attribute has {count} of at least two pictures; choose more.")
        if not np.isfinite(group).all():
            raise UsageError(f"A picture of the group {name} the attribute has no finite code; take it out.")
    both = np.concatenate(groups)
    if np.ptp(both, axis=0).max() <= _EPS * (1 + np.abs(both).max()):
        raise UsageError("All pictures of the two groups have the same code; train longer, or choose others.")


def _direction(codes: _Doubles, has: _Flags) -> _Doubles:
    """Return the way between the groups' middles.

    Not the discriminant: measured on drawn faces, a step of the same length along that turned beards on in half of the
    faces, this in all; it tells the groups apart by leaving the land where codes lie.
    """
    way: _Doubles = codes[has].mean(axis=0) - codes[~has].mean(axis=0)
    return way


def _discriminant(codes: _Doubles, has: _Flags) -> _Doubles:
    """Return Fisher's discriminant; its shrunk covariance bears more dimensions than codes (Ledoit and Wolf, 2004)."""
    from sklearn.covariance import ledoit_wolf

    within = np.concatenate([codes[has] - codes[has].mean(axis=0), codes[~has] - codes[~has].mean(axis=0)])
    scale = np.maximum(within.std(axis=0), _EPS + 1e-6 * within.std())
    covariance, _ = ledoit_wolf(within / scale, assume_centered=True)
    ridge = covariance + 1e-9 * (1 + np.trace(covariance)) * np.eye(len(scale))
    weights: _Doubles = np.linalg.solve(ridge, _direction(codes, has) / scale) / scale
    return weights


def _cross_validated(codes: _Doubles, has: _Flags, seed: int) -> _Doubles:
    """Return each code's score by a discriminant that never saw it, [N], comparable across the folds."""
    rng = np.random.default_rng(seed)
    folds = min(_FOLDS, int(has.sum()), int((~has).sum()))
    fold = np.empty(len(has), np.int64)
    for group in (has, ~has):
        rows = rng.permutation(np.flatnonzero(group))
        fold[rows] = np.arange(len(rows)) % folds
    scores = np.empty(len(has))
    for number in range(folds):
        train = fold != number
        weights = _discriminant(codes[train], has[train])
        ends = [float((codes[train & group] @ weights).mean()) for group in (~has, has)]
        scores[~train] = (codes[~train] @ weights - ends[0]) / max(ends[1] - ends[0], _EPS)
    return scores


def _auc(scores: _Doubles, has: _Flags) -> float:
    from scipy.stats import rankdata

    # Of all pairs, without making them: groups of tens of thousands have thousands of millions.
    having = int(has.sum())
    won = float(rankdata(scores)[has].sum()) - having * (having + 1) / 2
    return won / (having * (len(scores) - having))


def _effect(scores: _Doubles, has: _Flags) -> float:
    groups = scores[has], scores[~has]
    freedom = max(1, len(scores) - 2)
    spread = np.sqrt(sum(((group - group.mean()) ** 2).sum() for group in groups) / freedom)
    return float((groups[0].mean() - groups[1].mean()) / max(spread, _EPS))

"""Matrices made nearly orthogonal, block by block, by the rounds of Newton and Schulz."""

from collections.abc import Sequence

import torch
from torch import Tensor

_QUINTIC = (3.4445, -4.7750, 2.0315)  # Jordan et al.: singular values from 0.01 to 1 come near 1 in five rounds
_ROUNDS = 3
_BLOCK, _LEAST_BLOCK = 64, 16  # rows made orthogonal together
_TINY = 1e-7


def orthogonalised(sets: Sequence[Tensor], lengths: Sequence[float | Tensor]) -> list[Tensor]:
    """Return sets of matrices [M, R, C] whose blocks of rows have nearly equal singular values, near the set's length.

    A round of Newton and Schulz multiplies X by a polynomial of A = X X^T. These polynomials commute, so A alone goes
    through the rounds, as small matrices [B, R, R] together with those of the other sets, and X is multiplied once, by
    the product of them all.
    """
    blocks = [matrices.view(-1, _block(*matrices.shape[1:]), matrices.shape[2]) for matrices in sets]
    squares = [block @ block.mT for block in blocks]
    factors = _factors(squares)
    scaled = [(factor * long).to(block.dtype) for factor, long, block in zip(factors, lengths, blocks, strict=True)]
    return [(factor @ block).view_as(matrices) for factor, block, matrices in zip(scaled, blocks, sets, strict=True)]


def _block(rows: int, columns: int) -> int:
    """Return the largest part of the rows that divides them and is no larger than a block, or all that there are."""
    fitting = [size for size in range(_LEAST_BLOCK, min(_BLOCK, columns) + 1) if rows % size == 0]
    return max(fitting, default=rows)


def _factors(squares: Sequence[Tensor]) -> list[Tensor]:
    """Return for sets of A = X X^T, [B, R, R], what draws the singular values of X to 1, in float32.

    Those of equal sizes go together.
    """
    found: dict[int, Tensor] = {}
    for size in {square.shape[1] for square in squares}:
        places = [place for place, square in enumerate(squares) if square.shape[1] == size]
        together = torch.cat([squares[place] for place in places])
        parts = torch.split(_factor(together), [len(squares[place]) for place in places])
        found |= dict(zip(places, parts, strict=True))
    return [found[place] for place in range(len(squares))]


def _factor(squares: Tensor) -> Tensor:
    """Return the factors of matrices A [B, R, R], which multiply their X, in float32."""
    a, b, c = _QUINTIC
    length = squares.diagonal(dim1=1, dim2=2).float().sum(1).sqrt()[:, None, None] + _TINY
    square = (squares / length.square()).to(squares.dtype)
    factor: Tensor | None = None
    for left in reversed(range(_ROUNDS)):
        polynomial = torch.baddbmm(square, square, square, beta=b, alpha=c)
        polynomial.diagonal(dim1=1, dim2=2).add_(a)
        factor = polynomial if factor is None else factor @ polynomial
        if left:
            square = polynomial @ square @ polynomial
    assert factor is not None
    return factor / length

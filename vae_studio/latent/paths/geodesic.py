"""Shortest paths where length is how much the picture changes."""

from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.data.progress import Progress
from vae_studio.latent.paths.linear import Between, Doubles, straight

_INNER = 32  # points between two stops that are moved
_STEPS = 40  # of L-BFGS, each a few decodings of all points
_SETTLED = 1e-5  # share of the first energy: what a step gains less than no eye will see
_FINE = 4  # pieces each piece of the found way is cut into to measure it


def geodesic(anchors: Doubles, closed: bool, decode: Any, progress: Progress) -> Between:  # noqa: ARG001  one signature
    """Return the shortest curves between anchors [S + 1, D] under the metric of the decoder's mean.

    For each segment the energy, the sum of |decode(z_i+1) - decode(z_i)|^2, is minimised over the inner points from the
    straight line (Shao, Kumar, Fletcher 2018); the curve is walked at constant speed in pictures and is never longer
    than the straight line. `decode` maps a torch tensor z [N, D] on the CPU to pictures [N, ...] in [0, 1];
    a `progress` that raises ends the search.
    """
    start, end = anchors[:-1, None], anchors[1:, None]
    even = np.linspace(0, 1, (_INNER + 1) * _FINE + 1)[None, :, None]
    line = _paced((1 - even) * start + even * end, decode, _INNER + 2)
    found = _relaxed(line, decode, progress)
    fine_line, fine_found = _refined(line), _refined(found)
    shorter = _arc_lengths(fine_found, decode)[:, -1] < _arc_lengths(fine_line, decode)[:, -1]  # False for nan
    nodes = _paced(np.where(shorter[:, None, None], fine_found, fine_line), decode, even.size)
    nodes[:, 0], nodes[:, -1] = anchors[:-1], anchors[1:]

    def between(segment: npt.NDArray[np.int64], u: Doubles) -> Doubles:
        place = u * (nodes.shape[1] - 1)
        piece = np.minimum(place.astype(np.int64), nodes.shape[1] - 2)
        return straight(nodes[segment, piece], nodes[segment, piece + 1], place - piece)

    return between


def _relaxed(line: Doubles, decode: Any, progress: Progress) -> Doubles:
    """Return curves [S, K, D] of least energy near `line` [S, K, D] with the same ends."""
    import torch

    with torch.inference_mode(False), torch.enable_grad():
        start = torch.from_numpy(line.astype(np.float32))
        # In sine waves weighted by 1/frequency the energy of a string is round, so that few steps are enough.
        waves = torch.arange(1.0, _INNER + 1)
        basis = torch.sin(torch.pi * waves[:, None] * waves / (_INNER + 1)) / waves
        shift = torch.zeros(len(line), _INNER, line.shape[2], requires_grad=True)
        most = _STEPS * 5 // 4  # decodings of all points, what LBFGS itself allows
        asked = 0
        with torch.no_grad():
            at_first = float(
                decode(start.flatten(0, 1)).flatten(1).unflatten(0, line.shape[:2]).diff(dim=1).square().sum()
            )
        optimiser = torch.optim.LBFGS(
            [shift],
            max_iter=_STEPS,
            max_eval=most,
            history_size=10,
            line_search_fn="strong_wolfe",
            tolerance_change=_SETTLED * at_first if at_first > 0 else 1e-9,
        )

        def curves() -> torch.Tensor:
            return torch.cat([start[:, :1], start[:, 1:-1] + basis @ shift, start[:, -1:]], dim=1)

        def energy() -> torch.Tensor:
            nonlocal asked
            progress(min(1.0, asked / most), "Finding the way on which the pictures change least.")
            asked += 1
            pictures = decode(curves().flatten(0, 1)).flatten(1).unflatten(0, line.shape[:2])
            total = pictures.diff(dim=1).square().sum()
            # Not backward(): that would leave gradients behind in the decoder's weights.
            (shift.grad,) = torch.autograd.grad(total, [shift])
            result: torch.Tensor = total.detach()
            return result

        optimiser.step(energy)  # type: ignore[no-untyped-call]
        relaxed: Doubles = curves().detach().double().numpy()
        return relaxed


def _refined(curves: Doubles) -> Doubles:
    """Return the same polygons [S, K, D] with each piece cut into `_FINE`."""
    places = np.linspace(0, curves.shape[1] - 1, (curves.shape[1] - 1) * _FINE + 1)
    piece = np.minimum(places.astype(np.int64), curves.shape[1] - 2)
    share = (places - piece)[:, None]
    refined: Doubles = (1 - share) * curves[:, piece] + share * curves[:, piece + 1]
    return refined


def _paced(curves: Doubles, decode: Any, count: int) -> Doubles:
    """Return the same polygons [S, K, D] by `count` points between which the picture changes equally much."""
    lengths = _arc_lengths(curves, decode)
    paced = np.empty((len(curves), count, curves.shape[2]))
    for row, (curve, length) in enumerate(zip(curves, lengths, strict=True)):
        # A trace of plain distance keeps the pace defined where the picture does not change at all.
        pace = length / length[-1] if np.isfinite(length[-1]) and length[-1] > 0 else np.zeros(len(length))
        pace = 0.99 * pace + 0.01 * np.linspace(0, 1, len(length))
        places = np.interp(np.linspace(0, pace[-1], count), pace, np.arange(len(length)))
        piece = np.minimum(places.astype(np.int64), len(length) - 2)
        paced[row] = straight(curve[piece], curve[piece + 1], places - piece)
    return paced


def _arc_lengths(curves: Doubles, decode: Any) -> Doubles:
    """Return how far the picture has changed up to each point of curves [S, K, D], [S, K]."""
    import torch

    with torch.no_grad():
        steps = [
            decode(torch.from_numpy(curve.astype(np.float32))).flatten(1).diff(dim=0).norm(dim=1).double().cpu().numpy()
            for curve in curves
        ]
    return np.concatenate([np.zeros((len(curves), 1)), np.cumsum(steps, axis=1)], axis=1)

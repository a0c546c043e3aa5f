"""Laws that every kind of path keeps, and those of each kind."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.latent.strategies import codes
from vae_studio.errors import UsageError
from vae_studio.latent.path import Path
from vae_studio.latent.paths import PATHS

free = st.sampled_from([kind for kind in PATHS if kind != "geodesic"])
routes = codes(st.integers(2, 6), st.integers(1, 5))


@given(routes, free, st.booleans())
def test_a_path_goes_exactly_through_its_stops(stops, kind, closed):
    path = Path(stops, kind, closed)
    t = np.arange(path.segments + 1) / path.segments
    expected = np.concatenate([stops, stops[:1]]) if closed else stops
    for moments in (t, t.astype(np.float32)):
        z = path.curve()(moments)
        assert z.dtype == np.float32
        assert np.array_equal(z, expected)


@given(routes, free, st.booleans())
def test_a_path_never_jumps(stops, kind, closed):
    path = Path(stops, kind, closed)
    z = path.curve()(np.linspace(0, 1, 4001)).astype(np.float64)
    way = np.linalg.norm(z, axis=1).max() + 1
    assert np.linalg.norm(np.diff(z, axis=0), axis=1).max() < 0.12 * way  # slerp may hurry where it fades into a line


@given(codes(1, 4), codes(1, 4), st.floats(0, 1))
def test_slerp_interpolates_the_norm_and_keeps_an_even_pace(first, second, t):
    norms = np.linalg.norm(first), np.linalg.norm(second)
    assume(min(norms) > 0.02 * max(norms) > 1e-3)
    cosine = float(first[0].astype(np.float64) @ second[0] / norms[0] / norms[1])
    assume(-0.999 < cosine < 0.999)
    z = Path(np.concatenate([first, second]), "slerp").curve()(t)[0].astype(np.float64)
    norm = (1 - t) * norms[0] + t * norms[1]
    assert np.linalg.norm(z) == pytest.approx(norm, rel=1e-5)
    turned = np.arccos(np.clip(z @ first[0] / norm / norms[0], -1, 1))
    assert turned == pytest.approx(t * np.arccos(cosine), abs=3e-3)


def test_slerp_of_opposite_codes_and_from_the_origin_is_straight():
    for stops in ([[1, 2], [-1, -2]], [[0, 0], [3, 4]], [[1, 2], [2, 4]], [[0, 0], [0, 0]]):
        straight = Path(np.array(stops), "linear").curve()(np.linspace(0, 1, 9))
        assert np.allclose(Path(np.array(stops), "slerp").curve()(np.linspace(0, 1, 9)), straight, atol=1e-6)


def test_slerp_does_not_jump_when_a_stop_crosses_the_opposite_direction():
    ways = []
    for angle in np.pi + np.linspace(-0.02, 0.02, 4001):
        stops = np.array([[1, 0], [np.cos(angle), np.sin(angle)]])
        ways.append(Path(stops, "slerp").curve()([0.5])[0])
    assert np.abs(np.diff(ways, axis=0)).max() < 5e-3
    assert ways[0][1] * ways[-1][1] < -0.9  # and does go round on either side


@given(routes, st.booleans())
def test_a_spline_stays_near_the_chords(stops, closed):
    path = Path(stops, "spline", closed)
    anchors = np.concatenate([stops, stops[:1]])
    for segment in range(path.segments):
        start, end = anchors[segment].astype(np.float64), anchors[segment + 1].astype(np.float64)
        z = path.curve()((segment + np.linspace(0, 1, 21)) / path.segments)
        chord = end - start
        share = np.clip((z - start) @ chord / max(chord @ chord, 1e-30), 0, 1)
        off = np.linalg.norm(z - start - share[:, None] * chord, axis=1)
        assert off.max() <= np.linalg.norm(chord) / 3 + 1e-4


@given(routes)
def test_a_closed_spline_has_no_corner_anywhere(stops):
    assume(len(stops) > 2)
    path = Path(stops, "spline", closed=True)
    curve, step = path.curve(), 1e-3 / path.segments
    at = np.arange(path.segments) / path.segments
    ahead = curve(at + step) - curve(at)
    behind = curve(at) - curve((at - step) % 1)
    assert np.abs(ahead - behind).max() < 2e-3 * (1 + np.abs(stops).max())


def test_a_spline_of_stops_in_a_line_is_the_line():
    stops = np.array([[0, 0], [1, 1], [2, 2], [3, 3]])
    t = np.linspace(0, 1, 31)
    assert np.allclose(Path(stops, "spline").curve()(t), Path(stops).curve()(t), atol=1e-6)


def bump(z):
    """Decode a landscape with a hill between (-1, 0) and (1, 0): crossing it changes the picture a lot."""
    import torch

    return torch.cat([z * 0.2 + 0.5, torch.exp(-4 * z.square().sum(dim=1, keepdim=True))], dim=1)


def length(curve):
    import torch

    pictures = bump(torch.from_numpy(curve(np.linspace(0, 1, 501)))).numpy()
    return np.linalg.norm(np.diff(pictures, axis=0), axis=1)


def test_a_geodesic_goes_round_the_hill_at_an_even_pace():
    stops = np.array([[-1, 0.05], [1, 0.05]])
    found, straight = length(Path(stops, "geodesic").curve(bump)), length(Path(stops).curve())
    assert found.sum() < 0.5 * straight.sum()
    assert found.std() < 0.1 * found.mean()


@pytest.mark.parametrize("seed", range(4))
def test_a_geodesic_is_never_longer_than_the_straight_way(seed):
    stops = np.random.default_rng(seed).normal(size=(3, 2)).astype(np.float32)
    for closed in (False, True):
        path = Path(stops, "geodesic", closed)
        assert path.needs_decoder
        curve = path.curve(bump)
        assert length(curve).sum() <= length(Path(stops, "linear", closed).curve()).sum() * (1 + 1e-3)
        assert np.array_equal(curve(np.arange(3) / path.segments), stops)


def test_a_search_for_a_geodesic_tells_how_far_it_is_and_can_be_cancelled():
    from vae_studio.errors import CancelledError

    told = []
    Path(np.eye(2), "geodesic").curve(bump, lambda share, sentence: told.append(share))
    assert len(told) > 3 and told == sorted(told) and 0 <= told[0] < told[-1] <= 1

    def stop(share, _sentence):
        if share > 0:
            raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        Path(np.eye(2), "geodesic").curve(bump, stop)


def test_a_geodesic_leaves_no_trace_in_the_decoder_and_works_without_grad_mode():
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Sigmoid())
    with torch.inference_mode():
        Path(np.eye(2), "geodesic").curve(network)
    assert all(weight.grad is None for weight in network.parameters())


@pytest.mark.parametrize("decode", [lambda z: z.sum(dim=1, keepdim=True) * 0, lambda z: z * float("nan")])
def test_a_geodesic_of_a_dead_decoder_is_the_straight_way(decode):
    t = np.linspace(0, 1, 9)
    stops = np.array([[0, 1], [2, 3], [2, 3]])
    assert np.allclose(Path(stops, "geodesic").curve(decode)(t), Path(stops).curve()(t), atol=1e-5)


def test_paths_that_cannot_be_are_refused():
    with pytest.raises(UsageError, match="two stops"):
        Path(np.zeros((1, 2)))
    with pytest.raises(UsageError, match="not a finite number"):
        Path(np.array([[0, np.nan], [1, 1]]))
    with pytest.raises(UsageError, match="did you mean 'spline'"):
        Path(np.eye(2), "splines")
    with pytest.raises(UsageError, match="trained model"):
        Path(np.eye(2), "geodesic").curve()
    with pytest.raises(UsageError, match="Stop 2 has 3 numbers"):
        Path.of([[0, 0], [1, 2, 3]], 2)
    with pytest.raises(UsageError, match="two stops"):
        Path.of([], 2)

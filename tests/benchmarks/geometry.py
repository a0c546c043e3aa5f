"""The geometry of the code space: how right its answers are, and how fast they come to a hand on the map."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from vae_studio.data.image_set import ImageSet
from vae_studio.device import choose_device
from vae_studio.latent.codes import Codes
from vae_studio.latent.density import Density
from vae_studio.latent.neighbours import Neighbours
from vae_studio.latent.pace import Pace
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.path_report import PathReport
from vae_studio.latent.plane import raw_plane
from vae_studio.latent.selection import inside_polygon
from vae_studio.latent.stretch import stretch, stretch_map
from vae_studio.latent.timing import Timing
from vae_studio.latent.trust import Judge
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.run import Run
from vae_studio.runs.snapshot import Snapshot

_PICTURES, _ROUNDS = 20_000, 5


def measure(data: Path) -> Iterator[Figure]:
    """Train the default preset briefly on MNIST with a code of two numbers, then ask everything of it."""
    every = open_mnist(data)
    images = ImageSet("mnist", every.pictures[:_PICTURES], every.labels[:_PICTURES], every.label_names)
    run = Run(preset(DEFAULT).recipe.with_values({"epochs": 2, "latent_dim": 2}), images, choose_device("cpu"))
    for _ in run.train():
        pass
    snapshot, codes = run.snapshot(), run.codes or run.encode_all()
    yield from _stretch(snapshot)
    yield from _paths(snapshot, codes)
    yield from _trust(snapshot, codes)
    yield from _density()
    yield from _neighbours()
    yield from _lasso()


def _stretch(snapshot: Snapshot) -> Iterator[Figure]:
    """The stretch of a map of 32 x 32 places, beside the full Jacobian of all pixels by torch's own jacrev."""
    import torch

    plane, rect = raw_plane(2), (-3.0, -3.0, 3.0, 3.0)
    ours = _seconds(lambda: stretch_map(snapshot.decode_mean, plane, rect, 32, 32))
    z = torch.from_numpy(plane.to_code(np.random.default_rng(0).uniform(-3, 3, (1024, 2)))).float()
    full = torch.func.vmap(torch.func.jacfwd(lambda code: snapshot.decode_mean(code[None]).flatten()), chunk_size=256)
    theirs = _seconds(lambda: full(z))
    yield Figure("geometry.stretch.map_32x32", ours, "s", theirs, ours <= theirs)
    jacobian = full(z).double()
    wanted = torch.linalg.det(jacobian.transpose(1, 2) @ jacobian).sqrt().numpy()
    worst = float(np.abs(stretch(snapshot.metric(z.numpy())) / wanted - 1).max())
    yield Figure("geometry.stretch.largest_error", worst, "of 1", 1e-4, worst <= 1e-3)


def _paths(snapshot: Snapshot, codes: Codes) -> Iterator[Figure]:
    """Geodesics between pairs of real pictures; evenness of a loop of 120 frames of each kind of path."""
    rng = np.random.default_rng(0)
    seconds, shares = [], []
    for _ in range(10):
        ends = CodePath(codes.mu[rng.choice(len(codes), 2, replace=False)], "geodesic")
        start = time.perf_counter()
        found = ends.curve(snapshot.decode_mean)
        seconds.append(time.perf_counter() - start)
        straight = CodePath(ends.stops).curve()
        lengths = [Pace.of(curve, 1, snapshot.decode_floats).length for curve in (found, straight)]
        shares.append(lengths[0] / lengths[1])
    yield Figure("geometry.geodesic.seconds", median(seconds), "s", 0.5, median(seconds) <= 0.5)
    yield Figure("geometry.geodesic.longest_of_straight", max(shares), "of 1", 1.0, max(shares) <= 1 + 1e-3)
    yield Figure("geometry.geodesic.median_of_straight", median(shares), "of 1")
    stops = codes.mu[rng.choice(len(codes), 4, replace=False)]
    for kind in ("linear", "slerp", "spline", "geodesic"):
        path = CodePath(stops, kind, closed=True)
        curve = path.curve(snapshot.decode_mean)
        t = Timing(frames=120, cycle="loop").moments(4)
        before = PathReport.of(curve(t), snapshot.decode_floats, cyclic=True).unevenness
        pace = Pace.of(curve, path.segments, snapshot.decode_floats)
        even = curve(pace.even_moments(curve, 120, snapshot.decode_floats, cyclic=True))
        after = PathReport.of(even, snapshot.decode_floats, cyclic=True).unevenness
        yield Figure(f"geometry.loop.unevenness.{kind}", after, "of 1", before, after <= 0.02)


def _trust(snapshot: Snapshot, codes: Codes) -> Iterator[Figure]:
    """Share of pairs in which a real picture's code is trusted more than one far outside."""
    judge = Judge.of(codes, Density.of(codes), snapshot.decode, snapshot.encode)
    rng = np.random.default_rng(0)
    inside = codes.mu[rng.choice(len(codes), 500, replace=False)]
    far = rng.normal(size=(500, 2))
    far *= 2 * np.abs(codes.mu).max() / np.linalg.norm(far, axis=1, keepdims=True)
    scores = [np.array([trust.score for trust in judge.trusts(z.astype(np.float32))]) for z in (inside, far)]
    right = float((scores[0][:, None] > scores[1][None]).mean())
    yield Figure("geometry.trust.pairs_in_order", right, "of 1", 0.99, right >= 0.99)


def _density() -> Iterator[Figure]:
    """Support at 70,000 pictures: one code, a grid of 10,000; the peer is scikit-learn's kernel density."""
    from sklearn.neighbors import KernelDensity

    for dim in (2, 8, 32, 512):
        mu = np.random.default_rng(dim).standard_normal((70_000, dim), dtype=np.float32)
        density = Density.of(Codes(mu, np.full_like(mu, -4)))
        density.support(mu[:1])  # builds the tree
        one = _seconds(lambda mu=mu, density=density: density.support(mu[7:8])) * 1000
        peer = KernelDensity(bandwidth=0.2).fit(mu)
        theirs = _seconds(lambda mu=mu, peer=peer: peer.score_samples(mu[7:8])) * 1000
        yield Figure(f"geometry.support.one_code.{dim}d", one, "ms", theirs, one <= 2)
        axes = raw_plane(dim)
        grid = _seconds(lambda axes=axes, d=density: d.support_map(axes, (-3, -3, 3, 3), 100, 100), 1)
        yield Figure(f"geometry.support.grid_10000.{dim}d", grid, "s")


def _neighbours() -> Iterator[Figure]:
    """Ten nearest of 70,000 codes of 512 numbers; the peer is scikit-learn's brute force."""
    from sklearn.neighbors import NearestNeighbors

    mu = np.random.default_rng(0).standard_normal((70_000, 512), dtype=np.float32)
    ours, peer = Neighbours(mu), NearestNeighbors(n_neighbors=10, algorithm="brute").fit(mu)
    ours.nearest(mu[0], 10)
    one = _seconds(lambda: ours.nearest(mu[7], 10)) * 1000
    theirs = _seconds(lambda: peer.kneighbors(mu[7:8])) * 1000
    yield Figure("geometry.neighbours.70000x512", one, "ms", theirs, one <= theirs)


def _lasso() -> Iterator[Figure]:
    """A lasso of 500 corners around two thirds of a million points."""
    points = np.random.default_rng(0).standard_normal((1_000_000, 2), dtype=np.float32)
    turn = np.linspace(0, 2 * np.pi, 500, endpoint=False)
    corners = np.stack([np.cos(turn), np.sin(turn)], axis=1) * (1.5 + 0.3 * np.sin(9 * turn))[:, None]
    took = _seconds(lambda: inside_polygon(points, corners)) * 1000
    yield Figure("geometry.lasso.million", took, "ms", 100.0, took <= 100)


def _seconds(work: Callable[[], Any], rounds: int = _ROUNDS) -> float:
    """Return the median time of some rounds."""
    took = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return median(took)

"""Morphs saved as GIFs, against Pillow's own writer on the same frames: rate, size and what is lost."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.benchmarks.alternating import alternating
from tests.benchmarks.figure import Figure
from tests.benchmarks.mnist import open_mnist
from vae_studio.data.faces import draw_faces
from vae_studio.data.fit import limited
from vae_studio.data.image_set import Pictures
from vae_studio.device import choose_device
from vae_studio.export.frames import frames
from vae_studio.export.gif import write_gif
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.timing import Timing
from vae_studio.resources import resource
from vae_studio.runs.presets import DEFAULT, preset
from vae_studio.runs.run import Run, load_snapshot
from vae_studio.runs.snapshot import Snapshot
from vae_studio.runs.store import RunFolder

_FRAMES, _SIZE, _STOPS, _DELAY = 120, 256, 4, 4
_FASTER, _SMALLER = 3.0, 0.5
_SMOOTH, _EDGE = 1, 4  # levels between neighbouring pixels: a smooth place, and a step that can be seen there


def measure(data: Path) -> Iterator[Figure]:
    """Write a grey morph of a briefly trained default preset and a coloured one of the example that ships."""
    images = limited(open_mnist(data), 20_000)
    run = Run(preset(DEFAULT).recipe.with_values({"epochs": 2}), images, choose_device())
    for _ in run.train():
        pass
    yield from _figures("grey", run.snapshot(), images.pictures[:_STOPS])
    example = load_snapshot(RunFolder.open(resource("example")))
    yield from _figures("colour", example, draw_faces(_STOPS).pictures)


def _figures(name: str, snapshot: Snapshot, stops: Pictures) -> Iterator[Figure]:
    label = f"gif_figures.{name}"
    drawn = _drawer(snapshot, stops)
    exact = np.stack(list(drawn()))
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.gif", Path(folder) / "pillows.gif"
        seconds = alternating(
            lambda: write_gif(ours, drawn(), _DELAY, count=_FRAMES), lambda: _pillow(theirs, list(drawn()))
        )
        yield _rate(f"{label}.decoded_and_written", *seconds, promised=True)
        yield _rate(
            f"{label}.written",
            *alternating(lambda: write_gif(ours, exact, _DELAY), lambda: _pillow(theirs, list(exact))),
        )
        size, peer = ours.stat().st_size, theirs.stat().st_size
        yield Figure(f"{label}.size", size / 1e6, "MB", peer / 1e6, size <= _SMALLER * peer)
        shown, pillows = _read(ours), _read(theirs)
    wanted = exact if exact.shape[3] == 3 else exact.repeat(3, axis=3)
    yield Figure(f"{label}.largest_error", _largest(shown, wanted), "levels", _largest(pillows, wanted))
    yield Figure(f"{label}.psnr", _psnr(shown, wanted), "dB", _psnr(pillows, wanted))
    yield Figure(f"{label}.false_edges", _false_edges(shown, wanted), "per mille", _false_edges(pillows, wanted))


def _drawer(snapshot: Snapshot, pictures: Pictures) -> Callable[[], Iterator[Pictures]]:
    codes = list(snapshot.encode(pictures).mu)
    path = CodePath.of(codes, snapshot.latent_dim)
    moments = Timing(frames=_FRAMES).moments(len(codes))
    return lambda: frames(path.curve(snapshot.decode_mean), moments, snapshot.decode, _SIZE)


def _rate(name: str, ours: float, theirs: float, promised: bool = False) -> Figure:
    reached = theirs / ours >= _FASTER if promised else None
    return Figure(name, _FRAMES / ours, "frames/s", _FRAMES / theirs, reached)


def _pillow(path: Path, pictures: list[Pictures]) -> None:
    first, *others = (Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture) for picture in pictures)
    first.save(path, "GIF", save_all=True, append_images=others, duration=10 * _DELAY, loop=0)


def _read(path: Path) -> Pictures:
    with Image.open(path) as image:
        shown = []
        for number in range(image.n_frames):
            image.seek(number)
            shown.append(np.asarray(image.convert("RGB")))
    return np.stack(shown)


def _largest(shown: Pictures, exact: Pictures) -> float:
    return float(max(np.abs(a.astype(np.int16) - b).max() for a, b in zip(shown, exact, strict=True)))


def _psnr(shown: Pictures, exact: Pictures) -> float:
    squares = np.mean([np.square(a.astype(np.float32) - b).mean() for a, b in zip(shown, exact, strict=True)])
    return float(10 * np.log10(255**2 / squares)) if squares else float("inf")


def _false_edges(shown: Pictures, exact: Pictures) -> float:
    """Return how many of a thousand neighbours that hardly differ in the picture show a visible step: banding."""
    seen = smooth = 0
    for ours, theirs in zip(shown, exact, strict=True):
        for axis in (0, 1):
            still = _steps(theirs, axis) <= _SMOOTH
            smooth += int(still.sum())
            seen += int((_steps(ours, axis)[still] > _EDGE).sum())
    return 1000 * seen / max(smooth, 1)


def _steps(picture: Pictures, axis: int) -> npt.NDArray[np.int16]:
    """Return the largest difference of a channel between neighbours, [H, W] less one along `axis`."""
    steps: npt.NDArray[np.int16] = np.abs(np.diff(picture.astype(np.int16), axis=axis)).max(axis=2)
    return steps

"""GIFs read back by Pillow: every frame, the exact size and time, the exact pixels where promised."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from vae_studio.errors import CancelledError, ExportError, UsageError
from vae_studio.export.gif import write_gif


def read(path):
    """Return the frames [N, H, W, 3] of a GIF and their delays in milliseconds."""
    with Image.open(path) as image:
        frames, delays = [], []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
            delays.append(image.info["duration"])
        return np.stack(frames), delays


shapes = st.tuples(st.integers(1, 6), st.integers(1, 9), st.integers(1, 9))
few = shapes.flatmap(lambda s: arrays(np.uint8, (*s, 1), elements=st.sampled_from([0, 1, 128, 255])))
any_grey = shapes.flatmap(lambda s: arrays(np.uint8, (*s, 1)))


@settings(deadline=None)
@given(st.one_of(few, any_grey), st.integers(2, 200))
def test_grey_films_come_back_exactly(tmp_path_factory, frames, delay):
    path = tmp_path_factory.getbasetemp() / "law.gif"
    assert write_gif(path, frames, delay) == len(frames)
    shown, delays = read(path)
    assert np.array_equal(shown, frames.repeat(3, axis=3))
    assert delays == [delay * 10] * len(frames)


def test_frames_that_need_all_256_greys_come_back_exactly(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 1)).astype(np.uint8)
    write_gif(tmp_path / "a.gif", frames, 4)
    assert np.array_equal(read(tmp_path / "a.gif")[0], frames.repeat(3, axis=3))


def test_frames_keep_their_order_whichever_is_compressed_first(tmp_path):
    rng = np.random.default_rng(0)
    frames = np.zeros((40, 90, 90, 1), np.uint8)
    for number, frame in enumerate(frames):  # many bytes and few in turns
        frame[: 90 if number % 2 else 1] = rng.integers(0, 256, (90 if number % 2 else 1, 90, 1))
    write_gif(tmp_path / "a.gif", frames, 4, tolerance=0)
    assert np.array_equal(read(tmp_path / "a.gif")[0], frames.repeat(3, axis=3))


def test_equal_frames_are_all_kept_and_small(tmp_path):
    frames = np.zeros((50, 32, 32, 1), np.uint8)
    frames[20:30, 4:9, 5:20] = 200
    write_gif(tmp_path / "a.gif", frames, 4)
    shown, delays = read(tmp_path / "a.gif")
    assert np.array_equal(shown[..., :1], frames) and sum(delays) == 2000
    assert (tmp_path / "a.gif").stat().st_size < 3000


def test_drawings_with_few_colours_come_back_exactly(tmp_path):
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 256, (200, 3)).astype(np.uint8)
    frames = colours[rng.integers(0, 200, (6, 20, 30))]
    write_gif(tmp_path / "a.gif", frames, 4)
    assert np.array_equal(read(tmp_path / "a.gif")[0], frames)


def test_a_colour_that_the_sample_missed_becomes_the_nearest(tmp_path):
    frames = np.zeros((60, 4, 4, 3), np.uint8)
    frames[:, 2:] = [250, 240, 10]
    frames[:, 0, 0] = [90, 90, 200]
    frames[1, 0] = [94, 88, 205]  # of 60 frames the palette is picked from 24, and not from this one
    write_gif(tmp_path / "a.gif", frames, 4)
    shown = read(tmp_path / "a.gif")[0]
    assert (shown[1, 0] == [90, 90, 200]).all()
    assert np.array_equal(np.delete(shown, 1, axis=0), np.delete(frames, 1, axis=0))


def photo_film(count=20, side=64):
    y, x = np.mgrid[:side, :side] / side
    t = np.linspace(0, 1, count)[:, None, None]
    waves = [np.sin(6 * x + 5 * t) + y, np.cos(4 * y - 3 * t) + x, np.sin(5 * (x + y) + 2 * t)]
    return np.clip(127 + 80 * np.stack(waves, axis=-1), 0, 255).astype(np.uint8)


def test_photos_come_close(tmp_path):
    frames = photo_film()
    write_gif(tmp_path / "a.gif", frames, 4)
    shown = read(tmp_path / "a.gif")[0]
    error = np.abs(shown.astype(int) - frames)
    assert error.mean() < 8
    block = (len(frames), 8, 8, 8, 8, 3)  # seen from afar the dither averages out
    assert np.abs(shown.reshape(block).mean((2, 4)) - frames.reshape(block).mean((2, 4))).mean() < 3


def test_still_photos_do_not_flicker(tmp_path):
    still = photo_film(1).repeat(5, axis=0)
    write_gif(tmp_path / "a.gif", still, 4)
    shown = read(tmp_path / "a.gif")[0]
    assert (shown == shown[0]).all()


def test_a_generator_is_written_like_an_array_and_reports(tmp_path, monkeypatch):
    frames = photo_film(12)
    write_gif(tmp_path / "a.gif", frames, 4)
    told = []
    write_gif(tmp_path / "b.gif", (frame for frame in frames), 4, progress=lambda *step: told.append(step), count=12)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1
    monkeypatch.setattr("vae_studio.export.gif._LOOK_AHEAD", frames[0].nbytes * 3)
    assert write_gif(tmp_path / "c.gif", iter(frames), 4, progress=lambda *step: told.append(step)) == 12
    assert told[-1] == (-1, "Writing frame 12")
    assert len(read(tmp_path / "c.gif")[0]) == 12


@pytest.mark.parametrize(("loop", "said"), [(True, True), (False, False)])
def test_looping(tmp_path, loop, said):
    write_gif(tmp_path / "a.gif", np.zeros((2, 4, 4, 1), np.uint8), 4, loop=loop)
    with Image.open(tmp_path / "a.gif") as image:
        assert ("loop" in image.info) is said
        assert image.info.get("loop", 0) == 0  # for ever


@pytest.mark.parametrize("moment", range(1, 9, 2))
def test_cancelling_at_any_time_leaves_what_was_there(tmp_path, moment):
    (tmp_path / "a.gif").write_bytes(b"old")
    steps = iter(range(1, 100))

    def cancel(share, text):
        if next(steps) == moment:
            raise CancelledError("Cancelled.")

    with pytest.raises(CancelledError):
        write_gif(tmp_path / "a.gif", np.zeros((4, 4, 4, 1), np.uint8), 4, progress=cancel)
    assert [file.name for file in tmp_path.iterdir()] == ["a.gif"]
    assert (tmp_path / "a.gif").read_bytes() == b"old"


def test_what_cannot_be_written_is_refused(tmp_path):
    frame = np.zeros((1, 4, 4, 1), np.uint8)
    with pytest.raises(UsageError, match="no frame"):
        write_gif(tmp_path / "a.gif", [], 4)
    with pytest.raises(UsageError, match="one size"):
        write_gif(tmp_path / "a.gif", [frame[0], frame[0, :3]], 4)
    with pytest.raises(UsageError, match="65535"):
        write_gif(tmp_path / "a.gif", np.zeros((1, 1, 65536, 1), np.uint8), 4)
    with pytest.raises(ExportError, match="does not exist"):
        write_gif(tmp_path / "nowhere" / "a.gif", frame, 4)
    assert not list(tmp_path.iterdir())


def drifting_film(count=30, side=72):
    """Greys that creep up by less than the tolerance from frame to frame."""
    y, x = np.mgrid[:side, :side]
    creeping = (x + y) % 200 + 1.4 * np.arange(count)[:, None, None]
    return np.clip(creeping, 0, 255).astype(np.uint8)[..., None]


@pytest.mark.parametrize("tolerance", [0, 1, 2, 4, 7])
def test_a_grey_film_is_nowhere_off_by_more_than_the_tolerance(tmp_path, tolerance):
    frames = drifting_film()
    write_gif(tmp_path / "a.gif", iter(frames), 4, count=len(frames), tolerance=tolerance, exact=[11])
    error = np.abs(read(tmp_path / "a.gif")[0][..., :1].astype(int) - frames)
    assert error.max() == tolerance, "errors must not add up, and the tolerance is there to be used"
    assert error[[0, 11, -1]].max() == 0


def test_a_tolerance_makes_grey_films_smaller(tmp_path):
    sizes = []
    for tolerance in (0, 2):
        write_gif(tmp_path / "a.gif", photo_film(side=80)[..., :1], 4, tolerance=tolerance)
        sizes.append((tmp_path / "a.gif").stat().st_size)
    assert sizes[1] < 0.7 * sizes[0]

"""Every kind of film file holds every frame, at the rate it says."""

import json
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from tests.export.filming import NAMES, WRITABLE, Drawing, contents, film, made, needs_av, wanted_frames
from vae_studio.export.film import make_film, write_film
from vae_studio.export.film_formats import FILM_FORMATS, film_format, format_for
from vae_studio.export.side_file import read_side_file
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.timing import Timing


def frames_of(path):
    with Image.open(path) as image:
        drawn = []
        for number in range(image.n_frames):
            image.seek(number)
            drawn.append((np.asarray(image.convert("RGB")), image.info.get("duration")))
    return drawn


def test_every_format_is_tried_here():
    assert set(NAMES) == set(FILM_FORMATS)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(
    ("kind", "options"), [("gif", {}), ("apng", {}), ("webp", {"lossless": True}), ("webp", {"quality": 95})]
)
def test_a_moving_file_shows_every_frame_at_its_rate(tmp_path, kind, options, channels):
    chosen = film(format=kind, options=options)
    path = made(tmp_path, NAMES[kind], chosen, channels)
    shown = frames_of(path)
    wanted = wanted_frames(chosen, channels)
    assert len(shown) == 12 and {lasts for _, lasts in shown} == {50}
    far = {"gif": 12 if channels == 3 else 4, "apng": 0, "webp": 0 if options.get("lossless") else 12}[kind]
    for (picture, _), expected in zip(shown, wanted, strict=True):
        assert np.abs(picture.astype(int) - expected).max() <= far
    with Image.open(path) as image:
        assert image.info.get("loop", 0) == 0


def test_rates_are_as_true_as_the_format_allows(tmp_path):
    timing = Timing(frames=30, fps=30)
    assert {name: film_format(name).fps(timing) for name in ("gif", "apng", "webp")} == {
        "gif": pytest.approx(100 / 3),
        "apng": 30,
        "webp": 30,
    }
    webp = frames_of(made(tmp_path, "a.webp", film(format="webp", timing=timing)))
    assert {lasts for _, lasts in webp} == {33, 34} and sum(lasts for _, lasts in webp) == 1000
    apng = frames_of(made(tmp_path, "a.apng", film(format="apng", timing=timing)))
    assert sum(lasts for _, lasts in apng) == pytest.approx(1000)


def test_a_rest_is_shown_for_its_time_in_a_moving_file(tmp_path):
    for kind in ("gif", "apng", "webp"):
        chosen = film(format=kind, timing=Timing(frames=40, fps=20, hold=0.5), options={})
        shown = frames_of(made(tmp_path, NAMES[kind], chosen))
        assert sum(lasts for _, lasts in shown) == 2000, kind
        if kind != "webp":  # its encoder shows equal frames as one
            assert len(shown) == 40


def test_frames_as_files_are_exact(tmp_path):
    chosen = film(format="frames")
    path = made(tmp_path, "Bilder Ω", chosen)
    assert sorted(one.name for one in path.iterdir()) == [f"frame-{number:04}.png" for number in range(1, 13)]
    for number, expected in enumerate(wanted_frames(chosen), 1):
        with Image.open(path / f"frame-{number:04}.png") as image:
            assert np.array_equal(np.asarray(image), expected[..., 0])
    assert (tmp_path / "Bilder Ω.json").is_file()


@pytest.mark.parametrize("channels", [1, 3])
def test_the_contact_sheet_shows_all_frames_and_numbers(tmp_path, channels):
    chosen = film(format="sheet", options={"columns": 5, "gap": 3, "numbers": False})
    with Image.open(made(tmp_path, "a.png", chosen, channels)) as image:
        page = np.asarray(image.convert("RGB"))
    assert page.shape == (3 * 19 + 3, 5 * 19 + 3, 3)
    for number, expected in enumerate(wanted_frames(chosen, channels)):
        top, left = 3 + number // 5 * 19, 3 + number % 5 * 19
        assert np.array_equal(page[top : top + 16, left : left + 16], np.broadcast_to(expected, (16, 16, 3)))
    with Image.open(made(tmp_path, "b.png", film(format="sheet", options={"columns": 5, "gap": 3}), channels)) as image:
        numbered = np.asarray(image.convert("L"))
    below = [numbered[3 + 16 : 3 + 29, 3 + column * 19 : 3 + column * 19 + 16] for column in range(2)]
    assert all((band < 200).any() for band in below) and not np.array_equal(*below)


def test_the_sprite_sheet_says_where_each_frame_lies(tmp_path):
    chosen = film(format="sprites", options={"columns": 5, "gap": 2}, timing=Timing(frames=12, fps=30))
    path = made(tmp_path, "a.png", chosen)
    told = json.loads((tmp_path / "a.json").read_text())
    with Image.open(path) as image:
        page = np.asarray(image)
        assert (image.mode, list(image.size)) == ("RGBA", [told["meta"]["size"]["w"], told["meta"]["size"]["h"]])
    assert told["meta"]["image"] == "a.png" and sum(one["duration"] for one in told["frames"]) == 400
    covered = np.zeros(page.shape[:2], int)
    for one, expected in zip(told["frames"], wanted_frames(chosen), strict=True):
        x, y, w, h = (one["frame"][side] for side in "xywh")
        covered[y : y + h, x : x + w] += 1
        assert np.array_equal(page[y : y + h, x : x + w, :3], np.broadcast_to(expected, (16, 16, 3)))
    assert covered.max() == 1 and np.array_equal(page[..., 3] == 255, covered == 1)


def test_mp4_is_what_players_know(tmp_path):
    av = pytest.importorskip("av")
    chosen = film(format="mp4", size=65, options={"quality": 95}, timing=Timing(frames=30, fps=30))
    path = made(tmp_path, "a.mp4", chosen, 3)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.pix_fmt, stream.average_rate) == (66, 66, "yuv420p", 30)
        shown = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(stream)]
    assert len(shown) == 30
    assert max(np.abs(a[:65, :65] - b).mean() for a, b in zip(shown, wanted_frames(chosen, 3), strict=True)) < 4


OVERLAY = {"title": "Vom Ä zum Ω", "inset": "top-left"}


@pytest.mark.parametrize("kind", WRITABLE)  # H.264 does not promise it
def test_the_side_file_makes_the_same_bytes_again(tmp_path, kind):
    chosen = film(format=kind, size=80, overlay=OVERLAY, keys=({"hold": 0.2}, {"travel": 0.3}, {}), path="spline")
    path = made(tmp_path, NAMES[kind], chosen)
    again = read_side_file(tmp_path / "a.json")
    assert again == chosen
    (tmp_path / "again").mkdir()
    assert contents(made(tmp_path / "again", NAMES[kind], again)) == contents(path)


@pytest.mark.parametrize("kind", [*WRITABLE, needs_av])
def test_progress_goes_from_nothing_to_all(tmp_path, kind):
    reports = []
    made(tmp_path, NAMES[kind], film(format=kind), progress=lambda fraction, _sentence: reports.append(fraction))
    assert reports == sorted(reports) and reports[0] < 0.1 and reports[-1] == 1


def test_long_films_take_no_more_memory_than_short_ones(tmp_path):
    for kind in ("gif", "apng", "webp", "frames"):
        peaks = []
        for count in (40, 110):
            chosen = film(format=kind, size=128, timing=Timing(frames=count))
            decoder = Drawing(channels=3)
            tracemalloc.start()
            if kind == "gif":  # picks its palette from the first frames that fit into 256 MB
                reel = make_film(tmp_path / f"{count}.gif", chosen, decoder)
                assert reel.is_file()
            else:
                make_film(tmp_path / f"{count}{'.' + kind if kind != 'frames' else ''}", chosen, decoder)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert decoder.most <= 32
        frame = 128 * 128 * 3
        assert kind == "gif" or peaks[1] - peaks[0] < 20 * frame, kind  # 70 frames more would be 70


@pytest.mark.parametrize(
    ("file", "name", "wanted"),
    [
        ("a.GIF", None, "gif"),
        ("a.png", None, "sheet"),
        ("a.png", "apng", "apng"),
        ("a.png", "sprites", "sprites"),
        ("a.gif.d", "frames", "frames"),
    ],
)
def test_the_suffix_or_the_name_chooses_the_format(tmp_path, file, name, wanted):
    assert format_for(tmp_path / file, name).name == wanted


@pytest.mark.parametrize("kind", [*WRITABLE, needs_av])
def test_the_smallest_film_there_is(tmp_path, kind):
    path = made(tmp_path, NAMES[kind], film(format=kind, size=1, timing=Timing(frames=2), options={}))
    assert path.exists()
    if kind in ("gif", "apng", "webp"):
        with Image.open(path) as image:
            assert image.size == (1, 1)


def test_the_short_way_picks_the_format_by_its_suffix(tmp_path):
    write_film(tmp_path / "a.webp", Drawing(), tmp_path, CodePath(np.array(film().stops)), Timing(frames=4), 16)
    assert len(frames_of(tmp_path / "a.webp")) == 4 and read_side_file(tmp_path / "a.json").format == "webp"

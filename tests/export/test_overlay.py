"""The title and the map on the frames of a film."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.filming import cloud
from vae_studio.export.inset import Inset
from vae_studio.export.lettering import fitted, font_for, one_line
from vae_studio.export.overlay import Overlay, overlaid
from vae_studio.export.page import Page
from vae_studio.export.title import titled

RED = np.array([228, 38, 52])


def grey(height, width, value, channels=1):
    return np.full((height, width, channels), value, np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("value", [0, 255])
def test_the_title_stands_on_paper_like_the_picture(channels, value):
    frame = grey(100, 120, value, channels)
    for place, picture in (("below", np.s_[:100]), ("above", np.s_[-100:])):
        shown = titled(frame, "Every face", place)(frame)
        assert shown.shape[1:] == (120, channels) and 110 < len(shown) < 130
        assert np.array_equal(shown[picture], frame)
        band = shown[100:] if place == "below" else shown[:-100]
        assert abs(int(np.median(band)) - value) < 20  # paper
        assert np.abs(band.astype(int) - value).max() > 150  # ink
        inked = np.flatnonzero((np.abs(band[..., 0].astype(int) - int(np.median(band))) > 60).any(axis=0))
        assert abs((inked[0] + inked[-1]) / 2 - 59.5) < 2  # in the middle


def test_no_title_is_no_band():
    frame = grey(20, 20, 0)
    assert titled(frame, " \n", "below")(frame) is frame


@given(st.text(max_size=60), st.integers(48, 300))
def test_any_text_fits(text, width):
    frame = grey(64, width, 0)
    shown = titled(frame, text, "below")(frame)
    assert shown.shape[1] == width and shown.shape[0] <= 64 + 20
    line = one_line(text)
    words, font = fitted(line, width, 12, 9)
    assert font.getlength(words) <= width
    assert words == line or words.endswith("…") or not words


def test_long_titles_get_smaller_before_they_are_cut():
    assert fitted("A title", 400, 20, 9)[0] == "A title"
    words, font = fitted("A title of some", 120, 20, 9)
    assert words == "A title of some" and 9 <= font.size < 20
    words, font = fitted("A title that is far too long to be shown", 120, 20, 9)
    assert words.endswith("…") and font.size == 9


def test_letters_beyond_english_are_drawn_where_a_font_has_them():
    font = font_for("Größe", 20)
    box = bytes(font.getmask("\U0010ffff"))
    if font.getname()[0] == font_for("e", 20).getname()[0]:
        pytest.skip("this computer has no font with more letters")
    assert all(bytes(font.getmask(letter)) != box for letter in "Größe")


def test_one_line_drops_what_cannot_be_drawn():
    assert one_line(" a\n\tb\x00\u202e  c\u0301 ") == "a b ć"


def marker(frame):
    """Return the middle of the red dot, x and y in pixels."""
    hit = (np.abs(frame.astype(int) - RED).sum(axis=2) < 60).nonzero()
    return hit[1].mean() + 0.5, hit[0].mean() + 0.5


def test_the_marker_lies_where_the_code_is():
    way = np.array([[-1, -1], [1, 1]], np.float32)
    inset = Inset(cloud(), way, "beside", (200, 200))
    frame = grey(200, 200, 9)
    ends = [np.array(marker(inset.put(frame, code)[:, 200:])) for code in way]
    half = marker(inset.put(frame, np.zeros(2, np.float32))[:, 200:])
    assert np.allclose(half, (ends[0] + ends[1]) / 2, atol=0.5)
    assert ends[0][0] < ends[1][0] and ends[0][1] > ends[1][1]  # y goes up on the map
    assert np.array_equal(inset.put(frame, way[0])[:, :200], np.broadcast_to(frame, (200, 200, 3)))


@pytest.mark.parametrize("place", ["top-left", "top-right", "bottom-left", "bottom-right"])
def test_the_map_keeps_to_its_corner(place):
    inset = Inset(cloud(), np.array([[0, 0], [9, 9]], np.float32), place, (120, 100))
    frame = grey(100, 120, 9)
    shown = inset.put(frame, np.array([9, 9], np.float32))  # far outside of all codes, and on the map all the same
    changed = (shown != frame).any(axis=2)
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    assert (rows[0] < 5) == place.startswith("top") and (rows[-1] > 94) == place.startswith("bottom")
    assert (columns[0] < 5) == place.endswith("left") and (columns[-1] > 114) == place.endswith("right")
    assert rows[0] > 0 and rows[-1] < 99 and changed.sum() < 0.2 * changed.size
    assert np.isfinite(marker(shown)).all()


def test_frames_wear_both_and_are_drawn_once_each():
    codes = np.linspace([-1, -1], [1, 1], 5).astype(np.float32)
    frames = (grey(80, 80, value) for value in range(5))
    overlay = Overlay(title="Both", inset="beside", title_place="above")
    shown = list(overlaid(frames, codes, overlay, cloud(), codes))
    assert len({frame.shape for frame in shown}) == 1 and shown[0].shape[1:] == (160, 3)
    assert [int(frame[-1, 0, 0]) for frame in shown] == list(range(5))
    assert (np.diff([marker(frame)[0] for frame in shown]) > 5).all()
    assert np.array_equal(shown[0][:10], shown[4][:10])  # the title does not change


def test_a_cloud_without_sense_still_gives_a_map():
    nothing = cloud(1)
    nothing.codes.mu[:] = np.nan
    shown = Inset(nothing, np.zeros((2, 2), np.float32), "beside", (64, 64)).put(
        grey(64, 64, 0), np.zeros(2, np.float32)
    )
    assert shown.shape == (64, 128, 3) and np.isfinite(marker(shown[:, 64:])).all()


@given(st.integers(1, 200), st.integers(1, 40), st.integers(1, 40), st.integers(0, 30), st.integers(0, 5))
def test_cells_of_a_page_never_meet(count, width, height, columns, gap):
    page = Page.of(count, (width, height), columns, gap)
    paper = page.paper((0,))
    for number in range(count):
        page.put(paper, number, paper[:height, :width] * 0 + 1)
    assert int(paper.sum()) == count * width * height
    assert paper.shape[:2] == page.size[::-1] and (not gap or not paper[:, -gap:].any())
    assert page.columns == min(columns, count) if columns else 1 <= page.columns <= count

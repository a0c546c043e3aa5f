"""Traversals on paper: every walk in its row, the most informative first, each with its name."""

import numpy as np

from tests.export.filming import Drawing, cloud
from vae_studio.export.traversal_page import draw_sheet, frames_of
from vae_studio.latent.traversal import Traversals


def walks(frames):
    return Traversals.of(cloud().codes, np.zeros(2), frames)


def test_the_sheet_has_a_row_for_each_dimension():
    walked, drawing = walks(5), Drawing(side=20)
    page = draw_sheet(walked, drawing.decode, 2.5)
    left, above = page.shape[1] - (5 * 26 + 6), page.shape[0] - (2 * 26 + 6)
    for row in range(2):
        for column, picture in enumerate(drawing.decode(walked.codes[row])):
            top, side = above + 6 + row * 26, left + 6 + column * 26
            assert np.array_equal(page[top : top + 20, side : side + 20], np.broadcast_to(picture, (20, 20, 3)))
    names = page[above:, :left]
    assert all((names[6 + row * 26 : 26 + row * 26] < 128).any() for row in range(2))
    assert (page[:above, left:] < 200).any()  # how far the ends and the middle are


def test_all_dimensions_move_there_and_back_without_a_doubled_frame():
    drawing = Drawing(side=20)
    frames = list(frames_of(walks(6), drawing.decode))
    assert len(frames) == 10 and len({frame.shape for frame in frames}) == 1
    assert all((one != other).any() for one, other in zip(frames, frames[1:] + frames[:1], strict=True))
    assert np.array_equal(frames[1], frames[-1])
    assert drawing.drawn == 10 * 2

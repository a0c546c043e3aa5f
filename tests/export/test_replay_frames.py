"""The frames of a replay."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.errors import UsageError
from vae_studio.export.map_image import draw_map
from vae_studio.export.replay_frames import Scene, Stage, extent_over, film_places, replay_frames


def scene(spread, grey=None, epoch=0.0):
    corners = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], np.float32) * spread
    pictures = None if grey is None else np.full((3, 8, 8, 1), grey, np.uint8)
    return Scene(corners, pictures, epoch, "held out 1.0 nats")


def stage(labels=True, channels=1):
    names = ("one", "two")
    given_ = np.array([0, 1, 0, 1]) if labels else None
    return Stage(given_, names, np.zeros((2, 8, 8, channels), np.uint8), np.zeros(2, np.float32), 240)


@given(st.integers(1, 60), st.integers(2, 400))
def test_the_film_runs_from_the_first_scene_to_the_last_and_rests_there(scenes, frames):
    places = film_places(scenes, frames)
    assert len(places) == frames
    assert (places[0], places[-1]) == (0 if frames > 2 else places[0], scenes - 1)
    assert (np.diff(places) >= 0).all()


def test_frames_are_of_one_size_and_change():
    scenes = [scene(1, None), scene(2, 40, 1.0), scene(3, 200, 2.0)]
    frames = list(replay_frames(scenes, stage(), film_places(3, 9)))
    assert {frame.shape for frame in frames} == {(stage().height, stage().width, 3)}
    assert all((one != other).any() for one, other in pairwise(frames[:8]))


def test_points_glide_along_straight_lines():
    scenes = [scene(1), scene(3)]
    (half,) = replay_frames(scenes, stage(), np.array([0.5]))
    wanted = draw_map(scene(2).xy, stage().labels, stage().label_names, None, extent_over(scenes), 240, legend=False)
    np.testing.assert_array_equal(half[:240, :240], wanted)


def test_pictures_fade_and_appear_once_they_are_known():
    place = (slice(20, 90), slice(260, 320))  # within the picture at the marker
    greys = [
        frame[place].mean()
        for frame in replay_frames([scene(1), scene(1, 40), scene(1, 200)], stage(), np.array([0.0, 1.0, 1.5, 2.0]))
    ]
    assert greys == [250, 40, 120, 200]


def test_a_wild_moment_does_not_shrink_all_others():
    calm = [scene(1), scene(1.1), scene(1.2)]
    assert extent_over([scene(50), *calm]) == pytest.approx(extent_over(calm), rel=0.1)
    shrunken = extent_over([scene(4), scene(4), scene(4), scene(1)])
    assert shrunken[1] - shrunken[0] >= 8, "most of the film would lie outside"


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("labels", [True, False])
def test_it_needs_no_labels_and_shows_colours(channels, labels):
    one = Scene(scene(1).xy, np.zeros((3, 8, 8, channels), np.uint8), 12.0, "")
    (frame,) = replay_frames([one], stage(labels, channels), np.array([0.0]))
    assert frame.dtype == np.uint8


def test_without_a_scene_there_is_no_film():
    with pytest.raises(UsageError, match="no moment to show"):
        next(replay_frames([], stage(), np.array([0.0])))

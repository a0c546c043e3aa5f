"""The side file is enough to make the film again."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from vae_studio import __version__
from vae_studio.errors import UsageError
from vae_studio.export.side_file import Film, read_side_file, side_file_bytes, side_file_of
from vae_studio.latent.path import Path as CodePath
from vae_studio.latent.text import parse_code
from vae_studio.latent.timing import Timing

timing = Timing(frames=90, fps=20, easing="smooth", pace="pictures", hold=0.5, cycle="loop")
stops = np.array([[-0.1, 1 / 3], [2, -1e-7], [0.7, 0.9]], np.float32)


def test_a_film_reads_back_exactly(tmp_path):
    film = Film.of(Path("runs/my run"), CodePath(stops, "spline", closed=True), timing, 256, "nearest")
    side = side_file_of(tmp_path / "morph.gif")
    assert side == tmp_path / "morph.json"
    side.write_bytes(side_file_bytes(tmp_path / "morph.gif", film))
    again = read_side_file(side)
    assert again == film and again.version == __version__
    assert np.array_equal(again.code_path().stops, stops)
    assert (again.code_path().kind, again.code_path().closed) == ("spline", True)


def test_the_command_line_names_everything(tmp_path):
    film = Film.of(Path("runs/my run"), CodePath(stops, "slerp", closed=True), timing, 256)
    words = shlex.split(json.loads(side_file_bytes(tmp_path / "morph.gif", film))["command"])
    assert words[:3] == ["vae-studio", "morph", "runs/my run"]
    assert words[-2:] == ["-o", str(tmp_path / "morph.gif")]
    options = dict(word.removeprefix("--").partition("=")[::2] for word in words[3:-2])
    for name, stop in zip(("from", "via", "to"), stops, strict=True):
        assert np.array_equal(parse_code(options.pop(name), 2), stop)
    assert options == {
        "path": "slerp",
        "frames": "90",
        "fps": "20",
        "size": "256",
        "loop": "",
        "easing": "smooth",
        "pace": "pictures",
        "hold": "0.5",
    }


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"run": "a", "stops": [[1], [NaN]]}', '{"run": "a", "stops": [[1]]}', "\0"]
)
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(UsageError, match="does not say how a film was made"):
        read_side_file(tmp_path / "a.json")
    with pytest.raises(UsageError, match="could not be read"):
        read_side_file(tmp_path / "b.json")


def test_stops_of_unequal_length_are_refused():
    with pytest.raises(UsageError, match="Stop 2"):
        Film(run="a", stops=((0.0,), (0.0, 1.0))).code_path()

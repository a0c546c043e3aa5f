"""Films from the command line: formats, key frames, titles, maps, and the same film again."""

import json
import shlex
import shutil

import pytest
from PIL import Image

from tests.cli.calling import call
from vae_studio.export.side_file import read_side_file

SHORT = ["--from", "#1", "--to", "-1,0.5", "--frames", "8", "--size", "64"]
FILES = {
    "gif": "Ümlaut.gif",
    "apng": "a b.apng",
    "webp": "a.webp",
    "frames": "frames",
    "sheet": "a.png",
    "sprites": "b.png",
}


def contents(path):
    return {one.name: one.read_bytes() for one in path.iterdir()} if path.is_dir() else path.read_bytes()


def remove(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("kind", FILES)
def test_the_side_file_and_its_command_both_make_the_same_bytes_again(run, tmp_path, kind):
    path = tmp_path / FILES[kind]
    more = ["--via", "0,0", "--hold", "0.1,0.2,0", "--travel", ",0.3", "--title", "Größe: 'klein'", "--inset", "beside"]
    more += ["--path", "spline", "--easing", "smooth", "--pace", "pictures", "--frames", "20"]
    more += ["--format", kind]
    more += {"webp": ["--set", "quality=40"], "sprites": ["--set", "gap=1"]}.get(kind, [])
    result = call("morph", run, *SHORT, *more, "-o", path)
    assert result.code == 0 and "20 frames" in result.out, result.err
    before, told = contents(path), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert told["run"] == str(run) and told["stops"][1:] == [[0, 0], [-1, 0.5]] and told["format"] == kind
    (tmp_path / "again").mkdir()
    again = tmp_path / "again" / FILES[kind]
    assert call("film", path.with_suffix(".json"), "-o", again).code == 0
    assert contents(again) == before
    remove(path)
    program, *words = shlex.split(told["command"])
    assert program == "vae-studio" and call(*words).code == 0
    assert contents(path) == before


def test_a_film_in_another_format(run, tmp_path):
    assert call("morph", run, *SHORT, "--fps", "30", "-o", tmp_path / "a.gif").code == 0
    result = call("film", tmp_path / "a.json", "-o", tmp_path / "b.webp")
    assert result.code == 0 and "8 frames at 30 frames per second, 0.2667 s" in result.out
    with Image.open(tmp_path / "b.webp") as image:
        shown = 0
        for number in range(image.n_frames):  # Pillow makes equal neighbours one frame that is shown for longer
            image.seek(number)
            image.load()
            shown += image.info["duration"]
    assert shown == pytest.approx(267, abs=4)
    assert read_side_file(tmp_path / "b.json").format == "webp"
    assert call("film", tmp_path / "b.json", "-o", tmp_path / "c", "--format", "frames").code == 0
    assert len(list((tmp_path / "c").iterdir())) == 8


def test_times_of_their_own(run, tmp_path):
    words = ["--from", "1,1", "--via", "0,0", "--to", "-1,0.5", "--fps", "10", "--size", "0"]
    result = call("morph", run, *words, "--hold", "0.5,,1", "--travel", "0.4", "-o", tmp_path / "a.gif")
    assert result.code == 0 and "22 frames at 10 frames per second, 2.2 s" in result.out  # 5 + 3 + 1 + 3 + 10


def test_rests_that_find_no_room_are_said(run, tmp_path):
    words = ["--from", "1,1", "--to", "-1,0.5", "--fps", "10", "--size", "0", "--hold", "1"]
    few = call("morph", run, *words, "--frames", "12", "-o", tmp_path / "a.gif")
    assert few.code == 0 and "too few frames for these rests" in few.err
    enough = call("morph", run, *words, "--frames", "30", "-o", tmp_path / "b.gif")
    assert enough.code == 0 and enough.err == ""


def test_a_run_that_has_moved_or_changed_is_said(run, tmp_path):
    mine = tmp_path / "run"
    shutil.copytree(run, mine)
    assert call("morph", mine, *SHORT, "-o", tmp_path / "a.gif").code == 0
    before = contents(tmp_path / "a.gif")
    shutil.move(mine, tmp_path / "moved")
    result = call("film", tmp_path / "a.json", "-o", tmp_path / "b.gif")
    assert result.code == 1
    assert (
        result.err == f"vae-studio: The run of this film is not at {mine} any more; say where it is now with --run.\n"
    )
    moved = ["film", tmp_path / "a.json", "--run", tmp_path / "moved", "-o", tmp_path / "b.gif"]
    assert call(*moved).code == 0 and contents(tmp_path / "b.gif") == before
    assert read_side_file(tmp_path / "b.json").run == str(tmp_path / "moved")
    assert call("resume", tmp_path / "moved", "--epochs", 3, "--device", "cpu").code == 0
    (tmp_path / "b.gif").unlink()
    result = call(*moved)
    assert result.code == 1 and "was changed since this film was made, so it would be another film; " in result.err
    assert not (tmp_path / "b.gif").exists()
    assert call(*moved, "--force").code == 0 and contents(tmp_path / "b.gif") != before


BAD = {
    "morph RUN --from 0,0 --to 1,1 -o a": (2, "or --format frames makes it a folder."),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --format webp": (2, "it has to end in .webp."),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --format gfi": (2, "There is no film format called 'gfi'; did you mean"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --set quality=3": (2, "GIF has no option 'quality'; it has none."),
    "morph RUN --from 0,0 --to 1,1 -o a.webp --set quality=300": (2, "The option quality cannot be 300: it must be"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --frames 0": (2, "--frames cannot be 0: it must be greater than or"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --frames 10001": (2, "--frames cannot be 10001: it must be less than or"),
    "morph RUN --from 0,0 --to 1,1 -o a.png --frames 10000": (2, "are too many for one sheet; ask for fewer frames"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --size 8192": (2, "'--size': it must be less than or equal to 4096"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --size -1": (2, "Invalid value for '--size'"),
    "morph RUN --from 0,0 -o a.gif": (2, "Missing option '--to'"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --hold 1,2,3": (2, "--hold has 3 times, but there are 2 stops; give one"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --travel 1,2": (2, "--travel has 2 times, but there is one way; give one"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --travel 0": (2, "--travel cannot be 0.0: it must be greater than 0."),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --travel 600 --fps 50": (2, "make 30,001 frames, more than 10,000"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --hold 1,soon": (
        2,
        "--hold cannot be '1,soon': write seconds, with commas",
    ),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --hold 1,inf": (2, "--hold cannot be inf: it must be "),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --size 32 --title x": (2, "A title needs frames at least 48 pixels wide"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --size 1 --inset beside": (2, "A map needs frames at least 64 pixels wide"),
    "morph RUN --from 0,0 --to 1,1 -o a.gif --inset middle": (2, "'middle' is not one of 'none', 'top-left'"),
    "morph RUN --from 0,0 --to 1,1 -o none/a --format frames": (1, "/none does not exist; create it or choose another"),
    "traverse RUN -o a.txt": (2, "'a.txt' cannot be the name of this file; it has to end in .gif, "),
    "traverse RUN -o a --format frames": (2, "A traversal is saved as a sheet (.png) or a film (.gif, .apng, .webp or"),
    "traverse RUN --from 1,2,3 -o a.png": (2, "A code of this model has 2 numbers, but '1,2,3' has 3"),
    "traverse RUN --frames 1 -o a.png": (2, "'--frames': it must be greater than or equal to 2"),
    "traverse RUN --frames 10000 --size 1024 -o a.png": (2, "are too many for one sheet; ask for fewer frames"),
    "morph RUN --from 0,0 --to 1,1 -o / --format frames": (2, "/ has no name of its own; give the film one."),
    "morph RUN --from 0,0 --to 1,1 -o . --format frames": (2, ". has no name of its own; give the film one."),
    "film a.json -o a.gif": (
        2,
        "a.json could not be read (No such file or directory); choose the .json beside a film.",
    ),
    "film RUN/manifest.json -o a.gif": (2, "manifest.json does not say how a film was made; choose the .json beside"),
}


@pytest.mark.parametrize("line", BAD)
def test_one_sentence_and_nothing_left(line, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call(*(word.replace("RUN", str(run)) for word in line.split()))
    code, sentence = BAD[line]
    assert (result.code, sentence in result.err) == (code, True), result.err
    assert result.err.startswith("vae-studio: ") and result.err.count("\n") == 1 and result.out == ""
    assert list(tmp_path.iterdir()) == []


def test_traversals_as_a_sheet_and_as_a_film(run, tmp_path):
    result = call("traverse", run, "-o", tmp_path / "a.png", "--frames", "5", "--size", "24")
    assert result.code == 0 and "2 dimensions, the most informative is z" in result.out, result.err
    assert "is z0" not in result.out, "dimensions count from 1, as in the window"
    with Image.open(tmp_path / "a.png") as image:
        assert image.width > 5 * 24 and 2 * 24 < image.height < 2 * 24 + 60
    assert call("traverse", run, "-o", tmp_path / "b.png", "--from", "#3", "--dims", "1", "--size", "24").code == 0
    with Image.open(tmp_path / "b.png") as image:
        assert image.width > 9 * 24 and image.height < 2 * 24 + 60
    result = call("traverse", run, "-o", tmp_path / "c.gif", "--frames", "10", "--fps", "20")
    assert result.code == 0, result.err
    with Image.open(tmp_path / "c.gif") as image:
        assert (image.n_frames, image.info["duration"]) == (10, 50)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png", "c.gif"]


WRONG = {
    "stops": [[[], []], [[1e300, 0], [0, 0]], [[0, 0]], [["a", 0], [0, 0]]],
    "keys": [[{"hold": 1}], [{"hold": -1}, {}], [{"travel": 0}, {}]],
    "timing": [{"fps": 99}, {"frames": 10_001}],
    "size": [-1, 5000],
    "overlay": [{"inset": "middle"}, {"title": "x" * 501}],
    "path": ["slurp"],
    "format": ["avi"],
    "options": [{"quality": 1}],
    "run": ["", "/", "\0", "nowhere"],
    "run_sha256": ["x", "0" * 64],
    "resampling": ["best"],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_side_file_with_something_wrong_in_it_is_one_sentence(run, tmp_path, name):
    assert call("morph", run, *SHORT, "-o", tmp_path / "a.gif").code == 0
    told = json.loads((tmp_path / "a.json").read_text())
    for value in WRONG[name]:
        (tmp_path / "b.json").write_text(json.dumps({**told, name: value}))
        result = call("film", tmp_path / "b.json", "-o", tmp_path / "c.gif")
        assert result.code in (1, 2) and "should not have happened" not in result.err, value
        assert result.err.startswith("vae-studio: ") and result.err.count("\n") == 1, value
        assert not (tmp_path / "c.gif").exists() and not (tmp_path / "c.json").exists()


def test_a_code_of_another_run_is_refused(run, tmp_path):
    assert call("morph", run, *SHORT, "-o", tmp_path / "a.gif").code == 0
    told = json.loads((tmp_path / "a.json").read_text())
    told["stops"] = [[1, 2, 3], [0, 0, 0]]
    (tmp_path / "b.json").write_text(json.dumps(told))
    result = call("film", tmp_path / "b.json", "-o", tmp_path / "c.gif")
    assert (result.code, result.err) == (2, "vae-studio: A code of this run has 2 numbers, not 3.\n")
    assert not (tmp_path / "c.gif").exists()


def test_a_run_without_saved_codes_still_has_a_map(run, tmp_path):
    stopped = tmp_path / "run"
    shutil.copytree(run, stopped)
    manifest = json.loads((stopped / "manifest.json").read_text())
    del manifest["files"]["codes"]
    from vae_studio.runs.store import _checksum

    manifest["checksum"] = _checksum(manifest)
    (stopped / "manifest.json").write_text(json.dumps(manifest))
    for path, name in ((run, "a"), (stopped, "b")):
        assert call("morph", path, *SHORT, "--inset", "beside", "-o", tmp_path / f"{name}.apng").code == 0
    assert contents(tmp_path / "a.apng") == contents(tmp_path / "b.apng")  # encoded anew, the same

"""A film that is cancelled, finds no room or something in its way, or cannot be made: nothing half done is left."""

import errno
import io
import os
import sys

import pytest

from tests.export.filming import NAMES, WRITABLE, Drawing, contents, film, made, needs_av
from vae_studio.errors import CancelledError, ExportError, UsageError
from vae_studio.export.film import make_film
from vae_studio.export.film_formats import film_format, format_for
from vae_studio.export.reel import Reel
from vae_studio.latent.timing import Timing


def test_mp4_without_its_package_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(
        ExportError, match=r'^MP4 needs the package av; install it with: pip install "vae-studio\[video\]"$'
    ):
        made(tmp_path, "a.mp4", film(format="mp4"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [*WRITABLE, needs_av])
def test_a_cancel_at_any_frame_leaves_nothing(tmp_path, kind):
    for wanted in (0, 1, 7, 11):
        reports = []

        def cancel(fraction, sentence, wanted=wanted, reports=reports):
            reports.append(fraction)
            if len(reports) > wanted:
                raise CancelledError("Cancelled.")

        with pytest.raises(CancelledError):
            made(tmp_path, NAMES[kind], film(format=kind), progress=cancel)
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [*WRITABLE, needs_av])
def test_a_cancel_keeps_the_film_that_was_there(tmp_path, kind):
    path = made(tmp_path, NAMES[kind], film(format=kind))
    before, side = contents(path), contents(tmp_path / "a.json")

    def cancel(fraction, _sentence):
        if fraction > 0.5:
            raise CancelledError("Cancelled.")

    other = film(format=kind, stops=((0.0, 0.0), (2.0, 2.0)))
    with pytest.raises(CancelledError):
        made(tmp_path, NAMES[kind], other, progress=cancel)
    assert contents(path) == before and contents(tmp_path / "a.json") == side and len(list(tmp_path.iterdir())) == 2
    assert contents(made(tmp_path, NAMES[kind], other)) != before  # without a cancel it is replaced


class FullDisk(io.FileIO):
    """A file on a disk that has room for so many bytes more, shared by all files."""

    room = 0

    def write(self, content):
        FullDisk.room -= len(content)
        if FullDisk.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(content)


@pytest.mark.parametrize("kind", [*WRITABLE, needs_av])
def test_a_disk_that_fills_up_keeps_the_old_film(tmp_path, monkeypatch, kind):
    path = made(tmp_path, NAMES[kind], film(format=kind))
    before, side = contents(path), contents(tmp_path / "a.json")
    total = len(side) + (sum(map(len, before.values())) if path.is_dir() else len(before))
    plain_open = io.open

    def opened(file, mode="r", *words, **values):
        return (
            FullDisk(file, mode.replace("b", "")) if mode in ("xb", "w+b") else plain_open(file, mode, *words, **values)
        )

    for room in (0, 100, total // 2, total - 40):
        FullDisk.room = room
        with monkeypatch.context() as patch:
            patch.setattr(io, "open", opened)  # what pathlib calls
            patch.setattr("builtins.open", opened)  # what Pillow calls
            with pytest.raises(ExportError, match=r"The disk is full, so .* was not written; free some space"):
                made(tmp_path, NAMES[kind], film(format=kind))
        assert contents(path) == before and contents(tmp_path / "a.json") == side
        assert len(list(tmp_path.iterdir())) == 2


def test_what_is_in_the_way_is_not_overwritten(tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text('{"my": "data"}')
    with pytest.raises(
        UsageError, match=r"a\.json is there already and is no side file of a film; give the film another"
    ):
        made(tmp_path, "a.gif")
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "frame-0001.png").write_bytes(b"")
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"")
    with pytest.raises(ExportError, match="photos is a folder with other files in it; give the name of a new one"):
        made(tmp_path, "photos", film(format="frames"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match="file is a file; give the name of a new folder"):
        made(tmp_path, "file", film(format="frames"))
    with pytest.raises(ExportError, match=r"The folder .*nowhere does not exist"):
        made(tmp_path / "nowhere", "a", film(format="frames"))
    assert len(list((tmp_path / "photos").iterdir())) == 2
    made(tmp_path, "old", film(format="frames"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda _path, _mode: False)
        with pytest.raises(ExportError, match="old may not be written; choose another folder"):
            made(tmp_path, "old", film(format="frames", timing=Timing(frames=2)))
    assert len(list((tmp_path / "old").iterdir())) == 12


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_closed_folder_is_named(tmp_path):
    tmp_path.chmod(0o500)
    for kind in WRITABLE:
        with pytest.raises(ExportError, match="may not be written; choose another folder or change its permissions"):
            made(tmp_path, NAMES[kind], film(format=kind))


def test_frames_of_another_film_are_replaced_as_a_whole(tmp_path):
    made(tmp_path, "a", film(format="frames"))
    made(tmp_path, "a", film(format="frames", timing=Timing(frames=5)))
    assert len(list((tmp_path / "a").iterdir())) == 5 and len(list(tmp_path.iterdir())) == 2


def test_formats_that_do_not_fit_are_said(tmp_path):
    with pytest.raises(
        UsageError, match=r"'a' cannot be .* end in \.gif, \.apng, \.webp, \.mp4 or \.png, or --format frames"
    ):
        format_for(tmp_path / "a")
    with pytest.raises(UsageError, match=r"'a\.gif' cannot be .* end in \.apng or \.png\."):
        format_for(tmp_path / "a.gif", "apng")
    with pytest.raises(UsageError, match="There is no film format called 'avi'"):
        format_for(tmp_path / "a.avi", "avi")
    with pytest.raises(UsageError, match="WebP has no option 'speed'; it has lossless, quality"):
        film_format("webp").chosen({"speed": 1})
    with pytest.raises(UsageError, match="The option quality cannot be 101: it must be less than or equal to 100"):
        film_format("webp").chosen({"quality": 101})
    with pytest.raises(UsageError, match="GIF has no option 'quality'; it has none"):
        film_format("gif").chosen({"quality": 1})


def test_what_cannot_be_drawn_is_said(tmp_path):
    with pytest.raises(UsageError, match="There is no frame to write"):
        Reel.of(iter([]), 0, 25)
    for kind in ("sheet", "sprites"):
        with pytest.raises(UsageError, match=r"10,000 frames of 256 x 2[0-9]+ pixels are too many for one sheet"):
            made(tmp_path, "a.png", film(format=kind, size=256, timing=Timing(frames=10_000)))
    with pytest.raises(UsageError, match="at least 48 pixels wide, but these have 16"):
        made(tmp_path, "a.gif", film(overlay={"title": "No room"}))
    with pytest.raises(UsageError, match="at least 64 pixels wide and high, but these have 16 x 16"):
        made(tmp_path, "a.gif", film(overlay={"inset": "beside"}))
    with pytest.raises(UsageError, match="the codes of this run are not known; leave the map out"):
        make_film(tmp_path / "a.gif", film(size=64, overlay={"inset": "beside"}), Drawing())
    assert list(tmp_path.iterdir()) == []

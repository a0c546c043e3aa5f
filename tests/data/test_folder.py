"""Folders of pictures of every kind, sound and broken."""

import os
import sys

import numpy as np
import pytest
from PIL import Image, ImageOps

from vae_studio.data.folder import open_folder
from vae_studio.data.options import DataOptions
from vae_studio.data.picture_file import MOST_PIXELS, UnreadableError, read_picture
from vae_studio.errors import CancelledError, DataError

OPTIONS = DataOptions(source="folder")
RED, GREEN, BLUE = (200, 30, 20), (20, 180, 40), (10, 40, 220)


def plain(path, colour=RED, size=(8, 8), mode="RGB", **save):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).convert(mode).save(path, **save)


def test_sub_folders_are_labels_in_natural_order(tmp_path) -> None:
    for name in ("cat/10.png", "cat/9.png", "cat/deep/1.png", "Dog/a.png", ".hidden/x.png", "dog2/.y.png"):
        plain(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    images = open_folder(tmp_path, OPTIONS)
    assert images.names == ("cat/9.png", "cat/10.png", "cat/deep/1.png", "Dog/a.png")
    assert [images.label_of(i) for i in range(4)] == ["cat", "cat", "cat", "Dog"]
    assert images.pictures.shape == (4, 8, 8, 3)
    assert not images.skipped


def test_one_folder_has_no_labels(tmp_path) -> None:
    plain(tmp_path / "b.png", BLUE)
    plain(tmp_path / "a.png")
    images = open_folder(tmp_path, OPTIONS)
    assert images.labels is None
    assert images.names == ("a.png", "b.png")
    assert images.pictures[:, 0, 0].tolist() == [list(RED), list(BLUE)]


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.gif", "a.webp", "a.tiff", "A.PNG", "b.jpeg"])
def test_formats(tmp_path, name: str) -> None:
    plain(tmp_path / name, (120, 120, 120))
    images = open_folder(tmp_path, OPTIONS)
    assert images.shape == (8, 8, 1)
    assert abs(int(images.pictures.mean()) - 120) <= 2


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I", "I;16", "F"])
def test_modes(tmp_path, mode: str) -> None:
    levels = np.where(np.arange(64).reshape(8, 8) % 2 == 0, 0, 255).astype(np.uint8)
    image = Image.fromarray(levels)
    if mode == "I;16":
        image = Image.fromarray(levels.astype(np.uint16) * 257)
    elif mode != "L":
        image = image.convert(mode)
    image.save(tmp_path / "a.tiff")
    pictures = open_folder(tmp_path, DataOptions(source="x", channels="grey")).pictures
    assert np.abs(pictures[0, :, :, 0].astype(int) - levels).max() <= 2


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_sixteen_bits_are_scaled_not_cut(tmp_path, suffix: str) -> None:
    levels = (np.arange(64, dtype=np.uint32) * 65535 // 63).astype(np.uint16).reshape(8, 8)
    Image.fromarray(levels).save(tmp_path / f"a.{suffix}")
    picture = read_picture(tmp_path / f"a.{suffix}", 8, 1)
    np.testing.assert_array_equal(picture[..., 0], np.rint(levels / 257).astype(np.uint8))


def test_floats_of_any_range(tmp_path) -> None:
    for number, top in enumerate((1.0, 255.0, 65535.0)):
        levels = np.linspace(0, top, 64, dtype=np.float32).reshape(8, 8)
        Image.fromarray(levels).save(tmp_path / f"{number}.tiff")
    pictures = open_folder(tmp_path, OPTIONS).pictures
    np.testing.assert_array_equal(pictures[0], pictures[1])
    np.testing.assert_array_equal(pictures[0], pictures[2])
    Image.fromarray(np.full((8, 8), np.nan, np.float32)).save(tmp_path / "3.tiff")
    assert "not finite" in open_folder(tmp_path, OPTIONS).skipped[0].reason


def test_transparency_lies_on_white(tmp_path) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.png")
    Image.new("RGBA", (8, 8), (255, 0, 0, 128)).save(tmp_path / "b.png")
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.save(tmp_path / "c.png", transparency=0)
    pictures = open_folder(tmp_path, OPTIONS).pictures
    assert pictures[:, 4, 4].tolist() == [[255, 255, 255], [255, 127, 127], [255, 255, 255]]


def test_exif_turns_the_picture(tmp_path) -> None:
    image = Image.new("L", (16, 8), 0)
    image.paste(255, (0, 0, 8, 8))  # white on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise: white comes to the top
    image.save(tmp_path / "a.jpg", exif=exif, quality=95)
    picture = open_folder(tmp_path, DataOptions(source="x", size=16, fit="stretch")).pictures[0, :, :, 0]
    assert picture[:6].min() > 200
    assert picture[10:].max() < 50
    Image.new("L", (8, 16), 9).save(tmp_path / "b.jpg")
    assert open_folder(tmp_path, OPTIONS).shape == (8, 8, 1)  # both are 8 wide and 16 high as one looks at them


def test_sizes(tmp_path) -> None:
    plain(tmp_path / "a.png", size=(128, 128))
    assert open_folder(tmp_path, OPTIONS).shape == (128, 128, 3)
    plain(tmp_path / "b.png", size=(100, 128))
    assert open_folder(tmp_path, OPTIONS).shape == (64, 64, 3)
    assert open_folder(tmp_path, DataOptions(source="x", size=20)).shape == (20, 20, 3)
    (tmp_path / "a.png").unlink()
    assert open_folder(tmp_path, OPTIONS).shape == (100, 100, 3)
    plain(tmp_path / "b.png", size=(300, 300))
    assert open_folder(tmp_path, OPTIONS).shape == (64, 64, 3)


@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_fit(tmp_path, fit: str) -> None:
    image = Image.new("RGB", (30, 10), RED)
    image.paste(GREEN, (10, 0, 20, 10))
    image.save(tmp_path / "a.png")
    picture = open_folder(tmp_path, DataOptions(source="x", fit=fit, size=30)).pictures[0]
    middle, side, corner = (picture[y, x].tolist() for y, x in ((15, 15), (15, 2), (2, 15)))
    assert middle == list(GREEN)
    assert side == list(GREEN if fit == "crop" else RED)
    assert corner == list(RED if fit == "pad" else GREEN)


def test_grey_only_when_all_are_grey(tmp_path) -> None:
    plain(tmp_path / "a.png", (7, 7, 7), mode="L")
    plain(tmp_path / "b.png", (9, 9, 9))
    assert open_folder(tmp_path, OPTIONS).shape[2] == 1
    assert open_folder(tmp_path, DataOptions(source="x", channels="colour")).shape[2] == 3
    plain(tmp_path / "c.png", RED)
    assert open_folder(tmp_path, OPTIONS).shape[2] == 3
    assert open_folder(tmp_path, DataOptions(source="x", channels="grey")).shape[2] == 1


def broken_files(folder) -> set[str]:
    """Write pictures broken in many ways; return their names."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
    before = set(folder.iterdir())
    for suffix in ("png", "jpg", "gif", "webp", "tiff", "bmp"):
        noise.save(folder / f"cut.{suffix}")
        content = (folder / f"cut.{suffix}").read_bytes()
        (folder / f"cut.{suffix}").write_bytes(content[: len(content) // 2])
        (folder / f"head.{suffix}").write_bytes(content[:12])
    (folder / "empty.png").touch()
    (folder / "text.jpg").write_text("I am not a picture.")
    (folder / "folder.png").mkdir()
    (folder / "script.gif").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n")
    noise.save(folder / "other.ppm")
    (folder / "other.ppm").rename(folder / "ppm.png")  # a format that is not allowed
    huge = Image.new("1", (10_000, MOST_PIXELS // 10_000 + 1))
    huge.save(folder / "bomb.png")
    return {path.name for path in set(folder.iterdir()) - before if path.is_file()}


def test_broken_files_are_skipped_and_listed(tmp_path) -> None:
    broken = broken_files(tmp_path)
    plain(tmp_path / "good.png")
    images = open_folder(tmp_path, DataOptions(source="x", size=16))
    assert images.names == ("good.png",)
    assert {file.name for file in images.skipped} == broken
    assert all(0 < len(file.reason) < 100 for file in images.skipped)
    reasons = {file.name: file.reason for file in images.skipped}
    assert reasons["empty.png"] == "the file is empty"
    assert "too many" in reasons["bomb.png"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read every file")
def test_forbidden_files_are_skipped(tmp_path) -> None:
    plain(tmp_path / "good.png")
    plain(tmp_path / "shut.png")
    (tmp_path / "shut.png").chmod(0)
    assert "may not be read" in open_folder(tmp_path, OPTIONS).skipped[0].reason


def test_folders_without_pictures(tmp_path) -> None:
    with pytest.raises(DataError, match="is empty"):
        open_folder(tmp_path, OPTIONS)
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.svg").touch()
    with pytest.raises(DataError, match="2 files but no picture"):
        open_folder(tmp_path, OPTIONS)
    (tmp_path / "c.png").touch()
    with pytest.raises(DataError, match=r"The only picture .* cannot be used .*the file is empty"):
        open_folder(tmp_path, OPTIONS)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_loops_of_links_end(tmp_path) -> None:
    plain(tmp_path / "a" / "x.png")
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    images = open_folder(tmp_path, OPTIONS)
    assert images.names == ("a/x.png",)
    assert [file.name for file in images.skipped] == ["gone.png"]


def test_limit_spreads_over_the_folder(tmp_path) -> None:
    for number in range(10):
        plain(tmp_path / f"{number}.png", (number, 0, 0))
    assert open_folder(tmp_path, DataOptions(source="x", limit=3)).names == ("0.png", "3.png", "6.png")


def test_reading_can_be_cancelled(tmp_path) -> None:
    plain(tmp_path / "a.png")

    def stop(fraction: float, _sentence: str) -> None:
        if fraction >= 0:
            raise CancelledError("Stopped.")

    with pytest.raises(CancelledError):
        open_folder(tmp_path, OPTIONS, stop)


def test_one_picture_that_is_missing(tmp_path) -> None:
    with pytest.raises(UnreadableError, match="there is no such file"):
        read_picture(tmp_path / "a.png", 8, 3)


def test_large_pictures_are_shrunk_in_strips_to_the_same_picture(tmp_path) -> None:
    y, x = np.mgrid[0:1500, 0:2100].astype(np.float32)
    levels = np.stack([x / 2100 * 255, y / 1500 * 255, 128 + 0 * x, 255 - x / 2100 * 200], axis=2).astype(np.uint8)
    Image.fromarray(levels).save(tmp_path / "a.png", compress_level=1)
    alpha = levels[..., 3:] / 255.0
    flat = Image.fromarray(np.rint(levels[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8))
    wanted = np.asarray(flat.crop((300, 0, 1800, 1500)).resize((32, 32), Image.Resampling.LANCZOS))
    assert np.abs(read_picture(tmp_path / "a.png", 32, 3).astype(int) - wanted).max() <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_turn_is_pillows(tmp_path, orientation: int) -> None:
    image = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8) * 4)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as saved:
        wanted = np.asarray(ImageOps.exif_transpose(saved))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png", 8, 1)[..., 0], wanted)

"""An opened folder is kept, and what is kept is never wrong."""

import os
import time

import numpy as np
import pytest
from PIL import Image

from vae_studio.data import folder_cache
from vae_studio.data.folder import open_folder
from vae_studio.data.folder_reader import FolderReader
from vae_studio.data.options import DataOptions

OPTIONS = DataOptions(source="folder")
LONG_AGO = 1_000_000_000


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(folder_cache.PLACE, str(tmp_path / "cache"))
    monkeypatch.setattr(folder_cache, "_FEWEST", 1)
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path):
    for number in range(6):
        save(tmp_path / "pictures" / "ab"[number % 2] / f"{number}.png", number)
    (tmp_path / "pictures" / "broken.png").write_bytes(b"no picture")
    os.utime(tmp_path / "pictures" / "broken.png", (LONG_AGO, LONG_AGO))
    return tmp_path / "pictures"


@pytest.fixture
def reads(monkeypatch):
    counted = []
    read = FolderReader.read
    monkeypatch.setattr(FolderReader, "read", lambda self: counted.append(1) or read(self))
    return counted


def save(path, level, when=LONG_AGO):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8), level).save(path)
    os.utime(path, (when, when))


def same(first, second):
    assert np.array_equal(first.pictures, second.pictures) and np.array_equal(first.labels, second.labels)
    told = ("name", "names", "label_names", "skipped", "held_out_from", "fingerprint")
    assert all(getattr(first, key) == getattr(second, key) for key in told)


def test_the_second_time_no_file_is_read(folder, cache, reads):
    first = open_folder(folder, OPTIONS)
    same(first, open_folder(folder, OPTIONS))
    assert len(reads) == 1 and len(first.skipped) == 1
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("mapped_from", [0, 1 << 30])
def test_kept_pictures_are_mapped_when_large(folder, cache, monkeypatch, mapped_from):
    first = open_folder(folder, OPTIONS)
    monkeypatch.setattr("vae_studio.data.mapping.MAPPED_FROM", mapped_from)
    again = open_folder(folder, OPTIONS)
    same(first, again)
    assert isinstance(again.pictures.base, np.memmap) is (mapped_from == 0)


@pytest.mark.parametrize("change", ["edited", "added", "removed", "renamed", "touched"])
def test_every_change_is_noticed(folder, cache, reads, change):
    open_folder(folder, OPTIONS)
    if change == "edited":
        save(folder / "a" / "0.png", 99)  # the same number of bytes, the same time
    elif change == "added":
        save(folder / "b" / "7.png", 7)
    elif change == "removed":
        (folder / "a" / "0.png").unlink()
    elif change == "renamed":
        (folder / "a" / "0.png").rename(folder / "b" / "0.png")
    else:
        os.utime(folder / "a" / "0.png", (LONG_AGO + 9, LONG_AGO + 9))
    again = open_folder(folder, OPTIONS)
    assert len(reads) == 2
    if change == "edited":
        assert again.pictures[again.names.index("a/0.png")].max() == 99
    assert len(list(cache.iterdir())) == 1, "what was kept before is written over"


def test_other_wishes_are_read_anew(folder, cache, reads):
    for options in (OPTIONS, *(DataOptions(source="x", **more) for more in ({"size": 4}, {"limit": 2}))):
        shape = open_folder(folder, options).pictures.shape
        assert open_folder(folder, options).pictures.shape == shape
    assert len(reads) == 3


@pytest.mark.parametrize("at", [0, 3, 25, 60, -200, -1])
def test_a_broken_cache_is_ignored(folder, cache, reads, at):
    first = open_folder(folder, OPTIONS)
    (file,) = cache.iterdir()
    content = bytearray(file.read_bytes())
    content[at] ^= 0x55
    file.write_bytes(content)
    same(first, open_folder(folder, OPTIONS))
    assert len(reads) == 2
    same(first, open_folder(folder, OPTIONS))
    assert len(reads) == 2, "the broken file was replaced"


@pytest.mark.parametrize("length", [0, 10, 29, 100, 4000, 4200])
def test_a_cut_cache_is_ignored(folder, cache, reads, length):
    first = open_folder(folder, OPTIONS)
    (file,) = cache.iterdir()
    os.truncate(file, length)
    same(first, open_folder(folder, OPTIONS))
    assert len(reads) == 2


def test_a_cache_that_cannot_be_written_is_no_fault(folder, cache):
    cache.write_text("a file where the folder should be")
    assert len(open_folder(folder, OPTIONS)) == len(open_folder(folder, OPTIONS)) == 6


def test_small_folders_and_fresh_files_are_not_kept(folder, cache, monkeypatch):
    save(folder / "a" / "8.png", 8, when=time.time())
    open_folder(folder, OPTIONS)
    os.utime(folder / "a" / "8.png", (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(folder_cache, "_FEWEST", 500)
    open_folder(folder, OPTIONS)
    assert not cache.exists()


def test_what_was_not_used_for_the_longest_time_goes(folder, cache, monkeypatch):
    open_folder(folder, OPTIONS)
    (first,) = cache.iterdir()
    os.utime(first, (LONG_AGO, LONG_AGO))
    monkeypatch.setattr(folder_cache, "_MOST_BYTES", first.stat().st_size + 100)
    open_folder(folder, DataOptions(source="x", size=4))
    assert first not in list(cache.iterdir()) and len(list(cache.iterdir())) == 1

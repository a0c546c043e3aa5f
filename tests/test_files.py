"""Files that are written whole or not at all."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from vae_studio.errors import ExportError
from vae_studio.files import replacing, sha256, write_bytes


def test_the_file_appears_when_the_block_ends(tmp_path):
    with replacing(tmp_path / "new.bin") as file:
        file.write(b"half")
        assert not (tmp_path / "new.bin").exists()
        file.write(b" done")
    assert (tmp_path / "new.bin").read_bytes() == b"half done"
    assert [path.name for path in tmp_path.iterdir()] == ["new.bin"]
    assert sha256(tmp_path / "new.bin") == hashlib.sha256(b"half done").hexdigest()


class Interruption(BaseException):
    pass


@pytest.mark.parametrize("error", [ValueError, Interruption, KeyboardInterrupt])
def test_an_exception_leaves_the_old_file_and_nothing_beside_it(tmp_path, error):
    write_bytes(tmp_path / "file", b"old")
    with pytest.raises(error), replacing(tmp_path / "file") as file:
        file.write(b"new")
        raise error
    assert (tmp_path / "file").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


SENTENCES = {
    errno.ENOSPC: "The disk is full, so .*file was not written; free some space",
    errno.EDQUOT: "The disk is full",
    errno.EACCES: "may not be written; choose another folder",
    errno.EROFS: "may not be written",
    errno.EIO: "could not be written: .+[^.]\\.$",
}


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_a_disk_that_refuses_is_one_sentence_and_the_old_file_stays(tmp_path, monkeypatch, code, call):
    write_bytes(tmp_path / "file", b"old")

    def refuse(*_args):
        raise OSError(code, os.strerror(code))

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    if call == "replace":
        monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ExportError, match=SENTENCES[code]), replacing(tmp_path / "file") as file:
        if call == "write":
            refuse()
        file.write(b"new")
    monkeypatch.undo()
    assert (tmp_path / "file").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_places_that_cannot_be_are_named(tmp_path):
    with pytest.raises(ExportError, match=r"The folder .*nowhere does not exist"):
        write_bytes(tmp_path / "nowhere" / "file", b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match=r"The folder .*file does not exist"):
        write_bytes(tmp_path / "file" / "below", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match="is a folder; give the name of a file"):
        write_bytes(tmp_path / "folder", b"")
    with pytest.raises(ExportError, match="is a folder; give the name of a file"):
        write_bytes(Path("/"), b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_the_bytes_reach_the_disk_before_the_name_does(tmp_path, monkeypatch):
    order = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (order.append("fsync"), fsync(handle))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (order.append("replace"), replace(self, target))[1])
    write_bytes(tmp_path / "file", b"new")
    assert order == ["fsync", "replace", "fsync"], "the file, its name, the folder"

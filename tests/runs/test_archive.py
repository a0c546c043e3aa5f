"""Runs in one file."""

import json
import threading
import zipfile

import pytest

from vae_studio.errors import RunError
from vae_studio.runs.archive import pack, unpack
from vae_studio.runs.groups import Groups, save_groups
from vae_studio.runs.store import MANIFEST


def repacked(packed, change):
    """Pack the same entries after `change` of their dictionary; values may be lists for a name that is there twice."""
    with zipfile.ZipFile(packed) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def refused(packed, tmp_path, match=None):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RunError, match=match):
        unpack(packed, tmp_path / "target")
    assert sorted(tmp_path.rglob("*")) == before, "nothing is left behind"


def test_packed_and_unpacked_it_is_the_same_run(folder, packed, tmp_path):
    again = unpack(packed, tmp_path / "target")
    assert again.facts == folder.facts
    assert {role: again.read(role) for role in again.names()} == {role: folder.read(role) for role in folder.names()}


def test_groups_that_are_made_meanwhile_wait_for_the_packing(folder, tmp_path, monkeypatch):
    save_groups(folder, Groups().added("one", [1]))
    saving = threading.Thread(target=save_groups, args=(folder, Groups().added("two", [2])))
    read = folder.read

    def read_and_save(role):
        if saving.ident is None:
            saving.start()
            saving.join(0.2)  # as far as it gets
        return read(role)

    monkeypatch.setattr(folder, "read", read_and_save)
    pack(folder, tmp_path / "new.vaez")
    saving.join()
    assert [group.name for group in Groups.from_bytes(folder.read("groups")).groups] == ["two"]
    again = unpack(tmp_path / "new.vaez", tmp_path / "target")
    assert [group.name for group in Groups.from_bytes(again.read("groups")).groups] == ["one"]


def test_a_damaged_run_is_not_packed(folder, tmp_path):
    (folder.path / folder.names()["weights"]).write_bytes(b"other")
    with pytest.raises(RunError, match="damaged"):
        pack(folder, tmp_path / "new.vaez")
    assert not (tmp_path / "new.vaez").exists()


@pytest.mark.parametrize(
    "name",
    ["../evil", "/evil", "evil.py", "weights/x", "..\\evil", "recipe.000001.toml/..", "recipe.\\..\\x", "weights.exe"],
)
def test_foreign_names_are_refused(packed, tmp_path, name):
    repacked(packed, lambda entries: entries.update({name: b"x"}))
    refused(packed, tmp_path, "not a VAE Studio run")


def test_other_contents_are_refused(packed, folder, tmp_path):
    repacked(packed, lambda entries: entries.update({folder.names()["weights"]: b"other"}))
    refused(packed, tmp_path, "damaged")


def test_missing_parts_are_refused(packed, folder, tmp_path):
    repacked(packed, lambda entries: entries.pop(folder.names()["weights"]))
    refused(packed, tmp_path, "lost its file")
    repacked(packed, lambda entries: entries.pop(MANIFEST))
    refused(packed, tmp_path, "not a VAE Studio run")


def test_a_name_that_is_there_twice_is_refused(packed, tmp_path):
    with zipfile.ZipFile(packed, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(MANIFEST, json.dumps({}))
    refused(packed, tmp_path, "not a VAE Studio run")


def test_a_bomb_is_refused_before_it_is_unpacked(packed, folder, tmp_path, monkeypatch):
    repacked(packed, lambda entries: entries.update({folder.names()["weights"]: bytes(100 << 20)}))
    assert packed.stat().st_size < 1 << 20
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # not a byte of it is read
    refused(packed, tmp_path, "would unpack to 100 MB")


def test_a_file_that_lies_about_its_size_is_refused(packed, tmp_path):
    content = packed.read_bytes()
    packed.write_bytes(content.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    refused(packed, tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all" * 9])
def test_what_is_no_zip_is_refused(packed, tmp_path, content):
    packed.write_bytes(content)
    refused(packed, tmp_path, "cannot be unpacked")


def test_cut_and_mutated_archives_are_refused_or_whole(packed, folder, tmp_path):
    sound = packed.read_bytes()
    wanted = {role: folder.read(role) for role in folder.names()}
    for place in range(0, len(sound), 9):
        for broken in (sound[:place], sound[:place] + bytes([sound[place] ^ 255]) + sound[place + 1 :]):
            packed.write_bytes(broken)
            target = tmp_path / "target"
            try:
                again = unpack(packed, target)
            except RunError:
                assert not target.exists()
                continue
            assert {role: again.read(role) for role in again.names()} == wanted
            for file in target.iterdir():
                file.unlink()
            target.rmdir()


def test_a_missing_file_and_a_taken_target_are_refused(packed, tmp_path):
    with pytest.raises(RunError, match="cannot be unpacked"):
        unpack(tmp_path / "nowhere.vaez", tmp_path / "target")
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "mine").write_text("mine")
    with pytest.raises(RunError, match="exists already"):
        unpack(packed, tmp_path / "target")
    assert (tmp_path / "target" / "mine").read_text() == "mine"

"""The run folder: all or nothing, and checked."""

import contextlib
import errno
import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vae_studio.errors import ExportError, RunError
from vae_studio.runs import store
from vae_studio.runs.store import MANIFEST, ROLES, RunFolder

FILES = {"recipe": b"a = 1\n", "history": b"part\n", "weights": bytes(range(256)), "position": b"{}"}


@pytest.fixture
def folder(tmp_path):
    made = RunFolder.create(tmp_path / "run")
    made.save(FILES, {"epoch": 3, "name": "dígits"})
    return made


def content(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_what_is_saved_is_read_again(folder):
    again = RunFolder.open(folder.path)
    assert {role: again.read(role) for role in FILES} == FILES
    assert again.facts == {"epoch": 3, "name": "dígits"}
    assert again.read_text("recipe") == "a = 1\n"
    assert again.has("weights")
    assert not again.has("codes")
    assert again.manifest_bytes() == (folder.path / MANIFEST).read_bytes()


def test_the_next_save_replaces_drops_and_keeps(folder):
    folder.save({"codes": b"codes", "weights": b"new"}, {"epoch": 4}, drop=("history",))
    folder.save({"recipe": b"b = 2\n"}, {}, drop=("codes",))
    again = RunFolder.open(folder.path)
    assert {role: again.read(role) for role in again.names()} == {
        "recipe": b"b = 2\n",
        "weights": b"new",
        "position": b"{}",
    }
    assert again.facts == {"epoch": 4, "name": "dígits"}
    assert set(content(folder.path)) == {MANIFEST, *again.names().values()}, "nothing old is left"


def test_a_changed_byte_anywhere_is_noticed(folder):
    for file in sorted(folder.path.iterdir()):
        sound = file.read_bytes()
        for place in range(0, len(sound), 7):
            file.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            if file.name == MANIFEST and same_json(file.read_bytes(), sound):
                continue  # white space
            with pytest.raises(RunError):
                read_all(folder.path)
        file.write_bytes(sound)
    read_all(folder.path)


def read_all(path):
    folder = RunFolder.open(path)
    return [folder.read(role) for role in folder.names()]


def same_json(one, two):
    try:
        return json.loads(one) == json.loads(two)
    except ValueError:
        return False


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 10**6), text=st.binary(max_size=6), gone=st.integers(0, 30))
def test_a_mutated_manifest_is_refused_or_says_the_same(folder, place, text, gone):
    sound = folder.manifest_bytes()
    at = place % len(sound)
    (folder.path / MANIFEST).write_bytes(sound[:at] + text + sound[at + gone :])
    try:
        opened = RunFolder.open(folder.path)
    except RunError:
        return
    assert json.loads(opened.manifest_bytes()) == json.loads(sound)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "[" * 100_000, "\xff", '{"files": []}', '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(folder, text):
    (folder.path / MANIFEST).write_text(text, encoding="latin-1")
    with pytest.raises(RunError, match=r"manifest\.json"):
        RunFolder.open(folder.path)


def forged(folder, **changes):
    """Write a manifest with a right checksum and other contents."""
    manifest = json.loads(folder.manifest_bytes()) | changes
    manifest["checksum"] = store._checksum(manifest)
    (folder.path / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "name",
    [
        "../weights.000001.safetensors",
        "/etc/passwd",
        "..",
        "",
        ".",
        "sub/weights.000001.safetensors",
        "sub\\weights.000001.safetensors",
        "weights.000001.safetensors\n",
        "weights.000001.safetensors\0",
        "weights.exe",
        "recipe.000001.toml",  # of another role
        5,
        None,
    ],
)
def test_names_that_lead_elsewhere_are_refused(folder, name):
    forged(folder, files={"weights": {"name": name, "sha256": "0" * 64}})
    with pytest.raises(RunError, match="not written by VAE Studio"):
        RunFolder.open(folder.path)


def test_unknown_roles_and_formats_are_refused(folder):
    forged(folder, files={"virus": {"name": "virus.000001.toml", "sha256": "0" * 64}})
    with pytest.raises(RunError, match="not written by VAE Studio"):
        RunFolder.open(folder.path)
    forged(folder, format=2)
    with pytest.raises(RunError, match="another version"):
        RunFolder.open(folder.path)


def test_what_is_no_run_is_said_to_be_none(tmp_path, folder):
    with pytest.raises(RunError, match=r"no run at .*train one with: vae-studio train SOURCE -o nowhere"):
        RunFolder.open(tmp_path / "nowhere")
    with pytest.raises(RunError, match="not a run folder"):
        RunFolder.open(tmp_path)
    with pytest.raises(RunError, match="not a run folder"):
        RunFolder.open(folder.path / MANIFEST)
    with pytest.raises(RunError, match="no codes yet"):
        folder.read("codes")
    (folder.path / folder.names()["weights"]).unlink()
    with pytest.raises(RunError, match="lost its file weights"):
        folder.read("weights")


def test_a_file_that_should_be_text_and_is_none_is_refused(folder):
    with pytest.raises(RunError, match="not text"):
        folder.read_text("weights")


def test_a_place_that_is_taken_is_refused_and_an_empty_folder_is_not(tmp_path, folder):
    with pytest.raises(RunError, match="exists already"):
        RunFolder.create(folder.path)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunError, match="exists already"):
        RunFolder.create(tmp_path / "file")
    with pytest.raises(RunError, match="cannot be written"):
        RunFolder.create(tmp_path / "file" / "below")
    (tmp_path / "empty").mkdir()
    assert not any(RunFolder.create(tmp_path / "empty").path.iterdir())


@pytest.mark.parametrize("call", ["fsync", "replace", "write"])
@pytest.mark.parametrize("nth", range(5))
def test_a_disk_that_fails_at_the_nth_write_leaves_the_old_state_whole(folder, monkeypatch, call, nth):
    before = content(folder.path)
    fail_at(monkeypatch, call, nth)
    with pytest.raises(ExportError, match="The disk is full"):
        folder.save(dict.fromkeys(FILES, b"new"), {"epoch": 9})
    monkeypatch.undo()
    assert content(folder.path) == before
    again = RunFolder.open(folder.path)
    assert {role: again.read(role) for role in FILES} == FILES
    assert folder.facts["epoch"] == 3
    folder.save({"weights": b"later"}, {"epoch": 4})
    assert RunFolder.open(folder.path).read("weights") == b"later"


def fail_at(monkeypatch, call, nth):
    """Let the nth of the five files of a save (the manifest is the last) fail with a full disk."""
    seen = [0]

    def failing(real):
        def counted(*args, **kwargs):
            seen[0] += 1
            if seen[0] == nth + 1:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(*args, **kwargs)

        return counted

    if call == "replace":
        monkeypatch.setattr(Path, "replace", failing(Path.replace))
    elif call == "write":
        monkeypatch.setattr(Path, "open", failing(Path.open))
    else:
        folders = failing(lambda handle: None)
        monkeypatch.setattr(os, "fsync", lambda handle: None if is_folder(handle) else folders(handle))


def is_folder(handle):
    return stat.S_ISDIR(os.fstat(handle).st_mode)


@pytest.mark.parametrize("survivors", range(6))
def test_a_kill_between_any_two_writes_leaves_the_old_or_the_new_state(folder, monkeypatch, survivors):
    class Kill(BaseException):
        pass

    done = [0]
    real = Path.replace

    def replace(self, target):
        if done[0] == survivors:
            raise Kill
        done[0] += 1
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)  # the dead remove nothing
    with contextlib.suppress(Kill):
        folder.save(dict.fromkeys(FILES, b"new"), {"epoch": 9})
    monkeypatch.undo()
    again = RunFolder.open(folder.path)
    found = {role: again.read(role) for role in FILES}
    assert found == (dict.fromkeys(FILES, b"new") if survivors == 5 else FILES)
    assert again.facts["epoch"] == (9 if survivors == 5 else 3)
    again.save({"weights": b"after"}, {})
    assert set(content(folder.path)) == {MANIFEST, *again.names().values()}, "what the killed one left is swept up"


def test_files_of_the_user_are_left_alone(folder):
    mine = [
        "codes.backup.csv",
        "weights.old",
        "notes.txt",
        "recipe.000001.toml.bak",
        ".hidden.part",
        "history.00000x.csv",
    ]
    for name in mine:
        (folder.path / name).write_text("mine")
    folder.save({"weights": b"new"}, {})
    assert set(mine) <= set(content(folder.path))


def test_every_role_has_a_name_that_can_be_opened_again(tmp_path):
    folder = RunFolder.create(tmp_path / "all")
    folder.save({role: role.encode() for role in ROLES}, {})
    assert RunFolder.open(folder.path).names() == folder.names()


def test_a_folder_that_is_gone_refuses_a_save_like_any_disk_and_takes_it_once_it_is_back(folder):
    shutil.rmtree(folder.path)
    with pytest.raises(ExportError, match="does not exist"):
        folder.save(FILES, {"epoch": 4})
    assert folder.facts["epoch"] == 3
    folder.path.mkdir()
    folder.save(FILES, {"epoch": 4})
    assert RunFolder.open(folder.path).read("weights") == FILES["weights"]


def test_a_folder_that_cannot_be_listed_after_a_save_does_not_undo_it(folder, monkeypatch):
    def gone(_self):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "iterdir", gone)
        folder.save({"weights": b"later"}, {"epoch": 4})
    assert RunFolder.open(folder.path).read("weights") == b"later"


def test_a_place_that_cannot_be_looked_at_is_refused_in_a_sentence(tmp_path, monkeypatch):
    def closed(_self):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", closed)
    with pytest.raises(RunError, match="cannot be written"):
        RunFolder.create(tmp_path)

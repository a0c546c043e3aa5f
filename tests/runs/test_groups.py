"""Groups: kept with the run, whole or not at all, and never about pictures that are not there."""

import json
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vae_studio.errors import RunError, UsageError
from vae_studio.runs.archive import pack, unpack
from vae_studio.runs.groups import Groups, read_groups, save_groups
from vae_studio.runs.store import RunFolder

_NAMES = st.text(min_size=1, max_size=90)
_SETS = st.lists(st.integers(0, 999), min_size=1, max_size=40)


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    folder.save({"recipe": b"x = 1"}, {"pictures": 1000})
    return folder


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_NAMES, _SETS), max_size=6))
def test_what_is_kept_is_read_again(rows):
    groups = Groups()
    for name, numbers in rows:
        try:
            groups = groups.added(name, numbers)
        except UsageError:
            assert not name.strip() or len(name) > 80
    again = Groups.from_bytes(groups.to_bytes())
    assert again == groups
    assert len({group.name for group in again.groups}) == len(again)
    for group in again.groups:
        assert np.array_equal(group.pictures, np.unique(group.pictures))


def test_groups_live_in_the_run_and_in_its_archive(folder, tmp_path):
    groups = Groups().added("eights", [3, 1, 3, 2]).added("eights", [7])
    save_groups(folder, groups)
    assert [group.name for group in read_groups(RunFolder.open(folder.path)).groups] == ["eights", "eights 2"]
    pack(folder, tmp_path / "run.vaez")
    assert read_groups(unpack(tmp_path / "run.vaez", tmp_path / "copy")) == groups
    assert RunFolder.open(folder.path).read("recipe") == b"x = 1"


def test_every_change_leaves_the_old_groups_as_they_were():
    first = Groups().added("a", [1]).added("b", [2, 3])
    assert [g.name for g in first.renamed(0, " new  name ").groups] == ["new name", "b"]
    assert first.recoloured(1, "#AABBCC")[1].colour == "#aabbcc"
    united = first.united([0, 1])
    assert united[2].name == "a + b" and united[2].pictures.tolist() == [1, 2, 3]
    assert len(first.without([0])) == 1
    assert [g.name for g in first.groups] == ["a", "b"]
    assert first[0].colour != first[1].colour


@pytest.mark.parametrize(
    "change",
    [
        lambda groups: groups.added("empty", []),
        lambda groups: groups.added("  ", [1]),
        lambda groups: groups.added("x" * 81, [1]),
        lambda groups: groups.renamed(0, "b"),
        lambda groups: groups.renamed(0, "\n"),
        lambda groups: groups.recoloured(0, "red"),
        lambda groups: groups.united([1]),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(change):
    with pytest.raises(UsageError, match=r"\.$"):
        change(Groups().added("a", [1]).added("b", [2]))


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"format": 2, "groups": []}',
        b'{"format": 1}',
        b'{"format": 1, "groups": 3}',
        *(
            json.dumps({"format": 1, "groups": rows}).encode()
            for rows in (
                [{}],
                [None],
                [{"name": "a", "colour": "#ffffff", "pictures": [2, 1]}],
                [{"name": "a", "colour": "#ffffff", "pictures": [1, 1]}],
                [{"name": "a", "colour": "#ffffff", "pictures": [-1]}],
                [{"name": "a", "colour": "#ffffff", "pictures": [True]}],
                [{"name": "a", "colour": "#ffffff", "pictures": [1.5]}],
                [{"name": "a", "colour": "#ffffff", "pictures": [1 << 70]}],
                [{"name": "a", "colour": "url(x)", "pictures": [1]}],
                [{"name": "", "colour": "#ffffff", "pictures": [1]}],
                [{"name": "a\nb", "colour": "#ffffff", "pictures": [1]}],
                [{"name": "a", "colour": "#ffffff", "pictures": [1]}] * 2,
            )
        ),
        b"[" * 100_000,
    ],
)
def test_damaged_groups_are_refused_in_a_sentence(told, folder):
    folder.save({"groups": told}, {})
    with pytest.raises(RunError, match="copy"):
        read_groups(folder)


def test_groups_of_pictures_that_the_run_does_not_have_are_refused(folder):
    save_groups(folder, Groups().added("far", [5, 1000]))
    with pytest.raises(RunError, match="'far'"):
        read_groups(folder)


def test_keeping_groups_while_the_training_keeps_weights_loses_neither(folder):
    def keep(role):
        for number in range(20):
            folder.save({role: f"{role} {number}".encode()}, {role: number})

    threads = [threading.Thread(target=keep, args=(role,)) for role in ("groups", "weights", "history")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = RunFolder.open(folder.path)
    assert {role: again.read(role) for role in ("groups", "weights", "history")} == {
        role: f"{role} 19".encode() for role in ("groups", "weights", "history")
    }

"""Groups: named sets of a run's pictures, kept in its folder."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_studio.errors import RunError, UsageError
from vae_studio.runs.store import RunFolder

Numbers = npt.NDArray[np.int64]  # of pictures, ascending, each once

_FORMAT = 1
_LONGEST_NAME = 80
_MOST_GROUPS = 1000
_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
# Told apart by most eyes and on both grounds (Okabe and Ito, 2008), without black and yellow.
_COLOURS = ("#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#d55e00", "#0072b2", "#8f7fd6", "#a6761d")
_BROKEN = "The groups of the run {} are damaged; restore it from a copy, or make the groups anew."


@dataclass(frozen=True, eq=False)
class Group:
    """Pictures that somebody put together."""

    name: str
    colour: str  # #rrggbb
    pictures: Numbers

    def __len__(self) -> int:
        return len(self.pictures)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Group)
            and (self.name, self.colour) == (other.name, other.colour)
            and np.array_equal(self.pictures, other.pictures)
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Groups:
    """All groups of a run, in the order in which they are listed; every change gives a new one."""

    groups: tuple[Group, ...] = ()

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, place: int) -> Group:
        return self.groups[place]

    def added(self, name: str, pictures: npt.ArrayLike) -> "Groups":
        """Return these with one more, its name made unique; raises UsageError for no picture or a bad name."""
        numbers = np.unique(np.asarray(pictures, np.int64).ravel())
        if not len(numbers):
            raise UsageError("A group needs at least one picture; select some on the map first.")
        if len(self) >= _MOST_GROUPS:
            raise UsageError(f"There are {_MOST_GROUPS} groups already; delete one first.")
        group = Group(self._free(checked_name(name)), self._next_colour(), numbers)
        return Groups((*self.groups, group))

    def renamed(self, place: int, name: str) -> "Groups":
        """Return these with another name for one; raises UsageError when it is empty or taken."""
        name = checked_name(name)
        if any(group.name == name for at, group in enumerate(self.groups) if at != place):
            raise UsageError(f"There is a group {name!r} already; choose another name.")
        return self._with(place, replace(self.groups[place], name=name))

    def recoloured(self, place: int, colour: str) -> "Groups":
        """Return these with another colour, #rrggbb, for one; raises UsageError when it is none."""
        if not _COLOUR.fullmatch(colour.lower()):
            raise UsageError(f"{colour!r} is not a colour; write it like #e69f00.")
        return self._with(place, replace(self.groups[place], colour=colour.lower()))

    def without(self, places: list[int]) -> "Groups":
        """Return these without some."""
        return Groups(tuple(group for at, group in enumerate(self.groups) if at not in places))

    def united(self, places: list[int]) -> "Groups":
        """Return these with one more that holds all pictures of some; raises UsageError for fewer than two."""
        if len(places) < 2:
            raise UsageError("Choose at least two groups to unite (Ctrl-click).")
        name = " + ".join(self.groups[place].name for place in places)
        return self.added(name[:_LONGEST_NAME], np.concatenate([self.groups[place].pictures for place in places]))

    def check(self, pictures: int) -> None:
        """Raise RunError when a group names a picture that a set of so many does not have."""
        for group in self.groups:
            if len(group) and not 0 <= group.pictures[0] <= group.pictures[-1] < pictures:
                raise RunError(
                    f"The group {group.name!r} names pictures that this run does not have; "
                    "restore it from a copy, or make the groups anew."
                )

    def to_bytes(self) -> bytes:
        """Return the groups as JSON."""
        rows = [
            {"name": group.name, "colour": group.colour, "pictures": group.pictures.tolist()} for group in self.groups
        ]
        return json.dumps({"format": _FORMAT, "groups": rows}).encode()

    @classmethod
    def from_bytes(cls, content: bytes, run: str = "") -> "Groups":
        """Read what `to_bytes` wrote; raises RunError when it is anything else."""
        try:
            told = json.loads(content)
            if not isinstance(told, dict) or told.get("format") != _FORMAT or len(told["groups"]) > _MOST_GROUPS:
                raise ValueError
            groups = tuple(_group(row) for row in told["groups"])
        except (ValueError, OverflowError, KeyError, TypeError, RecursionError, UsageError) as error:
            raise RunError(_BROKEN.format(run)) from error
        if len({group.name for group in groups}) < len(groups):
            raise RunError(_BROKEN.format(run))
        return cls(groups)

    def _with(self, place: int, group: Group) -> "Groups":
        return Groups((*self.groups[:place], group, *self.groups[place + 1 :]))

    def _free(self, name: str) -> str:
        taken = {group.name for group in self.groups}
        number, free = 2, name
        while free in taken:
            free, number = f"{name[: _LONGEST_NAME - 5]} {number}", number + 1
        return free

    def _next_colour(self) -> str:
        counts = [sum(group.colour == colour for group in self.groups) for colour in _COLOURS]
        return _COLOURS[counts.index(min(counts))]


def checked_name(name: str) -> str:
    """Return a name as it is kept, on one line; raises UsageError when it is empty or too long."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME:
        raise UsageError(f"A group's name has 1 to {_LONGEST_NAME} letters; choose another one.")
    return name


def read_groups(folder: RunFolder) -> Groups:
    """Return the groups of a run, none when none were made; raises RunError when they are damaged."""
    if not folder.has("groups"):
        return Groups()
    groups = Groups.from_bytes(folder.read("groups"), str(folder.path))
    groups.check(int(folder.facts.get("pictures", 0)))
    return groups


def save_groups(folder: RunFolder, groups: Groups) -> None:
    """Keep the groups with the run, all or nothing; may raise ExportError."""
    folder.save({"groups": groups.to_bytes()}, {})


def _group(row: Any) -> Group:
    name, colour, told = row["name"], row["colour"], row["pictures"]
    if not isinstance(name, str) or not isinstance(colour, str) or not isinstance(told, list):
        raise ValueError("not a group")
    if not all(type(number) is int for number in told):
        raise ValueError("not numbers of pictures")
    pictures = np.array(told, np.int64) if told else np.zeros(0, np.int64)
    sound = bool((np.diff(pictures) > 0).all()) and (not len(pictures) or pictures[0] >= 0)
    if checked_name(name) != name or not _COLOUR.fullmatch(colour) or not sound:
        raise ValueError("not a group")
    return Group(name, colour, pictures)

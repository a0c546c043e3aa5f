"""One is one: counts with their nouns, and that no text counts by hand."""

import re
from pathlib import Path

import pytest

import vae_studio
from vae_studio.plural import counted

# A number in a text, and right behind it a noun that people count.
_BY_HAND = re.compile(
    r"(?<! of )(?<!and )\{[^{}]*(?:len\(|count|epochs|done|missing|skipped)[^{}]*\} "
    r"(?:pictures|epochs|frames|codes|files|labels|runs|moments|samples|stops)\b"
)


@pytest.mark.parametrize(
    ("count", "noun", "many", "text"),
    [
        (0, "picture", "", "0 pictures"),
        (1, "picture", "", "1 picture"),
        (2, "epoch", "", "2 epochs"),
        (1797, "code", "", "1,797 codes"),
        (1, "entry", "entries", "1 entry"),
        (20, "entry", "entries", "20 entries"),
        (1, "file was", "files were", "1 file was"),
    ],
)
def test_a_count_agrees_with_its_noun(count, noun, many, text):
    assert counted(count, noun, many) == text


@pytest.mark.parametrize("folder", ["cli", "gui", "export"])
def test_no_text_counts_by_hand(folder):
    root = Path(vae_studio.__file__).parent / folder
    found = [
        f"{path.relative_to(root)}: {match.group()}"
        for path in sorted(root.rglob("*.py"))
        for match in _BY_HAND.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found

"""Chinese texts: full-width punctuation, and one name for each thing (docs/glossary.md)."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from library.translations import CATALOGUE, LOCALE
from tests.architecture.sources import named

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff）”》][,:;?!(]|[,:;)][\u4e00-\u9fff（“《]|[\u4e00-\u9fff]\.(\s|$)")
OTHER_NAMES = re.compile("审稿|审核员|编辑员|学校管理员|超级管理员|不要了")
CATALOGUE_CARD = {"Catalogue card", "Use and catalogue card"}
"""The only texts that call a record 著录."""


def chinese(path) -> dict[str, str]:
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="zh_Hans") if message.id]
    return {
        message.id if isinstance(message.id, str) else message.id[0]: text
        for message in messages
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    }


@pytest.mark.parametrize("path", sorted(LOCALE.rglob("*.po")), ids=named)
def test_punctuation_between_han_characters_is_full_width(path):
    assert {key: text for key, text in chinese(path).items() if HALF_WIDTH.search(text)} == {}


def test_every_role_and_field_has_one_name():
    texts = chinese(CATALOGUE)
    assert {key: text for key, text in texts.items() if OTHER_NAMES.search(text)} == {}
    assert {key for key, text in texts.items() if "著录" in text} <= CATALOGUE_CARD


def test_no_message_stands_twice_in_the_catalogue():
    """The first of two would win, and the other place would show its words."""
    catalogue = CATALOGUE.read_text(encoding="utf-8")
    heads = Counter(
        "\n".join(line for line in entry.split("msgstr")[0].splitlines() if not line.startswith("#")).strip()
        for entry in catalogue.split("\n\n")
        if "msgid" in entry
    )
    assert [head for head, count in heads.items() if count > 1] == []

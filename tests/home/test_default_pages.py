"""The page about licences that the site starts with says of each licence what it allows."""

from __future__ import annotations

import pytest

from home.default_pages import LICENCES as LICENCE_PAGE
from resources.models.vocabulary_seed import LICENCES

DOWNLOAD = {
    "nobody": ("只能在线看", "for looking online"),
    "school": ("只有提供院校的师生可以下载", "only people of the providing school may download it"),
    "alliance": ("联盟院校师生可以下载", "members may download it"),
    "anyone": ("任何人可以下载", "everyone may download it"),
}
OPEN = ("CC 系列许可与公有领域", "Creative Commons and public domain")
FORBIDS_CHANGES = ("不得改编", "not adapt it")


@pytest.mark.parametrize(("code", "zh", "en", "terms"), LICENCES, ids=[row[0] for row in LICENCES])
def test_the_page_about_licences_says_what_each_licence_allows(code: str, zh: str, en: str, terms: dict[str, str]):
    for label, text, colon, language in ((zh, LICENCE_PAGE.zh, "：", 0), (en, LICENCE_PAGE.en, ": ", 1)):
        heading = OPEN[language] if terms["download"] == "anyone" else label
        line = next(line for line in text.split("\n") if line.startswith(heading + colon))
        said = line.removeprefix(heading + colon)
        assert said.startswith(DOWNLOAD[terms["download"]][language]), code
        if FORBIDS_CHANGES[language] in said:
            assert not terms.get("adapt"), code

"""Clean extracted text, and detect text layers that are garbage."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u200b\u00ad]")
_RADICALS = re.compile("[\u2e80-\u2fdf]")
"""Some fonts map 目 and 比 to the radicals ⽬ and ⽐, which look the same but are never found by search."""
_BULLETS = str.maketrans(
    {0xF0B7: "•", 0xF06C: "●", 0xF0A7: "▪", 0xF06E: "■", 0xF0D8: "➢", 0xF076: "❖", 0xF0FC: "✓", 0xF0A8: "□"}
)
"""Office's bullets: characters of Symbol and Wingdings at private code points, which other fonts show as empty boxes."""
_BLANKS = re.compile(r"[ \t\u3000\xa0]+")
_BREAKS = re.compile(r"\n{3,}")
_SURROGATES = re.compile("[\ud800-\udfff]")

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff]")


def clean(text: str) -> str:
    """Remove NUL, surrogates, control and invisible characters and repeated blanks; line ends become \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    text = _SURROGATES.sub("", _CONTROL.sub("", text)).translate(_BULLETS)
    text = _RADICALS.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)
    lines = (_BLANKS.sub(_blank, line).strip() for line in text.split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def _blank(found: re.Match[str]) -> str:
    """A tab stays: it separates the cells of a table."""
    return "\t" if "\t" in found.group() else " "


def is_cjk(character: str) -> bool:
    return bool(_CJK.match(character))


MIN_JUDGED = 20
"""Shorter texts can't be judged, and harm the index little."""


def is_garbage(text: str, *, whole: bool = False) -> bool:
    """Whether a text layer differs from what the page shows (no font mapping, wrong code page).

    Signs, each with a wide margin to real text: unassigned characters; more symbols than program listings have (0.75
    letters and digits); mostly accented Latin letters (Chinese decoded as Latin-1); mostly rare Han characters (a wrong
    mapping). ``whole``: the text of a whole document, judged more strictly.
    """
    characters = [character for character in text if not character.isspace()]
    count = len(characters)
    if count < MIN_JUDGED:
        return False
    categories = [unicodedata.category(character) for character in characters]
    unassigned = sum(category in ("Co", "Cn", "Cc", "Cs") for category in categories) + characters.count("\ufffd")
    accented = sum("\xa1" <= character <= "\xff" for character in characters)
    han = [character for character in characters if _HAN.match(character)]
    return (
        unassigned > count * 0.3
        or _is_mostly_symbols(characters, categories, whole=whole)
        or accented > count * 0.5
        or (len(han) >= MIN_JUDGED and sum(map(is_common, han)) < len(han) * 0.5)
    )


def _is_mostly_symbols(characters: list[str], categories: list[str], *, whole: bool) -> bool:
    count = len(characters)
    readable = sum(category[0] in "LN" for category in categories)
    if readable >= count * (0.7 if whole else 0.55 if count > 200 else 0.35):
        return False
    # Forms and tables of contents have many dots and rules, but few different ones.
    symbols = {character for character, category in zip(characters, categories, strict=True) if category[0] not in "LN"}
    return len(symbols) >= (15 if whole else 10)


def is_common(character: str) -> bool:
    """Whether it is among the 3,755 commonest simplified (GB 2312) or 5,401 traditional (Big5) characters."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            lead = character.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if first <= lead <= last:
            return True
    return False

"""Ages in text as months, so that 1岁半, 18个月 and 十八月龄 are equal.

``ages()`` reads folded text. A bare ``3岁`` is the year that begins there (36-47 months); ``0-3岁`` runs to the third
birthday (0-36), which is how the age groups of childcare are named.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"(?:\d{1,3}(?:\.\d)?|[一二两三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_UNIT = r"(?:个月大?|月龄|周岁|岁)"
_SPACE = " ?"  # 满 6 月龄, as typesetters write it
_AGE_RE = re.compile(
    rf"(?<![\d.十])(?P<low>{_NUMBER})(?:{_SPACE}(?P<unit>{_UNIT}))?\s*[-~—–至到]\s*(?P<high>{_NUMBER}){_SPACE}(?P<last>{_UNIT})"
    rf"|(?<![\d.十])(?P<one>{_NUMBER}){_SPACE}(?P<of>{_UNIT})(?P<half>半)?(?:零?(?P<more>{_NUMBER})个月)?"
    r"|(?P<halfyear>(?<!\w)半岁)"
)


class Age(NamedTuple):
    """``low`` to ``high`` months, both included; ``start``/``end`` say where in the folded text."""

    low: int
    high: int
    start: int
    end: int

    @property
    def token(self) -> str:
        """The token of this age. No other text becomes such a token: runs do not mix Han and digits."""
        return f"月龄{self.low}" if self.exact else f"月龄{self.low}-{self.high}"

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its own token and, for an age group of at most a year (7～9月龄), those of its months."""
        if self.exact or self.high - self.low > 12:
            return (self.token,)
        return (self.token, *(f"月龄{month}" for month in range(self.low, self.high + 1)))

    @property
    def exact(self) -> bool:
        return self.low == self.high


def _number(text: str) -> float:
    if text[0].isdigit():
        return float(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return _DIGITS[text]


def _months(number: float, unit: str) -> int:
    return round(number * 12) if "岁" in unit else round(number)


def _read(match: re.Match[str]) -> tuple[int, int]:
    if match["halfyear"]:
        return 6, 6
    if match["low"]:
        unit = match["last"]
        return _months(_number(match["low"]), match["unit"] or unit), _months(_number(match["high"]), unit)
    low = _months(_number(match["one"]), match["of"])
    if "岁" not in match["of"]:
        return low, low
    if match["half"]:
        return low + 6, low + 6
    if match["more"]:
        return (low + round(_number(match["more"])),) * 2
    return (low, low + 11) if low % 12 == 0 else (low, low)


def ages(folded: str) -> list[Age]:
    """The ages of children in a folded text, in order. Ages over 18 years are ignored."""
    if "岁" not in folded and "月" not in folded:
        return []
    found: list[Age] = []
    for match in _AGE_RE.finditer(folded):
        low, high = _read(match)
        if low <= high <= 18 * 12 + 11:
            found.append(Age(low, high, match.start(), match.end()))
    return found

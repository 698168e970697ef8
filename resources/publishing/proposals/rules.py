"""The rules, as pure functions: texts and vocabularies in, proposals out.

A proposal is never stored. The draft page shows those that the draft does not follow yet, each with its reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import add

MAX_KEYWORDS = 5
MAX_COMPARED = 200
"""Keywords found, of which the longest are proposed."""

MAX_OF_A_FIELD = 2
"""Proposals for one vocabulary: more would be a second list to read through."""

ENOUGH_PAGES = 2
"""A word of the vocabulary counts from this number of pages on, or in the title."""

TELLING = 6
"""A name of so many characters counts from a single page."""

TYPE_OF_KIND = {"slides": "courseware", "video": "micro-video"}
"""The resource type that files of a kind have where no word says otherwise; the first kind present decides."""

CUES: dict[str, tuple[str, ...]] = {
    "health": (
        "晨检",
        "体格测量",
        "生长发育",
        "生长监测",
        "睡眠",
        "洗手",
        "卫生",
        "消毒",
        "传染病",
        "手足口病",
        "发热",
        "疫苗",
    ),
    "nutrition": ("营养", "喂养", "辅食", "进餐", "母乳", "奶粉", "膳食", "食谱", "食物过敏", "食物性状"),
    "safety": ("安全", "急救", "异物", "窒息", "海姆立克", "烫伤", "跌落", "伤害", "心肺复苏", "防护"),
    "learning": (
        "早期学习",
        "游戏",
        "绘本",
        "早期阅读",
        "大动作",
        "精细动作",
        "语言发展",
        "感觉统合",
        "认知发展",
        "儿歌",
    ),
    "responsive": ("回应性", "顺应喂养", "依恋", "情绪", "安抚", "亲子互动", "看信号", "分离焦虑", "敏感期"),
}
"""Words of the field that tell a care domain, by its code. Shipped here because the vocabulary only names the domain."""

# At most three spaces: an unlimited number would be tried in quadratic time.
_RANGE = re.compile(
    r"(\d{1,2})\s{0,3}(月|岁|个月)?\s{0,3}[-~～〜—–－至到]\s{0,3}(\d{1,2})\s{0,3}(个月|月龄|月|周岁|岁)"
)


class Source(StrEnum):
    TITLE = "title"
    PAGES = "pages"
    KIND = "kind"  # of the first file
    BEFORE = "before"  # the contributor's last resource has it
    SCHOOL = "school"  # the school's last resource has it
    PERSON = "person"  # the contributor's name


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a file. ``number``: 0 if several files have pages: it would name no single page."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a vocabulary.

    ``value``: what the form posts. ``words``: what texts call it, its name first. ``months``: of an age band.
    """

    value: str
    label: str
    code: str = ""
    words: tuple[str, ...] = ()
    months: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What the rules read. ``kinds``: of the files, in order. ``keywords``: those of other resources."""

    title: str = ""
    kinds: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    vocabularies: Mapping[str, Sequence[Term]] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """``words``: what was found; ``pages``: where, the first few."""

    field: str
    value: str
    label: str
    source: Source
    words: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    page_count: int = 0

    @property
    def key(self) -> str:
        """What the form posts to accept it."""
        return f"{self.field}:{self.value}"


def propose(material: Material) -> list[Proposal]:
    """Everything the texts say, in the order of the fields."""
    named = [term for name in ("care_domains", "course_units", "programmes") for term in _terms(name, material)]
    words = {word for term in named for word in (*term.words, *CUES.get(term.code, ()))}
    where = pages_with(words.union(material.keywords), material.pages)
    return [
        *_resource_type(material),
        *_age_bands(material),
        *_care_domains(material, where),
        *_named("course_units", material, where),
        *_keywords(material, where),
        *_named("programmes", material, where),
    ]


def _terms(field_name: str, material: Material) -> Sequence[Term]:
    return material.vocabularies.get(field_name, ())


Where = Mapping[str, Sequence[Page]]
"""The pages that contain each word, in order."""


def pages_with(words: Iterable[str], pages: Iterable[Page]) -> Where:
    """Find thousands of words in one pass over the texts.

    A word is looked for only on pages that contain its rarest pair of characters.
    """
    words = {word for word in words if len(word) > 1}
    frequency = Counter(pair for word in words for pair in _pairs(word))
    by_pair: dict[str, list[str]] = {}
    for word in words:
        by_pair.setdefault(min(_pairs(word), key=lambda pair: frequency[pair]), []).append(word)
    where: dict[str, list[Page]] = {}
    for page in pages:
        for pair in by_pair.keys() & _pairs(page.text):
            for word in by_pair[pair]:
                if word in page.text:
                    where.setdefault(word, []).append(page)
    return where


def _pairs(text: str) -> set[str]:
    return set(map(add, text, text[1:]))


def _find(
    field_name: str, term: Term, words: Iterable[str], title: str, where: Where, *, weak: bool = False
) -> Proposal | None:
    """``weak``: a word on a single page is enough."""
    words = [word for word in dict.fromkeys(words) if len(word) > 1]
    titled = tuple(word for word in words if word in title)
    if titled:
        return Proposal(field_name, term.value, term.label, Source.TITLE, titled[:2])
    found = [word for word in words if word in where]
    if not found:
        return None
    hits = {id(page): page for word in found for page in where[word]}
    if len(hits) < (1 if weak else ENOUGH_PAGES):
        return None
    numbers = tuple(sorted(page.number for page in hits.values() if page.number)[:3])
    return Proposal(field_name, term.value, term.label, Source.PAGES, tuple(found[:2]), numbers, len(hits))


def _best(found: Iterable[Proposal | None], most: int = MAX_OF_A_FIELD) -> list[Proposal]:
    """Those of the title first, then by the number of pages."""
    known = [one for one in found if one is not None]
    return sorted(known, key=lambda one: (one.source != Source.TITLE, -one.page_count))[:most]


def _named(field_name: str, material: Material, where: Where) -> list[Proposal]:
    """Terms whose own words stand in the title or on a page. Two terms of the same name say nothing."""
    terms = _terms(field_name, material)
    names = Counter(term.words[0] for term in terms if term.words)
    found = [
        _find(field_name, term, term.words, material.title, where, weak=len(term.words[0]) >= TELLING)
        for term in terms
        if term.words and names[term.words[0]] == 1
    ]
    return _best(found)


def _resource_type(material: Material) -> list[Proposal]:
    """A word of the title; else what files of the first telling kind usually are."""
    terms = material.vocabularies.get("resource_type", ())
    for term in terms:
        for word in term.words:
            if len(word) > 1 and word in material.title:
                return [Proposal("resource_type", term.value, term.label, Source.TITLE, (word,))]
    by_code = {term.code: term for term in terms}
    for kind in material.kinds:
        if usual := by_code.get(TYPE_OF_KIND.get(kind, "")):
            return [Proposal("resource_type", usual.value, usual.label, Source.KIND)]
    return []


def _care_domains(material: Material, where: Where) -> list[Proposal]:
    return _best(
        _find("care_domains", term, (*term.words, *CUES.get(term.code, ())), material.title, where)
        for term in _terms("care_domains", material)
    )


def _age_bands(material: Material) -> list[Proposal]:
    """Bands that a range of months or years in the texts covers: 7～12 月, 13-24个月, 2～3 岁."""
    bands = [term for term in material.vocabularies.get("age_bands", ()) if term.months and _length(term.months) < 36]
    in_title = ranges(material.title)
    on_pages = [(page.number, said, months) for page in material.pages for said, months in ranges(page.text)]
    found = []
    for band in bands:
        titled = [said for said, months in in_title if _covers(months, band.months)]
        if titled:
            found.append(Proposal("age_bands", band.value, band.label, Source.TITLE, (titled[0],)))
            continue
        hits = [(number, said) for number, said, months in on_pages if _covers(months, band.months)]
        if hits:
            numbers = tuple(dict.fromkeys(number for number, _said in hits if number))
            found.append(
                Proposal("age_bands", band.value, band.label, Source.PAGES, (hits[0][1],), numbers[:3], len(hits))
            )
    return found


def ranges(text: str) -> list[tuple[str, tuple[int, int]]]:
    """The ages in a text, as written and in months, both included."""
    found = []
    for match in _RANGE.finditer(text):
        low, low_unit, high, unit = int(match[1]), match[2] or match[4], int(match[3]), match[4]
        first = low * 12 if low_unit in ("岁", "周岁") else low
        last = high * 12 if unit in ("岁", "周岁") else high
        if first < last <= 72:
            found.append((match[0], (first, last)))
    return found


def _length(months: tuple[int, int]) -> int:
    return months[1] - months[0]


def _covers(months: tuple[int, int], band: tuple[int, int] | None) -> bool:
    """Whether a range reaches over at least half of the band, and is no range of all ages."""
    if band is None or _length(months) >= 30:
        return False
    shared = min(months[1], band[1]) - max(months[0], band[0])
    return shared * 2 >= _length(band)


def _keywords(material: Material, where: Where) -> list[Proposal]:
    """Without those that are part of a longer one: 辅食 beside 辅食添加 says nothing more."""
    found = [_find("keywords", Term(word, word), (word,), material.title, where) for word in material.keywords]
    known = _best(found, MAX_COMPARED)
    longest = [one for one in known if not any(one.value in other.value for other in known if other is not one)]
    return longest[:MAX_KEYWORDS]

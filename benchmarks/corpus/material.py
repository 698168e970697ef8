"""A seeded generator of Chinese course material for childcare training: titles and pages that read like slides.

A course has its own terms, nouns and verbs, so words cluster in documents as they do in real texts; names of people and
places, compounds and numbers make the long tail. Text number ``n`` of a seed is always the same, whatever was made before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks.corpus import vocabulary as words
from benchmarks.corpus.draw import Draw

SEED = 2026
COURSES = 170
UNITS = 48
"""Per course."""
NAMES = 12_000
SCHOOLS = 8


@dataclass(frozen=True, slots=True)
class Course:
    """The words that belong to one course, most frequent first."""

    name: str
    terms: tuple[str, ...]
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """One generated text. ``kind``, ``school`` and ``unit`` are facets."""

    title: str
    text: str
    kind: str
    school: str
    unit: str


def materials(count: int, seed: int = SEED) -> Iterator[Material]:
    return (material(number, seed) for number in range(count))


def material(number: int, seed: int = SEED) -> Material:
    draw = Draw(seed * 10_000_019 + number)
    course = courses(seed)[draw.below(COURSES) if draw.chance(0.3) else _popular(draw)]
    writer = Writer(draw, course)
    unit = 1 + draw.below(UNITS)
    subject = course.terms[unit % len(course.terms)]
    kind = draw.ranked(words.KINDS, exponent=1.6, shift=0.2)
    school = f"{draw.ranked(words.PLACE_HEADS[:SCHOOLS], exponent=1.0, shift=0.5)}山学院"
    return Material(
        title=f"{course.name} {subject}{kind} 第{number % 60 + 1}讲",
        text=writer.page(subject),
        kind=kind,
        school=school,
        unit=f"{course.name} 第{unit}单元",
    )


@cache
def courses(seed: int) -> tuple[Course, ...]:
    return tuple(_course(Draw(seed * 7_919 + number)) for number in range(COURSES))


def _course(draw: Draw) -> Course:
    terms = _sample(draw, words.terms(), 26)
    return Course(
        name=terms[0] + draw.one(("基础", "实务", "概论", "技术", "指导", "与训练", "案例分析", "")),
        terms=terms,
        nouns=_sample(draw, words.NOUNS, 90),
        verbs=_sample(draw, words.VERBS, 40),
    )


def _sample(draw: Draw, items: Sequence[str], count: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[draw.ranked(items, exponent=0.4)] = None
    return tuple(found)


def _popular(draw: Draw) -> int:
    return draw.ranked(range(COURSES))


@cache
def names() -> tuple[str, ...]:
    """People, places and books that many texts name: the long tail of a real vocabulary."""
    draw = Draw(SEED)
    return tuple(dict.fromkeys(_new_name(draw) for _ in range(NAMES)))


def _new_name(draw: Draw) -> str:
    kind = draw.below(3)
    if kind == 0:
        return draw.ranked(words.SURNAMES) + draw.one(words.GIVEN) + draw.one(words.GIVEN)
    if kind == 1:
        return draw.one(words.PLACE_HEADS) + draw.one(words.PLACE_HEADS) + draw.ranked(words.PLACE_TAILS)
    return f"《{draw.one(words.GIVEN)}{draw.one(words.PLACE_HEADS)}的{draw.one(words.NOUNS)}》"


class Writer:
    """Writes sentences with the words of one course."""

    def __init__(self, draw: Draw, course: Course) -> None:
        self._draw = draw
        self._course = course

    def page(self, subject: str) -> str:
        """A page of about a hundred characters, sometimes several hundred."""
        wanted = self._draw.length(median=92, spread=0.72, largest=900)
        lines = [f"{subject}：{self._sentence()}"]
        while sum(map(len, lines)) < wanted:
            lines.append(self._points() if self._draw.chance(0.12) else self._sentence())
        return ("\n" if self._draw.chance(0.5) else "").join(lines)

    def _sentence(self) -> str:
        clauses = [self._clause() for _ in range(1 + self._draw.below(3))]
        return "，".join(clauses) + self._draw.ranked(("。", "。", "。", "；", "？", "！"), exponent=0.8)

    def _points(self) -> str:
        parts = [self.verb() + self.noun() for _ in range(3 + self._draw.below(3))]
        return "要点：" + "、".join(parts) + "。"

    def _clause(self) -> str:
        return self._draw.ranked(CLAUSES, exponent=0.6)(self)

    def actor(self) -> str:
        return self._draw.ranked(words.ACTORS)

    def adverb(self) -> str:
        return self._draw.ranked(words.ADVERBS)

    def adjective(self) -> str:
        return self._draw.ranked(words.ADJECTIVES)

    def verb(self) -> str:
        if self._draw.chance(0.5):
            return self._draw.ranked(self._course.verbs)
        return self._draw.ranked(words.VERBS, exponent=0.6)

    def noun(self) -> str:
        chance = self._draw.below(100)
        if chance < 18:
            return self._draw.ranked(self._course.terms)
        if chance < 42:
            return self._draw.ranked(self._course.nouns, exponent=0.6)
        if chance < 66:
            return self._draw.ranked(words.NOUNS, exponent=0.5)
        if chance < 82:
            return self._draw.ranked(words.terms(), exponent=0.5)
        if chance < 88:
            return self._draw.one(words.NOUNS) + self._draw.one(words.NOUNS)
        return self.name()

    def name(self) -> str:
        """Mostly a name that other texts contain too; one in ten is new."""
        return _new_name(self._draw) if self._draw.chance(0.1) else self._draw.ranked(names(), exponent=0.75)

    def place(self) -> str:
        return self._draw.ranked(words.PLACES)

    def time(self) -> str:
        return self._draw.ranked(words.TIMES)

    def number(self) -> str:
        unit = self._draw.ranked(("分钟", "次", "个月", "毫升", "人", "厘米", "度", "克", "岁", "课时"))
        return f"{1 + self._draw.length(8, 0.9, 600)}{unit}"


CLAUSES = (
    lambda w: f"{w.actor()}应当{w.adverb()}{w.verb()}{w.noun()}",
    lambda w: f"{w.verb()}{w.noun()}和{w.noun()}",
    lambda w: f"对{w.actor()}的{w.noun()}进行{w.verb()}",
    lambda w: f"在{w.place()}{w.verb()}{w.adjective()}的{w.noun()}",
    lambda w: f"{w.time()}，{w.actor()}{w.verb()}{w.noun()}",
    lambda w: f"{w.noun()}的{w.noun()}要{w.adjective()}",
    lambda w: f"根据{w.noun()}{w.verb()}{w.noun()}",
    lambda w: f"可以{w.verb()}{w.noun()}，也可以{w.verb()}{w.noun()}",
    lambda w: f"不要{w.verb()}{w.adjective()}的{w.noun()}",
    lambda w: f"与{w.actor()}一起{w.verb()}{w.noun()}",
    lambda w: f"{w.noun()}、{w.noun()}和{w.noun()}是{w.noun()}的{w.noun()}",
    lambda w: f"每次{w.verb()}约{w.number()}",
    lambda w: f"如果{w.noun()}{w.adjective()}，由{w.actor()}{w.verb()}",
    lambda w: f"为了{w.verb()}{w.noun()}，{w.actor()}需要{w.verb()}{w.noun()}",
    lambda w: f"{w.noun()}不少于{w.number()}",
    lambda w: f"{w.name()}的案例说明了{w.noun()}与{w.noun()}的关系",
)
"""Ways to say something, most frequent first."""

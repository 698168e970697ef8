"""The judged documents as the product holds them: articles of one law, or pages of one deck, are pages of one resource.

A resource has the best grade of its pages. This is what the devices for resources of many pages are measured on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.relevance import Judgments, resource
from search.engines.types import PageDoc, ResourceDoc

ARTICLE = re.compile(r"(.*?)\s+(第[一二三四五六七八九十百千零〇]+条.*)")


@dataclass(frozen=True, slots=True)
class Grouped:
    """``places`` maps the id of a judged document to the number of its resource."""

    resources: tuple[ResourceDoc, ...]
    places: dict[str, int]

    def judgments(self, judged: Judgments) -> Judgments:
        """Grades by query and resource number, the number written as text."""
        grades: Judgments = {}
        for query, documents in judged.items():
            own = grades.setdefault(query, {})
            for document, grade in documents.items():
                place = str(self.places[document])
                own[place] = max(own.get(place, 0), grade)
        return grades


def group(documents: Sequence[dict[str, Any]]) -> Grouped:
    pages: dict[str, list[PageDoc]] = {}
    whole: dict[str, str] = {}
    titles: dict[str, str] = {}
    keys = {str(document["id"]): _key(document) for document in documents}
    for document in documents:
        id, key = str(document["id"]), keys[str(document["id"])]
        article = ARTICLE.fullmatch(document["title"]) if id.startswith("art-") else None
        titles.setdefault(key, article.group(1) if article else document["title"])
        if id.startswith("law-") or id == f"demo-{document['title']}-0":
            whole[key] = document["text"]
            continue
        own = pages.setdefault(key, [])
        own.append(PageDoc(1, len(own) + 1, article.group(2) if article else "", document["text"]))
    resources = tuple(
        _resource(number, titles[key], whole.get(key, ""), pages.get(key, ())) for number, key in enumerate(titles)
    )
    numbers = {key: number for number, key in enumerate(titles)}
    return Grouped(resources, {id: numbers[key] for id, key in keys.items()})


def _key(document: dict[str, Any]) -> str:
    id, title = str(document["id"]), str(document["title"])
    if id.startswith("art-") and (article := ARTICLE.fullmatch(title)):
        return article.group(1)
    return title if id.startswith(("art-", "law-", "demo-")) else id


def _resource(number: int, title: str, whole: str, pages: Sequence[PageDoc]) -> ResourceDoc:
    """``whole``: the text of a law, used where no article of it was collected, or the description of a demo resource."""
    if not pages:
        return resource(number, title, (PageDoc(1, 1, "", whole),))
    is_description = len(whole) < 500
    return resource(number, title, tuple(pages), description=whole if is_description else "")

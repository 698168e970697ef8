"""Every URL of the editing desk, taken from the resolver, with values for its placeholders."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

CMS = "cms/"

_PLACEHOLDER = re.compile(r"<(?:[\w]+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, slots=True)
class CmsUrl:
    """``name``: with its namespaces. ``pattern``: as written, from the root."""

    name: str
    pattern: str
    placeholders: tuple[str, ...]

    def filled(self, samples: dict[str, list[Any]]) -> Iterator[str]:
        """The paths for each combination of samples. Raises KeyError for a placeholder without any."""
        for values in itertools.product(*(samples[name] for name in self.placeholders)):
            remaining = iter(values)
            path = _PLACEHOLDER.sub(lambda _found, rest=remaining: str(next(rest)), self.pattern)
            yield "/" + path.replace("^", "").replace("$", "").replace("\\", "")


@dataclass
class Walk:
    found: list[CmsUrl] = field(default_factory=list)

    def into(self, resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> None:
        for entry in resolver.url_patterns:
            pattern = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                self.into(entry, pattern, (*spaces, *([entry.namespace] if entry.namespace else [])))
            elif isinstance(entry, URLPattern) and pattern.startswith(CMS):
                placeholders = tuple(first or second for first, second in _PLACEHOLDER.findall(pattern))
                self.found.append(CmsUrl(":".join((*spaces, entry.name or "")), pattern, placeholders))


def cms_urls() -> list[CmsUrl]:
    walk = Walk()
    walk.into(get_resolver(), "", ())
    return walk.found

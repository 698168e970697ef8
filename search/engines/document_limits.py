"""What no engine takes: the same documents are refused by all of them, for the same reason."""

from __future__ import annotations

import math

from search.engines.types import EVERYTHING, ResourceDoc

_LARGEST = 2**63 - 1
_LONGEST_VALUE = 2000
"""Bytes of a facet value or access token."""


def refuse_reason(doc: ResourceDoc) -> str:
    """One sentence why this document can't be stored, or nothing."""
    numbers = [doc.id, doc.version, *(number for page in doc.pages for number in (page.file, page.number))]
    if any(not 0 <= number <= _LARGEST for number in numbers):
        return "an id, version, file or page number is negative or too large"
    if not math.isfinite(doc.popularity) or not math.isfinite(doc.quality):
        return "popularity or quality is not a number"
    for value in (*doc.access, *(value for facet, values in doc.facets.items() for value in (facet, *values))):
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            return "a facet value or access token holds half a character"
        if size > _LONGEST_VALUE:
            return f"a facet value or access token is longer than {_LONGEST_VALUE} bytes"
    if EVERYTHING in doc.access:
        return "an access token is *, which is reserved for viewers who may see everything"
    return ""

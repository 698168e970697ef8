"""One list of table styles for the deck. Ids stay, unless two styles have the same."""

from __future__ import annotations

import uuid

from lessons.decks.opc import HEAD, Source, canonical
from resources.processing.extract.ooxml import A

NAMESPACE = uuid.UUID("6f7c1b5e-3d5a-4a3c-9f57-0f6d4f2b9c11")
STANDARD = "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"
"""The style of new tables: medium style 2, accent 1."""


class TableStyles:
    def __init__(self) -> None:
        self._styles: dict[str, bytes] = {}

    def take(self, source: Source) -> dict[str, str]:
        """Add the styles of a source. Returns the ids that its tables must use instead of their own."""
        renamed = {}
        for relation in source.relations.values():
            root = source.package.xml(relation.target) if relation.kind == "tableStyles" else None
            for style in root.iterfind(A + "tblStyle") if root is not None else ():
                styled = style.get("styleId", "")
                # Canonical, so that the same style written by two programs is one.
                text = canonical(style)
                if self._styles.setdefault(styled, text) != text:
                    other = "{" + str(uuid.uuid5(NAMESPACE, styled + text.decode())).upper() + "}"
                    renamed[styled] = other
                    style.set("styleId", other)
                    self._styles[other] = canonical(style)
        return renamed

    def xml(self) -> str:
        styles = "".join(text.decode() for text in self._styles.values())
        return f'{HEAD}<a:tblStyleLst xmlns:a="{A[1:-1]}" def="{STANDARD}">{styles}</a:tblStyleLst>'

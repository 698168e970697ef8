"""An index with other fields than this code's answers, reports the difference and is rebuilt."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from search.engines import Engine, EngineUnavailable
from search.engines.elastic import indices, mapping
from search.engines.embedded import documents, index_folder, schema
from search.engines.query_tree import Field
from search.engines.types import SearchQuery
from tests.contracts.engines import PUBLIC, EngineHouse, doc, shipped_analyzer

FINGERPRINT = shipped_analyzer().fingerprint
NEW_FIELD = Field.DESCRIPTION_WORDS
"""The field that the older schema of these tests lacks."""


def make_older_embedded(patch: pytest.MonkeyPatch) -> None:
    older = tuple(field for field in schema.RESOURCE_FIELDS if field != NEW_FIELD)
    patch.setattr(schema, "RESOURCE_FIELDS", older)
    patch.setattr(documents, "RESOURCE_FIELDS", older)
    patch.setattr(index_folder, "schema_digest", lambda: "older")


def make_older_elasticsearch(patch: pytest.MonkeyPatch) -> None:
    body_of = indices.Generations._body
    entry_of = mapping.resource_entry

    def body(layout: Any, index: str, document: Any, *args: Any, **more: Any) -> dict[str, Any]:
        made = body_of(layout, index, document, *args, **more)
        made["mappings"] = json.loads(json.dumps(made["mappings"]))
        made["mappings"]["properties"].pop("description", None)
        return made

    def entry(prepared: Any) -> dict[str, Any]:
        made = entry_of(prepared)
        made.pop("description", None)
        return made

    patch.setattr(indices.Generations, "_body", body)
    patch.setattr(indices, "SCHEMA_DIGEST", "older")
    patch.setattr("search.engines.elastic.writer.resource_entry", entry)


OLDER: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "embedded": make_older_embedded,
    "elasticsearch": make_older_elasticsearch,
}


def found(engine: Engine, text: str) -> set[int]:
    return {hit.id for hit in engine.search(SearchQuery(text, access=PUBLIC)).hits}


@pytest.fixture
def older(house: EngineHouse) -> Engine:
    """An engine of this code on an index written by an older one."""
    with pytest.MonkeyPatch.context() as patch:
        OLDER[house.kind](patch)
        house.open().index([doc(1, "晨检", "入园晨检的步骤", description="蒲公英绘本")])
        house.close()
    return house.open()


def test_an_older_index_answers_but_reports_another_fingerprint(older: Engine) -> None:
    assert found(older, "晨检") == {1}
    assert older.fingerprint() not in ("", FINGERPRINT)
    assert older.fingerprint().startswith(FINGERPRINT)
    assert older.health().ok


def test_a_document_with_a_field_the_older_index_lacks_is_not_refused(older: Engine) -> None:
    """The embedded index omits the field; Elasticsearch refuses it, and the document waits."""
    with suppress(EngineUnavailable):
        older.index([doc(2, "午检", description="向日葵课件")])
    assert found(older, "晨检") == {1}


def test_a_rebuild_brings_the_schema_of_this_code_while_the_older_index_answers(older: Engine) -> None:
    with older.rebuild(FINGERPRINT) as new:
        older.index([doc(2, "午检", description="向日葵课件")])
        new.add([doc(1, "晨检", "入园晨检的步骤", description="蒲公英绘本")])
        assert found(older, "晨检") == {1}
        new.finish()
    assert older.fingerprint() == FINGERPRINT
    assert found(older, "晨检") == {1}
    assert found(older, "向日葵课件") == {2}
    older.index([doc(3, "晚检", description="康乃馨视频")])
    assert found(older, "康乃馨视频") == {3}


def test_an_index_that_names_no_schema_is_an_older_one(house: EngineHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the releases before wrote it."""
    monkeypatch.setattr(index_folder, "schema_digest", lambda: "")
    monkeypatch.setattr(indices, "SCHEMA_DIGEST", "")
    house.open().index([doc(1, "晨检")])
    house.close()
    monkeypatch.undo()
    assert house.open().fingerprint() == f"{FINGERPRINT}, schema unknown"


def test_the_digest_follows_every_field() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "RESOURCE_FIELDS", schema.RESOURCE_FIELDS[:-1])
        assert schema.schema_digest.__wrapped__() != schema.schema_digest()
        patch.setattr(mapping, "ANALYSIS", {})
        assert mapping.schema_digest() != mapping.SCHEMA_DIGEST

"""Versions, removals, refusals and rebuilds: what an index is worth after anything has happened to it."""

from __future__ import annotations

import threading

import pytest

from search.engines import Engine, EngineRejected
from search.engines.types import SearchQuery
from tests.contracts.engines import EDITOR, PUBLIC, EngineHouse, analyzer, doc


def found(engine: Engine, text: str) -> set[int]:
    return {hit.id for hit in engine.search(SearchQuery(text, size=100)).hits}


def test_a_change_is_found_and_its_old_words_are_not(engine: Engine) -> None:
    engine.index([doc(1, "绘本阅读")])
    engine.index([doc(1, "洗手步骤", version=2)])
    assert found(engine, "洗手") == {1}
    assert found(engine, "绘本") == set()
    assert dict(engine.versions()) == {1: 2}


def test_an_older_version_never_wins(engine: Engine) -> None:
    engine.index([doc(1, "洗手步骤", "新页", version=5)])
    engine.index([doc(1, "绘本阅读", "旧页", "旧页二", version=4)])
    assert dict(engine.versions()) == {1: 5}
    assert found(engine, "绘本") == set()
    assert engine.pages(1, SearchQuery("旧页二")) == ()
    assert [page.number for page in engine.pages(1, SearchQuery("新页"))] == [1]


def test_a_removed_resource_is_gone_and_no_older_write_brings_it_back(engine: Engine) -> None:
    engine.index([doc(1, "洗手步骤", "洗手", keywords=("洗手",)), doc(2, "绘本")])
    engine.remove([1], version=3)
    engine.index([doc(1, "洗手步骤", "洗手", version=2)])
    assert dict(engine.versions()) == {2: 1}
    assert found(engine, "洗手") == set()
    assert engine.suggest("洗", PUBLIC, 5) == ()
    assert engine.pages(1, SearchQuery("洗手")) == ()
    engine.index([doc(1, "洗手步骤", version=3)])
    assert dict(engine.versions()) == {1: 3, 2: 1}


def test_a_removal_that_is_older_than_the_document_does_nothing(engine: Engine) -> None:
    engine.index([doc(1, "洗手步骤", version=5)])
    engine.remove([1, 77], version=4)
    assert dict(engine.versions()) == {1: 5}


def test_writing_the_same_twice_is_the_same_as_once(engine: Engine) -> None:
    for _ in range(2):
        engine.index([doc(1, "洗手步骤", "洗手一", "洗手二")])
    assert engine.search(SearchQuery("洗手")).total == 1
    assert len(engine.pages(1, SearchQuery("洗手"))) == 2


def test_an_empty_write_changes_nothing(engine: Engine) -> None:
    engine.index([doc(1, "洗手")])
    engine.index([])
    engine.remove([], version=9)
    assert dict(engine.versions()) == {1: 1}


def test_what_can_never_be_stored_is_refused_by_name_and_the_rest_is_written(engine: Engine) -> None:
    bad = doc(2, "不可能", facets={"kind": ("长" * 20_000,)})
    with pytest.raises(EngineRejected) as refusal:
        engine.index([doc(1, "洗手"), bad, doc(3, "洗手歌")])
    assert set(refusal.value.reasons) == {2}
    assert refusal.value.reasons[2]
    assert found(engine, "洗手") == {1, 3}


def test_unusual_texts_are_stored(engine: Engine) -> None:
    odd = ["\ud800半个字", "零\x00字节", "🍼" * 300, "a" * 40_000, "", " \n\t", "𠮷野家", "אב ×™", "e\u0301" * 500]
    engine.index([doc(number, text, text, keywords=(text,)) for number, text in enumerate(odd, 1)])
    assert dict(engine.versions()) == dict.fromkeys(range(1, len(odd) + 1), 1)
    assert found(engine, "半个字") == {1}


def test_health_counts_live_resources_and_the_fingerprint_is_the_analyzers(house: EngineHouse) -> None:
    using = analyzer(words=("洗手歌",))
    engine = house.open(using)
    assert engine.fingerprint() == ""
    engine.index([doc(1, "洗手"), doc(2, "绘本")])
    engine.remove([2], version=2)
    assert engine.fingerprint() == using.fingerprint
    health = engine.health()
    assert health.ok
    assert health.documents == 1


def test_a_rebuild_takes_over_at_once_and_only_when_it_is_finished(engine: Engine) -> None:
    engine.index([doc(1, "蒲公英绘本"), doc(2, "蒲公英课件")])
    with engine.rebuild(engine.fingerprint()) as new:
        new.add([doc(1, "向日葵绘本", version=2)])
        assert found(engine, "蒲公英") == {1, 2}
        assert found(engine, "向日葵") == set()
        new.finish()
    assert dict(engine.versions()) == {1: 2}
    assert found(engine, "向日葵") == {1}


def test_a_rebuild_that_is_left_unfinished_changes_nothing(engine: Engine) -> None:
    engine.index([doc(1, "绘本")])

    def rebuild_half() -> None:
        with engine.rebuild(engine.fingerprint()) as new:
            new.add([doc(2, "课件")])
            raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        rebuild_half()
    assert dict(engine.versions()) == {1: 1}
    with engine.rebuild(engine.fingerprint()) as again:
        again.add([doc(3, "视频")])
        again.finish()
    assert dict(engine.versions()) == {3: 1}


def test_live_writes_during_a_rebuild_are_kept_and_beat_what_it_read_before(engine: Engine) -> None:
    engine.index([doc(1, "绘本"), doc(2, "课件"), doc(3, "视频", "旧页")])
    with engine.rebuild(engine.fingerprint()) as new:
        engine.index([doc(1, "绘本改", version=7), doc(9, "新来的", version=7)])
        engine.remove([2], version=7)
        new.add([doc(1, "绘本", version=2), doc(2, "课件", version=2), doc(3, "视频", "旧页", version=2)])
        engine.index([doc(3, "视频改", "新页", version=8)])
        assert dict(engine.versions()) == {1: 7, 3: 8, 9: 7}
        new.finish()
    assert dict(engine.versions()) == {1: 7, 3: 8, 9: 7}
    assert found(engine, "改") == {1, 3}
    assert engine.pages(3, SearchQuery("旧页")) == ()
    assert len(engine.pages(3, SearchQuery("新页"))) == 1
    engine.index([doc(2, "课件", version=3)])
    assert 2 not in dict(engine.versions()), "a removal is remembered across the rebuild"


def test_queries_are_cut_with_the_dictionary_of_the_index_that_answers(house: EngineHouse) -> None:
    old = house.open(analyzer())
    old.index([doc(1, "奇思妙构法介绍", "奇思妙构法"), doc(2, "绘本")])
    with_word = analyzer(words=("奇思妙构法",))
    if house.kind == "embedded":
        house.close()  # one process writes the embedded index
    changed = house.open(with_word)
    assert found(changed, "奇思妙构法") == {1}
    assert changed.fingerprint() == analyzer().fingerprint
    with changed.rebuild(with_word.fingerprint) as new:
        new.add([doc(1, "奇思妙构法介绍", "奇思妙构法", version=2), doc(2, "绘本", version=2)])
        changed.index([doc(3, "再说奇思妙构法", version=3)])
        assert found(changed, "奇思妙构法") == {1, 3}
        new.finish()
    assert changed.fingerprint() == with_word.fingerprint
    assert found(changed, "奇思妙构法") == {1, 3}
    reader = house.open(analyzer(), read_only=True)
    assert found(reader, "奇思妙构法") == {1, 3}, "an engine with another dictionary asks in the index's own"


def test_another_process_sees_a_rebuild_that_took_over(house: EngineHouse) -> None:
    writer = house.open()
    writer.index([doc(1, "绘本")])
    reader = house.open(read_only=True)
    assert found(reader, "绘本") == {1}
    with writer.rebuild(writer.fingerprint()) as new:
        new.add([doc(2, "绘本")])
        new.finish()
    assert found(reader, "绘本") == {2}
    assert dict(reader.versions()) == {2: 1}


def test_searches_go_on_while_indices_are_swapped_again_and_again(house: EngineHouse) -> None:
    writer, reader = house.open(), house.open(read_only=True)
    writer.index([doc(number, f"洗手课件{number}", "洗手") for number in range(1, 21)])
    stop = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        while not stop.is_set():
            try:
                results = reader.search(SearchQuery("洗手", access=EDITOR, size=5))
            except Exception as problem:  # noqa: BLE001 - any exception is the failure
                wrong.append(problem)
                return
            if results.total != 20 or any(not hit.pages for hit in results.hits):
                wrong.append(results)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for version in range(2, 6):
        with writer.rebuild(writer.fingerprint()) as new:
            new.add([doc(number, f"洗手课件{number}", "洗手", version=version) for number in range(1, 21)])
            new.finish()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []

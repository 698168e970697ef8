"""What survives: crashes, full disks, half-written folders, and a dictionary that changed meanwhile."""

import contextlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from search.analysis import Analyzer, Dictionary
from search.engines import EngineRejected, EngineUnavailable
from search.engines.embedded import EmbeddedEngine
from search.engines.types import SearchQuery

ROOT = Path(__file__).resolve().parents[4]


def found(engine, text="晨检"):
    return {hit.id for hit in engine.search(SearchQuery(text, size=1000)).hits}


def in_another_process(code, *arguments, **options):
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from search.analysis import Analyzer
        from search.engines.embedded import EmbeddedEngine
        from tests.search.engines.embedded.conftest import resource
        engine = EmbeddedEngine(Path(sys.argv[1]), Analyzer())
        """
    ) + textwrap.dedent(code)
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, **options)


def test_a_reader_in_another_process_sees_each_commit(tmp_path, make):
    writer = EmbeddedEngine(tmp_path, Analyzer())
    reader = EmbeddedEngine(tmp_path, Analyzer(), read_only=True)
    assert found(reader) == set()
    for number in range(1, 4):
        writer.index([make(number, "晨检")])
        assert found(reader) == set(range(1, number + 1))
    with pytest.raises(EngineUnavailable, match="reading only"):
        reader.index([make(9, "晨检")])


def test_only_one_process_writes_at_a_time(tmp_path, make):
    writer = EmbeddedEngine(tmp_path, Analyzer())
    writer.index([make(1, "晨检")])
    child = in_another_process(
        """
        from search.engines import EngineUnavailable
        try:
            engine.index([resource(2, "晨检")])
        except EngineUnavailable as error:
            print(error)
        """,
        tmp_path,
    )
    assert "another process writes" in child.communicate(timeout=60)[0]
    writer.close()
    child = in_another_process("engine.index([resource(2, '晨检')])", tmp_path)
    assert child.wait(60) == 0
    assert found(writer) == {1, 2}


def test_a_writer_killed_in_the_middle_loses_nothing_it_acknowledged(tmp_path):
    child = in_another_process(
        """
        for number in range(10_000):
            engine.index([resource(number, "晨检", "晨检的步骤")])
            print(number, flush=True)
        """,
        tmp_path,
    )
    acknowledged = -1
    for line in child.stdout:
        acknowledged = int(line)
        if acknowledged >= 15:
            child.kill()
            break
    acknowledged = max([acknowledged, *(int(line) for line in child.stdout if line.strip().isdigit())])
    child.wait(60)
    engine = EmbeddedEngine(tmp_path, Analyzer())
    assert set(range(acknowledged + 1)) <= found(engine)
    assert engine.health().ok
    engine.index([])


def test_a_full_disk_changes_nothing_and_is_said(tmp_path):
    child = in_another_process(
        """
        import resource as limits, signal
        from search.engines import EngineUnavailable
        from search.engines.types import SearchQuery
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        engine.index([resource(1, "晨检")])
        before = limits.getrlimit(limits.RLIMIT_FSIZE)
        limits.setrlimit(limits.RLIMIT_FSIZE, (2_000, before[1]))
        try:
            engine.index([resource(number, "晨检" + str(number), "步骤" * 500) for number in range(2, 400)])
            print("written")
        except EngineUnavailable:
            print("refused")
        limits.setrlimit(limits.RLIMIT_FSIZE, before)
        print(sorted(hit.id for hit in engine.search(SearchQuery("晨检", size=500)).hits))
        engine.index([resource(2, "晨检")])
        print(sorted(hit.id for hit in engine.search(SearchQuery("晨检", size=500)).hits))
        """,
        tmp_path,
        stderr=subprocess.DEVNULL,
    )
    assert child.communicate(timeout=120)[0].splitlines() == ["refused", "[1]", "[1, 2]"]


def test_a_rebuild_that_lost_what_it_had_staged_to_a_full_disk_never_takes_over(tmp_path):
    child = in_another_process(
        """
        import resource as limits, signal
        from search.engines import EngineUnavailable
        from search.engines.types import SearchQuery
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        def tried(call):
            try:
                call()
                print("done")
            except EngineUnavailable:
                print("refused")
        docs = [resource(number, "晨检" + str(number), "步骤" * 50) for number in range(1, 60)]
        engine.index(docs)
        with engine.rebuild(engine.fingerprint()) as new:
            new.add(docs[:58])
            before = limits.getrlimit(limits.RLIMIT_FSIZE)
            limits.setrlimit(limits.RLIMIT_FSIZE, (2_000, before[1]))
            tried(new.finish)
            limits.setrlimit(limits.RLIMIT_FSIZE, before)
            tried(lambda: new.add(docs[58:]))
            tried(new.finish)
        with engine.rebuild(engine.fingerprint()) as new:
            tried(lambda: new.add(docs))
            tried(new.finish)
        print(engine.search(SearchQuery("晨检")).total, engine.health().documents)
        """,
        tmp_path,
        stderr=subprocess.DEVNULL,
    )
    assert child.communicate(timeout=120)[0].splitlines() == ["refused"] * 3 + ["done"] * 2 + ["59 59"]


@pytest.mark.parametrize(
    "lost", ["meta.json", "resources/meta.json", "pages/meta.json", "../CURRENT", "*.idx", "*.fast"]
)
def test_a_damaged_index_says_so_and_is_built_again(tmp_path, make, lost):
    writer = EmbeddedEngine(tmp_path, Analyzer())
    writer.index([make(1, "晨检", "步骤")])
    writer.close()
    generation = tmp_path / "gen-000001"
    for path in generation.rglob(lost) if "*" in lost else [generation / lost]:
        path.unlink()

    engine = EmbeddedEngine(tmp_path, Analyzer())
    assert engine.fingerprint() == ""
    health = engine.health()
    assert not health.ok
    assert "rebuild the index" in health.detail
    with pytest.raises(EngineUnavailable, match="rebuild the index"):
        engine.search(SearchQuery("晨检"))
    with pytest.raises(EngineUnavailable):
        engine.index([make(2, "晨检")])

    with engine.rebuild(Analyzer().fingerprint) as rebuild:
        rebuild.add([make(1, "晨检")])
        rebuild.finish()
    assert engine.health().ok
    assert found(engine) == {1}
    engine.index([make(2, "晨检")])
    assert found(engine) == {1, 2}


def test_a_truncated_file_is_noticed(tmp_path, make):
    writer = EmbeddedEngine(tmp_path, Analyzer())
    writer.index([make(number, "晨检", "步骤") for number in range(50)])
    writer.close()
    for path in (tmp_path / "gen-000001" / "resources").glob("*.term"):
        os.truncate(path, 10)
    engine = EmbeddedEngine(tmp_path, Analyzer())
    assert engine.fingerprint() == ""
    assert not engine.health().ok


def test_a_rebuild_that_a_crash_cut_short_leaves_the_old_index_answering(tmp_path):
    child = in_another_process(
        """
        import os
        engine.index([resource(1, "晨检")])
        rebuild = engine.rebuild("new")
        rebuild.add([resource(2, "晨检")])
        os._exit(9)
        """,
        tmp_path,
    )
    assert child.wait(60) == 9
    engine = EmbeddedEngine(tmp_path, Analyzer())
    assert found(engine) == {1}
    engine.index([])
    assert [path.name for path in tmp_path.glob("gen-*")] == ["gen-000001"]


def test_queries_are_cut_with_the_dictionary_of_the_index_that_answers(tmp_path, make):
    old = Analyzer()
    new = Analyzer(dictionary=Dictionary(("晨间接待",)))
    before = EmbeddedEngine(tmp_path, old)
    before.index([make(1, "晨间接待流程")])
    before.close()
    engine = EmbeddedEngine(tmp_path, new)
    assert engine.search(SearchQuery("晨间接待")).parsed.terms == ("晨间", "接待")
    assert engine.fingerprint() == old.fingerprint != new.fingerprint
    with engine.rebuild(new.fingerprint) as rebuild:
        rebuild.add([make(1, "晨间接待流程")])
        assert engine.search(SearchQuery("晨间接待")).parsed.terms == ("晨间", "接待")
        rebuild.finish()
    assert engine.search(SearchQuery("晨间接待")).parsed.terms == ("晨间接待",)
    assert engine.fingerprint() == new.fingerprint
    assert found(engine, "晨间接待") == {1}


def test_what_cannot_be_stored_is_refused_by_name_and_the_rest_is_written(engine, make):
    docs = [
        make(1, "晨检"),
        make(2, "晨检", facets={"kind": ("\ud800",)}),
        make(3, "晨检", popularity=float("nan")),
        make(4, "晨检\ud800", "\ud800\x00"),
        make(5, "晨检", access=("*",)),
    ]
    with pytest.raises(EngineRejected) as refused:
        engine.index(docs)
    assert set(refused.value.reasons) == {2, 3, 5}
    assert found(engine) == {1, 4}


def test_a_rebuild_given_up_leaves_no_trace(engine, make, tmp_path):
    engine.index([make(1, "晨检")])
    with contextlib.suppress(RuntimeError), engine.rebuild("new") as rebuild:
        rebuild.add([make(2, "晨检")])
        raise RuntimeError
    assert found(engine) == {1}
    assert len(list((tmp_path / "index").glob("gen-*"))) == 1
    with engine.rebuild("newer") as rebuild:
        rebuild.finish()
    assert found(engine) == set()

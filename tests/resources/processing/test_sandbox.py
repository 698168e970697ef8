"""What a program in the sandbox cannot do, tried with hostile programs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from resources.processing import child, isolation, sandbox
from resources.processing.isolation import Isolation
from resources.processing.sandbox import Ended, Limits

MB = 1024**2
AUTOGROUP = Path("/proc/self/autogroup")
REAL_POPEN = sandbox.subprocess.Popen
isolated = pytest.mark.skipif(
    isolation.detect_isolation() is not Isolation.BUBBLEWRAP, reason="bubblewrap does not work on this machine"
)


def attack(
    folder: Path, code: str, monkeypatch: pytest.MonkeyPatch, **limits: Any
) -> tuple[sandbox.Outcome, list[Any]]:
    """Run Python code as the child would run a parser: under its limits, in its sandbox."""
    place = sandbox.new_folder(folder, "work")
    (place / "attack.py").write_text(code)
    loader = (
        "import sys, json, os; from resources.processing import child;"
        "request = json.loads(sys.argv[2]);"
        "child.limit(request['memory'], request['cpu'], request['file_size']); child.send(child.STARTED);"
        "exec(compile(open('attack.py').read(), 'attack', 'exec'), {'say': child.send})"
    )
    (place / "loader.py").write_text(loader)

    def popen(argv: list[str], **options: Any) -> Any:
        at = argv.index("-m")
        return REAL_POPEN([*argv[:at], "loader.py", *argv[at + 2 :]], **options)

    monkeypatch.setattr(sandbox.subprocess, "Popen", popen)
    said: list[Any] = []
    asked = {"memory": 256 * MB, "cpu": 5, "wall": 10.0, "file_size": 8 * MB, "disk": 32 * MB} | limits
    return sandbox.run("attack", {}, folder=place, limits=Limits(**asked), report=said.append), said


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, said = attack(tmp_path, "x = bytearray(1024**3); say({'got': len(x)})", monkeypatch)
    assert outcome.ended is not Ended.WELL
    assert said == []


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this kernel does not share time between sessions")
def test_it_gives_way_to_other_processes_and_sessions(tmp_path: Path) -> None:
    place = sandbox.new_folder(tmp_path, "work")
    mark = f"{os.getpid()}.{time.time_ns()}"
    os.mkfifo(place / mark)
    run = threading.Thread(
        target=lambda: sandbox.run("extract", {"name": mark, "extractor": "text"}, folder=place, limits=Limits(wall=20))
    )
    run.start()

    def gives_way() -> bool:
        """Read from outside, while the real child waits on an empty pipe."""
        for process in Path("/proc").glob("[0-9]*"):
            line = _command_line(process)
            if line.startswith(f"{sys.executable}\0-s") and mark in line:
                session = (process / "autogroup").read_text().split()[1:]
                return os.getpriority(os.PRIO_PROCESS, int(process.name)) == 10 and session == ["nice", "10"]
        return False

    try:
        assert _soon(gives_way)
    finally:
        os.close(os.open(place / mark, os.O_RDWR))  # the pipe's end, for which the child waits
        run.join()


def test_running_out_of_memory_has_a_name(tmp_path: Path) -> None:
    place = sandbox.new_folder(tmp_path, "work")
    (place / "source").write_bytes("字".encode() * 30 * MB)
    limits = Limits(memory=220 * MB)
    outcome = sandbox.run("extract", {"name": "source", "extractor": "text"}, folder=place, limits=limits)
    assert outcome.ended is Ended.TOO_DEMANDING


def test_processor_time_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    outcome, _said = attack(tmp_path, "while True: pass", monkeypatch, cpu=1, wall=30.0)
    assert outcome.ended is Ended.TIMED_OUT
    assert time.monotonic() - started < 10


def test_sleeping_does_not_outlast_the_wall_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    outcome, _said = attack(tmp_path, "import time; time.sleep(60)", monkeypatch, wall=1.0)
    assert outcome.ended is Ended.TIMED_OUT
    assert time.monotonic() - started < 5


def test_closing_its_outputs_does_not_free_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import os, time; os.close(1); os.close(2); time.sleep(60)"
    outcome, _said = attack(tmp_path, code, monkeypatch, wall=1.5)
    assert outcome.ended is Ended.TIMED_OUT


def test_a_file_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "f = open('big', 'wb')\nfor _ in range(100): f.write(bytes(1024**2))\nf.close(); say({})"
    outcome, said = attack(tmp_path, code, monkeypatch)
    assert outcome.ended is not Ended.WELL
    assert said == []


def test_the_folder_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import os, time\nfor n in range(20):\n  open(f'{n}', 'wb').write(os.urandom(4 * 1024**2)); time.sleep(0.1)\n"
        "time.sleep(60)"
    )
    outcome, _said = attack(tmp_path, code, monkeypatch, wall=20.0)
    assert outcome.ended is Ended.TOO_DEMANDING


def test_endless_output_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, _said = attack(tmp_path, "while True: print('x' * 10000)", monkeypatch, output=MB)
    assert outcome.ended is Ended.TOO_DEMANDING


def test_children_of_the_child_die_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"{os.getpid()}.{time.time_ns()}"
    code = f"import subprocess, time; subprocess.Popen(['sh', '-c', 'sleep 61; true', '{mark}']); time.sleep(60)"
    attack(tmp_path, code, monkeypatch, wall=1.5)
    time.sleep(0.3)
    assert not [pid for pid in Path("/proc").glob("[0-9]*") if mark in _command_line(pid)]


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


def test_a_crash_is_an_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, _said = attack(tmp_path, "import ctypes; ctypes.string_at(0)", monkeypatch)
    assert outcome.ended is Ended.CRASHED


def test_an_exception_is_an_outcome_with_its_words_for_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome, _said = attack(tmp_path, "raise ValueError('broken part 7')", monkeypatch)
    assert outcome.ended is Ended.CRASHED
    assert "broken part 7" in outcome.stderr


@isolated
def test_nothing_can_be_written_outside_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aims = [str(tmp_path / "outside"), str(isolation.ROOT / "outside"), "/usr/outside", "/etc/outside", "/outside"]
    code = (
        "open('/tmp/inside', 'w').write('x')\n"
        f"for aim in {aims!r}:\n  try: open(aim, 'w').write('x')\n  except OSError: say({{'stopped': aim}})\n"
    )
    outcome, said = attack(tmp_path, code, monkeypatch)
    assert outcome.ended is Ended.WELL
    assert {"/usr/outside", "/etc/outside", "/outside"} <= {line["stopped"] for line in said}
    assert not any(Path(aim).exists() for aim in [*aims, "/tmp/inside"])


@isolated
@pytest.mark.parametrize("place", ["/dev/shm/x", "/dev/x", "/run/x", "/x"])
def test_memory_can_not_be_hidden_in_a_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """A file on a tmpfs is memory that belongs to no process and no limit."""
    code = f"try: open({place!r}, 'wb').write(b'x')\nexcept OSError: say({{'stopped': True}})"
    _outcome, said = attack(tmp_path, code, monkeypatch)
    assert said == [{"stopped": True}]


@isolated
def test_the_projects_settings_and_data_are_out_of_sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "db.sqlite3").write_text("secrets")
    aims = [
        str(tmp_path / "db.sqlite3"),
        str(isolation.ROOT / "manage.py"),
        str(isolation.ROOT / "library"),
        "/etc/passwd",
    ]
    code = f"import os\nsay({{'seen': [aim for aim in {aims!r} if os.path.exists(aim)]}})"
    _outcome, said = attack(tmp_path, code, monkeypatch)
    assert said == [{"seen": []}]


@isolated
def test_the_environment_is_not_handed_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "very-secret")
    _outcome, said = attack(tmp_path, "import os; say({'has': 'SECRET_KEY' in os.environ})", monkeypatch)
    assert said == [{"has": False}]


@pytest.mark.skipif(isolation.detect_isolation() is Isolation.LIMITS, reason="bubblewrap does not work on this machine")
def test_there_is_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(3)
        port = server.getsockname()[1]

        def listen() -> None:
            try:
                reached.append(server.accept())
            except OSError:
                return

        listener = threading.Thread(target=listen)
        listener.start()
        code = (
            f"import socket\ntry: socket.create_connection(('127.0.0.1', {port}), 1); say({{'reached': True}})\n"
            "except OSError: say({'reached': False})"
        )
        _outcome, said = attack(tmp_path, code, monkeypatch)
        listener.join()
    assert said == [{"reached": False}]
    assert reached == []


def test_results_that_are_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "pages.jsonl").symlink_to(secret)
    assert sandbox.read_result(tmp_path / "pages.jsonl", limit=100) is None


def test_results_that_are_pipes_do_not_hang_the_worker(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pages.jsonl")
    assert sandbox.read_result(tmp_path / "pages.jsonl", limit=100) is None


def test_results_larger_than_agreed_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(101))
    assert sandbox.read_result(tmp_path / "big", limit=100) is None


@pytest.fixture(params=["unshare", "limits"])
def weaker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine on which bubblewrap does not work."""
    if request.param == "unshare" and not isolation._works(isolation._unshare()):
        pytest.skip("unshare does not work on this machine")
    monkeypatch.setenv("PROCESSING_ISOLATION", request.param)
    isolation.detect_isolation.cache_clear()
    yield request.param
    monkeypatch.undo()
    isolation.detect_isolation.cache_clear()


def test_it_also_works_where_bubblewrap_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weaker: str) -> None:
    outcome, said = attack(tmp_path, "say({'here': True})", monkeypatch)
    assert (outcome.ended, said) == (Ended.WELL, [{"here": True}])
    outcome, _said = attack(tmp_path, "import time; time.sleep(60)", monkeypatch, wall=1.5)
    assert outcome.ended is Ended.TIMED_OUT


@pytest.mark.parametrize(
    ("code", "ended"),
    [
        ("while True: pass", Ended.TIMED_OUT),
        ("import ctypes; ctypes.string_at(0)", Ended.CRASHED),
        ("import os; os._exit(77)", Ended.TOO_DEMANDING),
    ],
)
def test_how_it_ended_is_known_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weaker: str, code: str, ended: Ended
) -> None:
    outcome, _said = attack(tmp_path, code, monkeypatch, cpu=1, wall=30.0)
    assert outcome.ended is ended


@pytest.mark.parametrize("kind", list(Isolation))
def test_a_killed_worker_takes_its_child_with_it(tmp_path: Path, kind: Isolation) -> None:
    prefixes = {Isolation.BUBBLEWRAP: isolation._bubblewrap, Isolation.UNSHARE: lambda _folder: isolation._unshare()}
    if kind in prefixes and not isolation._works(prefixes[kind](sandbox.new_folder(tmp_path, "trial"))):
        pytest.skip(f"{kind} does not work on this machine")
    place = sandbox.new_folder(tmp_path, "work")
    # An empty pipe holds the child; its name identifies the child.
    mark = f"{os.getpid()}.{time.time_ns()}"
    os.mkfifo(place / mark)
    code = (
        "import sys; from pathlib import Path; from resources.processing import sandbox;"
        "sandbox.run('extract', {'name': sys.argv[2], 'extractor': 'text'}, folder=Path(sys.argv[1]),"
        "limits=sandbox.Limits())"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code, str(place), mark],
        cwd=isolation.ROOT,
        env={**os.environ, "PROCESSING_ISOLATION": kind.value},
    )
    assert _soon(lambda: any("resources.processing.child" in line for line in _processes_with(mark)))
    time.sleep(1)
    assert len(_processes_with(mark)) > 1, "the child did not stay"
    worker.kill()
    worker.wait()
    assert _soon(lambda: not _processes_with(mark)), _processes_with(mark)


def _processes_with(mark: str) -> list[str]:
    return [_command_line(pid) for pid in Path("/proc").glob("[0-9]*") if mark in _command_line(pid)]


def _soon(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.05)
    return False


def test_the_child_knows_nothing_of_django() -> None:
    code = (
        "import sys; import resources.processing.child, resources.processing.inspect, resources.processing.render.pdf,"
        "resources.processing.render.office, resources.processing.render.image, resources.processing.extract.pptx,"
        "resources.processing.extract.docx, resources.processing.extract.xlsx, resources.processing.extract.pdf,"
        "resources.processing.extract.plain, resources.processing.extract.listing;"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'library', 'members', 'wagtail')])"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=isolation.ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
    assert child.EXIT_MEMORY == sandbox.EXIT_MEMORY


def test_a_parser_that_aborts_with_the_memory_used_up_needs_too_much(tmp_path: Path) -> None:
    """Native parsers abort when an allocation fails; the exit code alone says "crashed"."""
    answer = child_ends("held = bytearray(120 * 1024**2); os.abort()", tmp_path, memory=256 * MB)
    assert answer is Ended.TOO_DEMANDING


def test_a_parser_that_aborts_with_memory_left_crashed(tmp_path: Path) -> None:
    assert child_ends("os.abort()", tmp_path, memory=1024 * MB) is Ended.CRASHED


def child_ends(code: str, folder: Path, *, memory: int) -> Ended:
    """How the real child ends when its parser runs this code."""
    place = sandbox.new_folder(folder, "work")
    (place / "parser.py").write_text(f"import os\ndef parse():\n    {code}\n")
    start = (
        "import sys; sys.path.insert(0, '.'); from resources.processing import child;"
        "child.COMMANDS['parse'] = 'parser:parse'; child.main()"
    )
    request = json.dumps({"memory": memory, "cpu": 5, "file_size": MB})
    environment = os.environ | {"PYTHONPATH": str(isolation.ROOT)}
    ended = subprocess.run([sys.executable, "-c", start, "parse", request], cwd=place, env=environment, check=False)
    return sandbox._ended(ended.returncode)


def test_a_sandbox_that_does_not_start_says_nothing_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "command_prefix", lambda *_: ["sh", "-c", "echo no namespaces >&2; exit 1"])
    with pytest.raises(sandbox.SandboxUnavailable, match="no namespaces"):
        sandbox.run("inspect", {}, folder=sandbox.new_folder(tmp_path, "work"), limits=Limits(wall=20))

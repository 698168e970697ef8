"""The services command, tried on PostgreSQL: it starts in two seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services import postgres, supply
from tests.services.fixtures import need
from tests.services.processes import CannotStart

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.services


@pytest.fixture
def own_cache(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An empty cache folder, so that nothing another run uses is stopped here."""
    try:
        postgres.programs()
    except CannotStart as reason:
        pytest.skip(str(reason))
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env = inherited | {"XDG_CACHE_HOME": str(tmp_path), "PATH": without_docker(tmp_path)}
    yield env
    run("down", env)


def without_docker(folder: Path) -> str:
    fake = folder / "bin" / "docker"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    return f"{fake.parent}:{os.environ['PATH']}"


def run(action: str, env: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "tests.services", action, "postgres"]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout


def test_two_calls_at_once_start_one_server(own_cache: dict[str, str]) -> None:
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda _: run("up", own_cache), range(2))
    assert first == second
    assert first.startswith("export DATABASE_URL=")
    assert run("env", own_cache) == first
    assert "native, answers" in run("status", own_cache)


def test_down_ends_the_server_and_forgets_it(own_cache: dict[str, str]) -> None:
    url = run("up", own_cache).strip().partition("=")[2]
    assert postgres.answers({"DATABASE_URL": url})
    run("down", own_cache)
    assert not postgres.answers({"DATABASE_URL": url})
    assert "not started" in run("status", own_cache)


def test_a_service_named_by_the_environment_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1:1/nothing-listens-here")
    with pytest.raises(CannotStart, match="does not answer"):
        supply.up("postgres")


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_a_missing_service_skips_on_a_laptop_and_fails_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("DATABASE_URL", "postgres://127.0.0.1:1/nothing-listens-here")
    with pytest.raises(outcome):
        need("postgres")

"""For each service the first way that works: named by environment, Docker engine, native, none."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.services import docker, elasticsearch, postgres
from tests.services.folders import Record, locked, remember, running
from tests.services.processes import CannotStart, alive, stop
from tests.services.s3 import PROXY, VERSITY


@dataclass(frozen=True)
class Service:
    from_environment: Callable[[], dict[str, str] | None]
    start_native: Callable[[], Record]
    answers: Callable[[Mapping[str, str]], bool]


SERVICES: dict[str, Service] = {
    "postgres": Service(postgres.from_environment, postgres.start_native, postgres.answers),
    "elasticsearch": Service(elasticsearch.from_environment, elasticsearch.start_native, elasticsearch.answers),
    "s3": Service(VERSITY.from_environment, VERSITY.start_native, VERSITY.answers),
    "s3proxy": Service(PROXY.from_environment, PROXY.start_native, PROXY.answers),
}


def up(name: str) -> dict[str, str]:
    """Start a service unless it runs and return its variables. Raises CannotStart."""
    service = SERVICES[name]
    if env := service.from_environment():
        if not service.answers(env):
            raise CannotStart(f"{name} is named by the environment ({next(iter(env.values()))}) but does not answer")
        return env
    with locked():
        records = running()
        record = records.get(name)
        if record and works(name, record):
            return dict(record["env"])
        if record:
            end(name, record)
        record = docker.start(name) if name in docker.CONTAINERS and docker.available() else start_native(name)
        remember({**running(), name: record})
        return dict(record["env"])


def start_native(name: str) -> Record:
    try:
        return SERVICES[name].start_native()
    except (OSError, subprocess.SubprocessError) as problem:
        output = getattr(problem, "stderr", b"") or b""
        raise CannotStart(f"{name}: {problem} {output.decode(errors='replace')[-400:]}") from problem


def works(name: str, record: Record) -> bool:
    return all(alive(process) for process in record["processes"]) and SERVICES[name].answers(record["env"])


def end(name: str, record: Record) -> None:
    for process in record["processes"]:
        stop(process)
    if record["how"] == "docker":
        docker.stop(name)
    if record["folder"]:
        shutil.rmtree(record["folder"], ignore_errors=True)


def down(names: Sequence[str]) -> list[str]:
    """End what was started, by process id. Returns the names that were running."""
    with locked():
        records = running()
        ended = [name for name in names if name in records]
        for name in ended:
            end(name, records.pop(name))
            remember(records)
        return ended


def status(name: str) -> str:
    service, record = SERVICES[name], running().get(name)
    if env := service.from_environment():
        return f"environment, {'answers' if service.answers(env) else 'DOES NOT ANSWER'}: {next(iter(env.values()))}"
    if record is None:
        return "not started"
    state = "answers" if works(name, record) else "DOES NOT ANSWER"
    pids = ", ".join(str(process[0]) for process in record["processes"])
    return f"{record['how']}, {state}: {next(iter(record['env'].values()))}" + (f" (pid {pids})" if pids else "")


def known(names: Sequence[str]) -> dict[str, str]:
    """The variables of what runs now, without starting anything."""
    variables: dict[str, str] = {}
    for name in names:
        record = running().get(name)
        variables |= SERVICES[name].from_environment() or (dict(record["env"]) if record else {})
    return variables


def required() -> bool:
    """Whether a missing service fails its tests (CI) instead of skipping them."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")

"""The same services from compose.yaml, where a Docker engine answers."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.services import elasticsearch, postgres
from tests.services.folders import Record
from tests.services.processes import CannotStart
from tests.services.s3 import VERSITY, create_bucket

ROOT = Path(__file__).resolve().parents[2]
CONTAINERS = {"postgres": 5432, "elasticsearch": 9200, "s3": 7070}
"""Service of compose.yaml → the port inside. s3proxy has none: it runs natively."""


@cache
def available() -> bool:
    """A Docker client alone is not enough: the engine must answer, and know ``compose``."""
    if not shutil.which("docker"):
        return False
    probes = (["docker", "info"], ["docker", "compose", "version"])
    try:
        return all(subprocess.run(probe, capture_output=True, timeout=10).returncode == 0 for probe in probes)
    except subprocess.TimeoutExpired:
        return False


def compose(*arguments: str) -> str:
    command = ["docker", "compose", "-p", "resource-library-services", "-f", str(ROOT / "compose.yaml"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise CannotStart(f"docker compose {' '.join(arguments)}: {done.stderr[-600:]}")
    return done.stdout


def start(name: str) -> Record:
    compose("up", "-d", "--wait", name)
    address = compose("port", name, str(CONTAINERS[name])).strip()
    if name == "postgres":
        env = {postgres.VARIABLE: f"postgres://library:library@{address}/library"}
    elif name == "elasticsearch":
        env = {elasticsearch.VARIABLE: f"http://{address}"}
    else:
        env = VERSITY.environment(f"http://{address}")
        create_bucket(env, VERSITY.prefix)
    return {"how": "docker", "env": env, "processes": [], "folder": ""}


def stop(name: str) -> None:
    compose("rm", "--stop", "--force", "--volumes", name)

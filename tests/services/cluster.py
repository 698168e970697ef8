"""Private Elasticsearch servers for tests that break them: one node, or three that elect a master."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.elasticsearch import Node, program
from tests.services.folders import data_folder, locked
from tests.services.processes import free_port


@contextmanager
def private_nodes(count: int, *, heap_mb: int = 384) -> Iterator[list[Node]]:
    """``count`` nodes of one cluster, deleted afterwards. Three are green in about a minute."""
    with locked():
        program()
    base = data_folder("cluster")
    ports = {f"node{number}": free_port() for number in range(count)}
    nodes = [
        Node(base / name, name, heap_mb, transport_port=port, peers=ports if count > 1 else {})
        for name, port in ports.items()
    ]
    try:
        for node in nodes:
            node.folder.mkdir()
            node.start(wait=False)
        for node in nodes:
            node.wait(nodes=count, seconds=240)
        yield nodes
    finally:
        for node in nodes:
            node.kill()
        shutil.rmtree(base, ignore_errors=True)

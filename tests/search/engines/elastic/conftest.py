from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services import supply
from tests.services.cluster import private_nodes
from tests.services.elasticsearch import Node
from tests.services.processes import CannotStart


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A server of this module's own, to be killed and frozen."""
    try:
        with private_nodes(1) as nodes:
            yield nodes[0]
    except CannotStart as reason:
        if supply.required():
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(f"elasticsearch is not available: {str(reason).splitlines()[0]}")

"""The folder of the measuring data. The tests pass without it."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("LIBRARY_SHARED", Path(__file__).resolve().parents[2] / "shared"))

needs_shared = pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the measuring data is not on this machine")

"""Tests that share a module's fixture run in one process; a pytest that groups nothing makes each fixture twice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

MODULE = """
import pytest
pytestmark = pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_shared(number): pass
"""


def test_one_process_runs_the_tests_of_a_group(tmp_path: Path):
    (tmp_path / "test_shared.py").write_text(MODULE)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-v",
        "-p",
        "no:django",
        "-c",
        "/dev/null",
    ]
    output = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, cwd=tmp_path).stdout
    processes = re.findall(r"\[(gw\d)\].*PASSED", output)
    assert len(processes) == 6
    assert len(set(processes)) == 1

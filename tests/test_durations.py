"""The runner shows its slowest tests and refuses one that outgrew its budget."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import durations

REPORT = """<testsuites><testsuite>
<testcase classname="tests.a" name="test_quick" time="0.5"/>
<testcase classname="tests.a" name="test_long" time="{long}"/>
<testcase classname="tests.b" name="test_marked" time="75.0">
  <properties><property name="budget" value="90.0"/></properties>
</testcase>
</testsuite></testsuites>"""


def report(folder: Path, long: float, run: str = "sqlite") -> str:
    (folder / f"{run}.xml").write_text(REPORT.format(long=long))
    return str(folder)


def test_a_run_within_its_budgets_passes_and_shows_the_slowest_first(tmp_path, capsys):
    assert durations.main(report(tmp_path, 59.9)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines[1:]] == [
        "tests.b.test_marked",
        "tests.a.test_long",
        "tests.a.test_quick",
    ]


def test_a_test_over_its_budget_fails_the_run_and_is_named(tmp_path, capsys):
    assert durations.main(report(tmp_path, 60.1)) == 1
    assert "tests.a.test_long  OVER ITS BUDGET of 60 s" in capsys.readouterr().out


def test_the_run_of_lowest_priority_may_take_twice_as_long(tmp_path):
    assert durations.main(report(tmp_path, 119.9, run="postgres")) == 0
    assert durations.main(report(tmp_path, 120.1, run="postgres")) == 1


def test_one_over_its_budget_is_named_below_the_slowest_too(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(durations, "SHOWN", 1)
    assert durations.main(report(tmp_path, 60.1)) == 1
    assert "tests.a.test_long  OVER" in capsys.readouterr().out


@pytest.mark.budget(90)
def test_a_marker_states_the_budget(request):
    assert durations.budget_of(request.node) == 90


def test_the_markers_of_a_test_reach_its_report(tmp_path):
    """Through a real run: the property is what the report is judged by."""
    name = "tests/test_durations.py::test_a_marker_states_the_budget"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", name, "--junitxml", tmp_path / "one.xml"]
    subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parent.parent)
    (only,) = durations.durations(tmp_path)
    assert (only.budget, only.run) == (90, "one")

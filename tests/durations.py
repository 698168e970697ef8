"""The slowest tests of a run and those over budget: `python -m tests.durations FOLDER`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import parse

SHOWN = 20
BUDGET = 60.0
"""Seconds for a test with its fixtures, unless it has a marker."""
SLOW_BUDGET = 900.0
"""Seconds for a test marked `slow`. `budget(seconds)` states another number."""
PROPERTY = "budget"
LOW_PRIORITY = {"postgres": 2}
"""By run: how many times longer a test may take there, because tests that measure time run beside it and come first."""


@dataclass(frozen=True, order=True)
class Duration:
    seconds: float
    budget: float
    run: str
    test: str

    def __str__(self) -> str:
        over = f"  OVER ITS BUDGET of {self.budget:g} s" if self.seconds > self.budget else ""
        return f"{self.seconds:7.1f} s  {self.run:10} {self.test}{over}"


def budget_of(item: Any) -> float:
    """Seconds that the markers of a test allow."""
    marker = item.get_closest_marker("budget")
    if marker:
        return float(marker.args[0])
    return SLOW_BUDGET if item.get_closest_marker("slow") else BUDGET


def durations(folder: Path) -> Iterator[Duration]:
    """The duration of every test in the reports of a folder."""
    for report in sorted(folder.glob("*.xml")):
        for case in parse(report).iter("testcase"):
            stated = [each.get("value") for each in case.iter("property") if each.get("name") == PROPERTY]
            test = f"{case.get('classname')}.{case.get('name')}"
            budget = (float(stated[0]) if stated else BUDGET) * LOW_PRIORITY.get(report.stem, 1)
            yield Duration(float(case.get("time", 0)), budget, report.stem, test)


def main(folder: str) -> int:
    """Print the slowest tests and every one over its budget. Returns 1 when there is one."""
    slowest_first = sorted(durations(Path(folder)), reverse=True)
    over = [each for each in slowest_first if each.seconds > each.budget]
    print(f"The {SHOWN} slowest of {len(slowest_first)} tests:")
    for each in slowest_first[:SHOWN]:
        print(each)
    for each in over:
        if each not in slowest_first[:SHOWN]:
            print(each)
    if over:
        print("Make them cheaper, or mark them: slow, or budget(seconds).")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""What was skipped and why: `python -m tests.skips FOLDER` reads the JUnit files of a run.

On CI every skip must be on the written list in tests/allowed_skips.txt; elsewhere they are only shown.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

from defusedxml.ElementTree import parse

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def skipped(folder: Path) -> Counter[str]:
    """Reason → how many tests were skipped for it."""
    reasons: Counter[str] = Counter()
    for report in sorted(folder.glob("*.xml")):
        for element in parse(report).iter("skipped"):
            reasons[(element.get("message") or "no reason").strip()] += 1
    return reasons


def main(folder: str) -> int:
    allowed = [line for line in ALLOWED.read_text().splitlines() if line and not line.startswith("#")]
    refused = 0
    for reason, count in skipped(Path(folder)).most_common():
        known = any(reason.startswith(line) for line in allowed)
        refused += not known
        print(f"skipped {count:4}  {'' if known else 'NOT ON THE LIST  '}{reason}")
    if refused and os.environ.get("CI"):
        print("A skip that is not in tests/allowed_skips.txt fails the run.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""``python -m tests.services up|down|status|env [postgres elasticsearch s3 s3proxy]`` (all four when none is named).

``up`` and ``env`` print ``export`` lines for a shell: ``eval "$(python -m tests.services up)"``.
"""

from __future__ import annotations

import argparse
import shlex
import sys

from tests.services import supply
from tests.services.processes import CannotStart


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.services", description=__doc__)
    parser.add_argument("action", choices=["up", "down", "status", "env"])
    parser.add_argument("names", nargs="*", metavar="service", help=", ".join(supply.SERVICES))
    options = parser.parse_args()
    names = options.names or list(supply.SERVICES)
    if unknown := set(names) - set(supply.SERVICES):
        parser.error(f"no such service: {', '.join(sorted(unknown))}")
    failed = False
    if options.action == "up":
        for name in names:
            try:
                export(supply.up(name))
            except CannotStart as reason:
                failed = True
                print(f"# {name}: {reason}", file=sys.stderr)
    elif options.action == "env":
        export(supply.known(names))
    elif options.action == "down":
        for name in supply.down(names):
            print(f"# {name} stopped", file=sys.stderr)
    else:
        for name in names:
            print(f"{name:14} {supply.status(name)}")
    return int(failed)


def export(variables: dict[str, str]) -> None:
    for key, value in variables.items():
        print(f"export {key}={shlex.quote(value)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""The subprocess that opens uploaded files: one command, one file, then it exits.

Started by ``sandbox.run`` only.

It sets its own limits before it loads a parser. Commands print JSON lines and write results into the current folder.
Neither Django nor an app may be imported: settings and database are not accessible.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
import time
from importlib import import_module
from typing import Any

from resources.processing.sandbox import EXIT_MEMORY

COMMANDS = {
    "inspect": "resources.processing.inspect:inspect",
    "strip_photo": "resources.processing.photos.metadata:strip",
    "extract": "resources.processing.extract:extract",
    "convert": "resources.processing.render.office:convert",
    "render": "resources.processing.render:render",
}
"""Loaded when used, after the limits are set."""


def limit(memory: int, cpu: int, file_size: int) -> None:
    """Set the limits of this process and its children. Lower limits set by the operator stay."""
    for what, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 512),
    ):
        _soft, hard = resource.getrlimit(what)
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (wanted, wanted))
    with contextlib.suppress(OSError, AttributeError):
        # Die with the worker, also without bubblewrap (1 = PR_SET_PDEATHSIG).
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def lower_priority() -> None:
    """Give way to web requests.

    ``nice`` alone has no effect outside the sandbox's own session, because the kernel divides time between sessions first
    (sched(7), "The autogroup feature").
    """
    for _attempt in range(3):
        try:
            with open("/proc/self/autogroup", "w") as group:
                group.write(str(os.nice(0)))
            return
        except BlockingIOError:
            time.sleep(0.1)  # the kernel accepts ten changes a second
        except OSError:
            return  # no autogroups, or /proc is not accessible


def send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def main() -> None:
    command, request = sys.argv[1], json.loads(sys.argv[2])
    limit(request.pop("memory"), request.pop("cpu"), request.pop("file_size"))
    lower_priority()
    module, _colon, function = COMMANDS[command].partition(":")
    try:
        result = getattr(import_module(module), function)(
            **request, **({"report": send} if command == "render" else {})
        )
        if result is not None:
            send(result)
    except MemoryError:
        # No clean-up: without memory an orderly exit may fail.
        os._exit(EXIT_MEMORY)
    sys.stdout.flush()
    # Destructors of parsers have crashed after the work was done; nothing is left to clean up.
    os._exit(0)


if __name__ == "__main__":
    main()

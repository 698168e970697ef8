"""The program that opens strangers' files: one command, one file, then it ends. Started only by ``sandbox.run``.

It limits itself before it loads any parser. Commands print JSON lines for progress and leave results as files in the
current folder. Nothing of Django or of the apps may be imported here: neither settings nor database are in sight.
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
from typing import Any

from resources.processing.sandbox import EXIT_MEMORY


def limit(memory: int, cpu: int, file_size: int) -> None:
    """Set the limits for this process and everything it starts. Lower limits already set (by the operator) stay."""
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
        # Die with the worker also where bubblewrap does not see to it (1 = PR_SET_PDEATHSIG).
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def step_back() -> None:
    """Leave the processor to those who wait for an answer.

    ``nice`` alone compares with processes of the same session only, where the kernel shares time between sessions first
    (sched(7), "The autogroup feature"), and the sandbox makes a session of its own.
    """
    for _attempt in range(3):
        try:
            with open("/proc/self/autogroup", "w") as group:
                group.write(str(os.nice(0)))
            return
        except BlockingIOError:
            time.sleep(0.1)  # the kernel takes ten such wishes a second
        except OSError:
            return  # no such feature, or not in sight


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def main() -> None:
    command, request = sys.argv[1], json.loads(sys.argv[2])
    limit(request.pop("memory"), request.pop("cpu"), request.pop("file_size"))
    step_back()
    try:
        if command == "inspect":
            from resources.processing.inspect import inspect

            say(inspect(**request))
        elif command == "extract":
            from resources.processing.extract import extract

            say(extract(**request))
        elif command == "convert":
            from resources.processing.render.office import convert

            say(convert(**request))
        elif command == "render":
            from resources.processing.render import render

            render(**request, say=say)
        else:
            raise SystemExit(f"There is no command {command}.")
    except MemoryError:
        # No clean-up: with the memory gone, an orderly end may not come.
        os._exit(EXIT_MEMORY)
    sys.stdout.flush()
    # Parsers' destructors have crashed after the work was done; nothing is left to tidy.
    os._exit(0)


if __name__ == "__main__":
    main()

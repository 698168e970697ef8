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
import traceback
from importlib import import_module
from inspect import signature
from typing import Any, NoReturn

from resources.processing.sandbox import EXIT_MEMORY, STARTED

COMMANDS = {
    "inspect": "resources.processing.inspect:inspect",
    "strip_photo": "resources.processing.photos.metadata:strip",
    "extract": "resources.processing.extract:extract",
    "convert": "resources.processing.render.office:convert",
    "render": "resources.processing.render:render",
}
"""Loaded when used, after the limits are set. A command of an app above is named in full, as ``module:function``."""
CRASH_SIGNALS = frozenset({signal.SIGABRT, signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS})
MEMORY_SHARE = 0.3
"""A crash that used this share of the memory limit counts as running out of memory.

Native parsers abort when an allocation fails. A buffer that doubles fails from a third of the limit on.
"""


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
    _die_with_parent()


def _die_with_parent() -> None:
    """Die with the worker, also without bubblewrap. A forked process does not inherit this."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


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
    memory = request.pop("memory")
    limit(memory, request.pop("cpu"), request.pop("file_size"))
    lower_priority()
    send(STARTED)
    # In a process of its own, so that its memory can be read after a crash.
    parser = os.fork()
    if parser == 0:
        _die_with_parent()
        work(command, request)
    os._exit(_exit_code(parser, memory))


def work(command: str, request: dict[str, Any]) -> NoReturn:
    """Run the command and exit."""
    module, _colon, name = COMMANDS.get(command, command).partition(":")
    try:
        function = getattr(import_module(module), name)
        reports = {"report": send} if "report" in signature(function).parameters else {}
        result = function(**request, **reports)
        if result is not None:
            send(result)
    except MemoryError:
        # No clean-up: without memory an orderly exit may fail.
        os._exit(EXIT_MEMORY)
    except BaseException:  # noqa: BLE001 - the process must not go on as a second parent
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    sys.stdout.flush()
    # Destructors of parsers have crashed after the work was done; nothing is left to clean up.
    os._exit(0)


def _exit_code(parser: int, memory: int) -> int:
    """Wait for the process and return its exit code, 128 + the signal that killed it, or EXIT_MEMORY."""
    _pid, status, usage = os.wait4(parser, 0)
    if not os.WIFSIGNALED(status):
        return os.waitstatus_to_exitcode(status)
    killed_by = os.WTERMSIG(status)
    used = usage.ru_maxrss * 1024
    if killed_by in CRASH_SIGNALS and used >= MEMORY_SHARE * memory:
        return EXIT_MEMORY
    return 128 + killed_by


if __name__ == "__main__":
    main()

"""The relay: writes changes to the index within a second, rebuilds it, and runs periodic work.

Any number of relays may run; a lease lets one of them write. When that one is killed, the next takes over at once if it
runs on the same machine, otherwise when the lease has expired.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from contextlib import suppress
from datetime import timedelta

from django.db import InterfaceError, OperationalError, close_old_connections, connection

from common.lease import process_holder, release_lease, take_lease, take_over_lease
from common.periodic import run_due, seconds_to_next_run
from common.wake import watch_database
from search.engine_provider import close, open_engine, read_analyzer
from search.engines import Engine, EngineUnavailable
from search.indexing.index_version import expected_fingerprint
from search.indexing.indexer import Delivery, deliver
from search.indexing.rebuild import (
    Rebuilding,
    next_request,
    record_failure,
    request_rebuild_if_outdated,
    requeue_interrupted,
)
from search.models import IndexState, RebuildRequest

log = logging.getLogger(__name__)

LEASE = "search relay"
LEASE_TIME = timedelta(seconds=6)
LEASE_TIME_SQLITE = timedelta(seconds=30)
"""Longer, because every renewal is a write that wakes all processes. They run on one machine, where a killed relay is noticed."""
RENEWALS = 3
"""Renewals of the lease while it lasts, on a clock that is never set back."""
POLL = 5.0
"""Seconds between two polls without a notice of a change."""

LONGEST_WAIT = 10.0
"""Seconds between tries while the engine is away."""

SHORTEST_CLOCK, LONGEST_CLOCK = 1.0, 10.0
"""Seconds between two looks for periodic work that is due. The longer one notices leases that a wrong clock wrote."""
CHECK_EVERY = 60.0
"""Seconds after which the relay compares the index's fingerprint with the expected one."""


class Relay:
    """Runs until ``stop``.

    ``clock``: also run periodic work, in a thread of its own so that it never delays the index.
    """

    def __init__(self, *, clock: bool = True) -> None:
        self.holder = process_holder()
        self._stopping = threading.Event()
        self._clock = threading.Thread(target=self._run_clock, name="clock", daemon=True) if clock else None
        self._engine: Engine | None = None
        self._fingerprint = ""
        self._words_stamp = -1
        self._rebuilding: Rebuilding | None = None
        self._lease_time = LEASE_TIME_SQLITE if connection.vendor == "sqlite" else LEASE_TIME
        self._renew_at = self._check_at = time.monotonic()
        self._misses = 0

    def stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Work until told to stop. Database and engine may go away and come back meanwhile."""
        log.info("relay %s started", self.holder)
        if self._clock:
            self._clock.start()
        watch = watch_database()
        try:
            while not self._stopping.is_set():
                watch.mark()
                pause = self._run_once()
                if pause is None:
                    watch.wait(POLL, stopped=self._stopping.is_set)
                else:
                    self._stopping.wait(pause)
        finally:
            watch.close()
            self._shut_down()
            if self._clock:
                self._clock.join(timeout=20)
            log.info("relay %s stopped", self.holder)

    def _run_once(self) -> float | None:
        """One round; returns the seconds to wait before the next, or None to wait for a change."""
        try:
            close_old_connections()
            if not self._holds_lease():
                self._close_engine()
                return 1.0
            engine = self._open_writer()
            busy = self._work(engine)
        except EngineUnavailable as problem:
            return self._engine_away(problem)
        except (OperationalError, InterfaceError) as problem:
            log.warning("the database does not answer: %s", problem)
            with suppress(Exception):
                connection.close()
            return 1.0
        except Exception:
            log.exception("a round of the relay failed; it goes on")
            self._close_engine()
            return 2.0
        if self._misses:
            log.info("the search engine answers again")
            self._misses = 0
        return 0.0 if busy else None

    def _work(self, engine: Engine) -> bool:
        """Deliver due changes and take one step of a rebuild. True when there may be more to do at once."""
        if self._rebuilding is None:
            if time.monotonic() >= self._check_at:
                self._check_fingerprint(engine)
            request = next_request()
            if request is not None:
                engine = self._reopened_writer()
                self._start_rebuild(engine, request)
        try:
            delivered = deliver(engine)
        except EngineUnavailable:
            # A broken or outdated index accepts nothing; go on building the new one.
            if self._rebuilding is None:
                raise
            delivered = Delivery()
        if self._rebuilding is not None:
            self._step()
            return True
        return bool(delivered.taken)

    def _start_rebuild(self, engine: Engine, request: RebuildRequest) -> None:
        self._rebuilding = None
        try:
            self._rebuilding = Rebuilding(engine, request, fingerprint=self._fingerprint)
        except Exception as error:
            record_failure(request, error, again=isinstance(error, EngineUnavailable))
            raise

    def _step(self) -> None:
        running = self._rebuilding
        if running is None:
            return
        try:
            if running.step():
                self._rebuilding = None
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            self._rebuilding = None
            running.abandon(error, again=isinstance(error, EngineUnavailable))
            raise

    def _check_fingerprint(self, engine: Engine) -> None:
        """Request a rebuild when the index is missing, broken or outdated."""
        self._check_at = time.monotonic() + CHECK_EVERY
        request_rebuild_if_outdated(engine, fingerprint=self._fingerprint)

    # --- the engine

    def _open_writer(self) -> Engine:
        if self._engine is None:
            # Read the stamp first: words that change while they are read are then read again.
            self._words_stamp = IndexState.current().words_stamp
            analyzer = read_analyzer()
            self._fingerprint = expected_fingerprint(analyzer)
            self._engine = open_engine(analyzer, writer=True, fingerprint=self._fingerprint)
            self._check_at = time.monotonic()
        return self._engine

    def _reopened_writer(self) -> Engine:
        """The writer, reopened if the editors' words have changed."""
        if IndexState.current().words_stamp != self._words_stamp:
            self._close_engine()
        return self._open_writer()

    def _engine_away(self, problem: EngineUnavailable) -> float:
        if not self._misses:
            log.warning("the search engine does not answer, changes wait: %s", problem)
        self._misses += 1
        return min(0.25 * 2 ** min(self._misses, 10), LONGEST_WAIT) * random.uniform(0.75, 1.25)  # noqa: S311

    def _close_engine(self) -> None:
        if self._rebuilding is not None:
            self._rebuilding.abandon(RuntimeError("the relay stopped or lost its lease"), again=True)
            self._rebuilding = None
        if self._engine is not None:
            close(self._engine)
            self._engine = None

    # --- the lease

    def _holds_lease(self) -> bool:
        now = time.monotonic()
        if self._engine is not None and now < self._renew_at:
            return True
        ways = (take_lease, take_over_lease)
        if not any(take(LEASE, holder=self.holder, duration=self._lease_time) for take in ways):
            return False
        self._renew_at = now + self._lease_time.total_seconds() / RENEWALS
        if self._engine is None:
            requeue_interrupted()
        return True

    def _shut_down(self) -> None:
        try:
            self._close_engine()
            release_lease(LEASE, holder=self.holder)
        except Exception:
            log.exception("the relay could not release its lease; it expires by itself")

    # --- the clock

    def _run_clock(self) -> None:
        pause = SHORTEST_CLOCK
        while not self._stopping.wait(pause):
            pause = SHORTEST_CLOCK
            try:
                close_old_connections()
                for name in run_due():
                    log.debug("%s done", name)
                pause = max(SHORTEST_CLOCK, seconds_to_next_run(most=LONGEST_CLOCK))
            except Exception:
                log.exception("a round of periodic work failed; it goes on")
                with suppress(Exception):
                    connection.close()
        connection.close()

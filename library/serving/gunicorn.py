"""How gunicorn serves the site, in every profile.

From the environment: WEB_PROCESSES, WEB_THREADS, BIND, SLOW_BODY_SECONDS, HEADER_SECONDS, ACCESS_LOG.
"""

import gc
import os
from typing import Any

from library.serving import load_sharing, slow_request_guard

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
# Threads, because requests wait for the database, the store and the search engine more than they compute.
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "library.serving.worker.HeaderFirstWorker"
# With files and other sockets it stays below the usual limit of 1,024 open files.
worker_connections = 500
# The processes share the memory of code and dictionaries (when_ready).
preload_app = True
timeout = 120
graceful_timeout = 20
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
# The largest gunicorn accepts: a query of 200 Chinese characters with dozens of facets takes thousands of bytes.
limit_request_line = 8190
# On a slow disk the heartbeat file would be written late, and gunicorn would kill the worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
loglevel = "warning"
slow_body_seconds = float(os.environ.get("SLOW_BODY_SECONDS", "30"))


def when_ready(server: Any) -> None:
    """Called in the parent, before it forks."""
    from library.serving.preload import load_shared

    load_shared()
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    # Imported here, because settings are not loaded yet when gunicorn reads this file.
    from library.serving.preload import warm

    warm(worker.wsgi)
    # Exempt all loaded objects from garbage collection: traversing them would stop every thread for 0.1 s.
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    load_sharing.forget(worker.pid)


def pre_request(worker: Any, request: Any) -> None:
    slow_request_guard.watch(request, window=slow_body_seconds)


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:
    slow_request_guard.unwatch(request)

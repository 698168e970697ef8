"""How gunicorn serves the site, in every profile.

From the environment: WEB_PROCESSES, WEB_THREADS, BIND, SLOW_BODY_SECONDS, ACCESS_LOG.
"""

import gc
import os
from typing import Any

from library.serving import slow_request_guard

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
# Threads, because requests wait for the database, the store and the search engine more than they compute.
threads = int(os.environ.get("WEB_THREADS", "8"))
worker_class = "gthread"
timeout = 120
graceful_timeout = 20
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
# The most there is a limit for: a question of two hundred Chinese characters and a few dozen chosen facets take thousands of bytes.
limit_request_line = 8190
# A worker's heartbeat file on a slow disk would make it look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"
loglevel = "warning"
slow_body_seconds = float(os.environ.get("SLOW_BODY_SECONDS", "30"))


def post_worker_init(worker: Any) -> None:
    # Only here: the settings are read when the application is loaded, which this file comes before.
    from library.serving.preload import warm

    warm(worker.wsgi)
    # What is loaded by now stays. Walking over it, the collector would stop every thread for a tenth of a second.
    gc.collect()
    gc.freeze()


def pre_request(worker: Any, request: Any) -> None:
    slow_request_guard.watch(request, window=slow_body_seconds)


def post_request(worker: Any, request: Any, environ: Any, response: Any) -> None:
    slow_request_guard.unwatch(request)

"""Tests: the same parts as production, cheaper hashing, everything it writes in a temporary folder."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path


def _delete(folder: str, owner: int) -> None:
    """Workers and subprocesses inherit the folder; only the process that made it deletes it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


if "LIBRARY_VAR" not in os.environ:
    os.environ["LIBRARY_VAR"] = tempfile.mkdtemp(prefix="library-test-")
    atexit.register(_delete, os.environ["LIBRARY_VAR"], os.getpid())

from library.settings.base import *  # noqa: E402, F403
from library.settings.base import CACHES, INSTALLED_APPS, STORAGES, VAR  # noqa: E402

DEBUG = False
DEMO = True
SECOND_FACTOR_REQUIRED = False
INSTALLED_APPS = [*INSTALLED_APPS, "demo", "benchmarks"]
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# Each test process counts for itself: one that clears its cache must not reset another's rate limits.
CACHES = {
    name: {**each, "LOCATION": f"{each['LOCATION']}/{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"}
    for name, each in CACHES.items()
}
# Tests of pages that are kept switch it on with the fixture `page_cache`: a kept page renders no template, runs no query.
PAGE_CACHE_SECONDS = 0
SEARCHES_PER_MINUTE = 0
# Tests of the meaning bring a small model of their own; the bundled one takes memory and seconds.
EMBEDDING = "none"
ACCOUNT_RATE_LIMITS = False  # type: ignore[assignment]
Path(VAR).mkdir(parents=True, exist_ok=True)
if os.environ.get("TEST_DATABASE") != "postgres" and "DATABASE_URL" not in os.environ:
    from library.settings.base import DATABASES

    # A test database need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

    # A file, not memory: live servers and children must see what the test wrote.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}

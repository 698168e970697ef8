"""Trial and development on one machine: SQLite, local files, embedded search engine, demo content."""

from library.settings.base import *  # noqa: F403
from library.settings.base import ENVIRONMENT, INSTALLED_APPS, LOGGING, STORAGES

DEBUG = ENVIRONMENT.debug
DEMO = True
SECOND_FACTOR_REQUIRED = False
INSTALLED_APPS = [*INSTALLED_APPS, "demo", "benchmarks"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
SECURE_SSL_REDIRECT = False
# A line per job would push the URL and the accounts off the screen; failed jobs are still logged.
LOGGING["loggers"]["django_tasks"] = {"level": "WARNING"}

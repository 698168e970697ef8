"""The demo's settings and one more URL: a static template of any size, to compare pages with."""

from library.settings.dev import *  # noqa: F403

ROOT_URLCONF = "benchmarks.load.urls"

"""Real PostgreSQL, Elasticsearch and S3 servers for tests, development and CI.

Owns: finding or starting them, and stopping what it started. Must not know: Django, or any app of the library.
``python -m tests.services up|down|status|env [name …]`` is the command; ``fixtures.py`` is the same for pytest.
"""

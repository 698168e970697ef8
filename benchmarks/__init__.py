"""How fast, how large: each benchmark prints a table with its corpus size, and writes it to docs/performance.md.

``python -m benchmarks search indexing growth peers`` (all of them when none is named). Ratios are against the raw
engine in the same run, so they hold on any machine; milliseconds are of the machine that the page names.
"""

"""Benchmarks of speed and size: each prints a table and writes it to docs/performance.md.

``python -m benchmarks search growth`` runs two of them, without names all. Ratios compare with the raw engine in the same
run, so they hold on any machine; milliseconds are of the machine that the page names.
"""

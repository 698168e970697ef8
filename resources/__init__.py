"""WHAT: resources, their files, review and publishing.

Owns upload, storage, processing, the workflow and every permission rule. Must not know search or pages: it tells
upwards by signal (resources/signals.py).
"""

"""Whole pages under load: the pages that people open, from real gunicorn processes, by one, eight and fifty clients."""

"""What is done with the bytes of a file: what it is, whether it is safe, its text, its pictures.

Everything here that opens a file runs in a child process (``child.py`` inside ``sandbox.run``) and must not import
Django or any app: plain values in, JSON and pictures out. Deciding what that means for a stored file is for
``resources/pipeline/verification.py`` and ``processing.py``.
"""

"""Work on the bytes of a file: type, safety, text and page images.

Code that opens a file runs in a sandboxed subprocess (``child.py``, started by ``sandbox.run``). No module here imports
Django or an app: plain values in, JSON and images out. ``resources/pipeline`` stores the results.
"""

"""Build files from picked pages: one editable PPTX, a PDF, a ZIP. Imports no Django.

Everything that opens an uploaded file runs in the sandbox of ``resources.processing``.
"""

"""Remove positions and personal metadata from new and from stored photos."""

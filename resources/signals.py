"""What this app tells apps above it. Sent inside the transaction that made the change; receivers store an id, no more."""

from django.dispatch import Signal

resource_changed = Signal()
"""Something about a resource that a reader can see may have changed. Arguments: ``resource_id``."""

vocabulary_changed = Signal()
"""A vocabulary term was saved: labels in the search index may be out of date. Arguments: ``term``, ``created``."""

"""Signals to apps above. Sent inside the transaction of the change; receivers only store an id."""

from django.dispatch import Signal

resource_changed = Signal()
"""Visible data of a resource may have changed. Arguments: ``resource_id``."""

vocabulary_changed = Signal()
"""A vocabulary term was saved, so labels in the search index may be stale. Arguments: ``term``, ``created``."""

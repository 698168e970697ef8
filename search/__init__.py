"""FIND: the index, its sync with the database, and the search pages.

``engines``, ``analysis`` and ``highlight`` know neither Django nor any app; the rest connects them to resources.
"""

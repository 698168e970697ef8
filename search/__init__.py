"""Search: the index, its synchronisation with the database, and the search pages.

``engines`` and ``analysis`` import neither Django nor any app; the other packages connect them to resources.
"""

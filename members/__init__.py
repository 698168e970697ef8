"""WHO: schools, people, their memberships and what follows from them.

Owns accounts, roles and the Viewer every permission question starts from. Must not know resources, search or pages.
"""

"""A Django app with one model in the search that Wagtail ships (modelsearch), to compare with.

Never installed by the site.
"""

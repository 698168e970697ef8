from __future__ import annotations

from django.db import models
from modelsearch import index


class Article(index.Indexed, models.Model):
    title = models.TextField()
    text = models.TextField()
    kind = models.CharField(max_length=100)
    school = models.CharField(max_length=100)
    unit = models.CharField(max_length=200)
    year = models.CharField(max_length=4)

    search_fields = [
        index.SearchField("title", boost=3),
        index.SearchField("text"),
        *(index.FilterField(name) for name in ("kind", "school", "unit", "year")),
    ]

    class Meta:
        app_label = "wagtail_peer"

    def __str__(self) -> str:
        return self.title

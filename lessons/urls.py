"""URLs of lists, lessons and class links."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

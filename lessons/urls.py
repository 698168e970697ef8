"""URLs of lists, lessons and class links."""

from django.urls import URLPattern, path

import resources.urls  # noqa: F401 - registers the converter "id"
from lessons.views import keeping, lists

urlpatterns: list[URLPattern] = [
    path("workspace/keep/", keeping.keep, name="keep"),
    path("workspace/lists/", lists.my_lists, name="my_lists"),
    path("workspace/lists/add/", lists.add_to_list, name="list_add"),
    path("workspace/lists/<id:pk>/", lists.resource_list, name="resource_list"),
    path("workspace/lists/<id:pk>/change/", lists.change_list, name="list_change"),
]

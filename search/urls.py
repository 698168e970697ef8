"""URLs of search."""

from django.urls import URLPattern, URLResolver, path

from search import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", views.search, name="search"),
    path("search/missing/", views.wish, name="wish"),
    path("search/suggest", views.suggest, name="suggest"),
    path("search/similar/<id:pk>/", views.similar, name="similar"),
]

from home.models.collections import CollectionEntry, CollectionIndexPage, CollectionPage
from home.models.news import NewsIndexPage, NewsPage
from home.models.pages import ContentPage, FeaturedCollection, HomePage
from home.models.site import SiteSettings

__all__ = [
    "CollectionEntry",
    "CollectionIndexPage",
    "CollectionPage",
    "ContentPage",
    "FeaturedCollection",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "SiteSettings",
]

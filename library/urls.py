"""Every address of the site."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [path("cms/", include(wagtailadmin_urls)), path("accounts/", include("allauth.urls"))]

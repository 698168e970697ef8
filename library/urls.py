"""Every URL of the site. Wagtail's pages come last: they match all that is left."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from home.urls import wagtail_page
from library.api import api
from library.views import healthz, no_such_operation, no_such_page, set_language

handler400 = "library.views.bad_request"
handler404 = "library.views.page_not_found"
handler500 = "library.views.server_error"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("language/", set_language, name="set_language"),
    path("api/", api.urls),
    path("api/<path:rest>", no_such_operation),
    # Before the admin and allauth, because some of their URLs are replaced here.
    path("", include("members.urls")),
    path("", include("resources.urls")),
    path("", include("search.urls")),
    path("", include("lessons.urls")),
    path("", include("home.urls")),
    # Pages by which Wagtail's developers try their error pages.
    path("cms/failwhale/", no_such_page),
    path("cms/test404/", no_such_page),
    path("cms/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("", include([re_path(wagtail_urls.serve_pattern, wagtail_page, name="wagtail_serve")])),
    path("", include(wagtail_urls)),
]

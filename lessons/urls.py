"""URLs of lists, lessons, class links and exports."""

from django.urls import URLPattern, path

import resources.urls  # noqa: F401 - registers the converter "id"
from lessons.views import class_links, class_pages, exports, keeping, lesson_changes, lessons, lists, picking

urlpatterns: list[URLPattern] = [
    path("k/<str:token>/", class_pages.class_page, name="class_page"),
    path("k/<str:token>/<uuid:uid>-<int:number>.webp", class_pages.class_image, name="class_image"),
    path("workspace/class-links/<str:kind>/<id:pk>/", class_links.class_links, name="class_links"),
    path("workspace/class-links/<id:pk>/change/", class_links.change_link, name="class_link_change"),
    path("workspace/class-links/<id:pk>/qr.svg", class_links.qr, name="class_link_qr"),
    path("workspace/keep/", keeping.keep, name="keep"),
    path("workspace/lessons/", lessons.my_lessons, name="my_lessons"),
    path("workspace/lessons/pick/", picking.pick, name="pick"),
    path("workspace/lessons/current/", picking.choose_lesson, name="lesson_choose"),
    path("workspace/lessons/<id:pk>/", lessons.lesson, name="lesson"),
    path("workspace/lessons/<id:pk>/details/", lessons.lesson_details, name="lesson_details"),
    path("workspace/lessons/<id:pk>/share/", lessons.share_lesson, name="lesson_share"),
    path("workspace/lessons/<id:pk>/change/", lesson_changes.change_lesson, name="lesson_change"),
    path("workspace/lists/", lists.my_lists, name="my_lists"),
    path("workspace/lists/add/", lists.add_to_list, name="list_add"),
    path("workspace/lists/<id:pk>/", lists.resource_list, name="resource_list"),
    path("workspace/lists/<id:pk>/change/", lists.change_list, name="list_change"),
    path("workspace/exports/<str:kind>/<id:pk>/", exports.new, name="export_new"),
    path("workspace/exports/<uuid:uid>/", exports.export, name="export"),
    path("workspace/exports/<uuid:uid>/panel/", exports.panel, name="export_panel"),
    path("workspace/exports/<uuid:uid>/change/", exports.change, name="export_change"),
    path("workspace/exports/<uuid:uid>/file/", exports.download, name="export_download"),
]

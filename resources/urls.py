"""URLs of resources: public pages, files, the workspace, and the signed URLs of the local store."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from common.page_cache import cached_page
from resources.catalogue.feeds import NewResources, NewResourcesOfSchool
from resources.web import detail, downloads, local_store, schools
from resources.web.converters import Id
from resources.web.people import changes as people_changes
from resources.web.people import invitations
from resources.web.people import page as people_page
from resources.web.review import page as review_page
from resources.web.workspace import draft_files, drafts, plain_upload, publication, review_queue
from resources.web.workspace.landing import my_resources, notices

register_converter(Id, "id")

urlpatterns: list[URLPattern] = [
    # --- files: store, downloads, uploads
    path("store/parts/<str:upload_id>/<int:number>", local_store.put_part, name="store_part"),
    path("store/objects/<path:key>", local_store.get_object, name="store_object"),
    path("r/<id:pk>/files/<uuid:uid>/", downloads.download, name="download"),
    path("workspace/upload/plain/", plain_upload.plain_upload, name="plain_upload"),
    # --- public pages
    path("r/<id:pk>/", detail.resource, name="resource"),
    path("r/<id:pk>/pages/", detail.pages, name="resource_pages"),
    path("r/<id:pk>/qr.svg", detail.qr, name="resource_qr"),
    path("r/<id:pk>/report/", detail.report, name="resource_report"),
    path("schools/", schools.index, name="schools"),
    path("schools/<slug:slug>/", schools.school, name="school"),
    path("feed/", cached_page(for_everyone=True)(NewResources()), name="feed"),
    path("schools/<slug:slug>/feed/", cached_page(for_everyone=True)(NewResourcesOfSchool()), name="school_feed"),
    # --- workspace
    path("workspace/", my_resources.my_resources, name="workspace"),
    path("workspace/upload/", drafts.upload, name="upload"),
    path("workspace/notices/", notices.notices, name="notices"),
    path("workspace/notices/<id:pk>/", notices.open_notice, name="notice"),
    path("workspace/resources/", drafts.create, name="draft_create"),
    path("workspace/resources/<id:pk>/", drafts.draft, name="draft"),
    path("workspace/resources/<id:pk>/files/", draft_files.files, name="draft_files"),
    path("workspace/resources/<id:pk>/files/order/", draft_files.move_file, name="draft_file_order"),
    path("workspace/resources/<id:pk>/files/split/", draft_files.split, name="draft_split"),
    path("workspace/resources/<id:pk>/files/<uuid:uid>/rename/", draft_files.rename_file, name="draft_file_rename"),
    path("workspace/resources/<id:pk>/relation/", draft_files.state_relation, name="draft_relation"),
    path("workspace/resources/<id:pk>/files/<uuid:uid>/remove/", draft_files.remove_file, name="draft_file_remove"),
    path("workspace/resources/<id:pk>/files/<uuid:uid>/retry/", draft_files.retry_file, name="draft_file_retry"),
    path("workspace/resources/<id:pk>/files/<uuid:uid>/take-down/", publication.take_file_down, name="file_take_down"),
    path("workspace/resources/<id:pk>/take-back/", drafts.take_back, name="draft_take_back"),
    path("workspace/resources/<id:pk>/discard/", drafts.discard, name="draft_discard"),
    path("workspace/resources/<id:pk>/withdraw/", publication.withdraw, name="withdraw"),
    path("workspace/resources/<id:pk>/visibility/", publication.visibility, name="visibility"),
    path("workspace/resources/<id:pk>/embargo/", publication.embargo, name="embargo"),
    path("workspace/resources/<id:pk>/hand-over/", publication.hand_over, name="hand_over"),
    path("workspace/resources/<id:pk>/cancel-date/", publication.cancel_schedule, name="cancel_schedule"),
    # --- the people of a school
    path("workspace/people/", people_page.people, name="people"),
    path("workspace/people/<slug:slug>/", people_page.people_of, name="people_of"),
    path("workspace/people/<slug:slug>/<id:pk>/role/", people_changes.change_role, name="person_role"),
    path("workspace/people/<slug:slug>/<id:pk>/leave/", people_changes.leave, name="person_leave"),
    path("workspace/people/<slug:slug>/<id:pk>/return/", people_changes.give_back, name="person_return"),
    path("workspace/people/<slug:slug>/<id:pk>/hand-over/", people_changes.hand_over, name="person_hand_over"),
    path("workspace/people/<slug:slug>/invite/", invitations.invite, name="invite"),
    path("workspace/people/<slug:slug>/invite/template.xlsx", invitations.template, name="invite_template"),
    path("workspace/people/<slug:slug>/link/", invitations.make_link, name="join_link"),
    path("workspace/people/<slug:slug>/link/end/", invitations.end_link, name="join_link_end"),
    path("workspace/people/<slug:slug>/link/qr.svg", invitations.qr, name="join_link_qr"),
    path("workspace/people/<slug:slug>/invitations/<id:pk>/again/", invitations.again, name="invitation_again"),
    path("workspace/people/<slug:slug>/invitations/<id:pk>/withdraw/", invitations.withdraw, name="invitation_end"),
    # --- review
    path("workspace/review/", review_queue.queue, name="review_queue"),
    path("workspace/review/<id:pk>/", review_page.review, name="review"),
]

"""Hooks of the Wagtail admin: audit actions, vocabularies, menu items, and a list of all resources."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.admin_url_finder import register_admin_url_finder
from wagtail.admin.menu import MenuItem

from resources import policies
from resources.admin.viewsets import ResourceViewSet, VocabularyGroup
from resources.models import Resource

AUDIT_ACTIONS: dict[str, tuple[Any, Any]] = {
    "resources.create": (_("Start a draft"), _("Draft started")),
    "resources.save_draft": (_("Save a draft"), _("Draft saved")),
    "resources.attach_files": (_("Add files"), _("Files added to the draft")),
    "resources.remove_draft_file": (_("Remove a file"), _("File removed from the draft")),
    "resources.reorder_files": (_("Reorder files"), _("Files of the draft reordered")),
    "resources.rename_file": (_("Rename a file"), _("File of the draft renamed")),
    "resources.split": (_("Split a draft"), _("Draft split, one for each file")),
    "resources.state_relation": (_("State a relation"), _("Relation to a resource with the same file stated")),
    "resources.delete_relation": (_("Delete a relation"), _("Relation to a resource with the same file deleted")),
    "resources.discard": (_("Delete a draft"), _("Draft deleted")),
    "resources.submit": (_("Submit"), _("Submitted for review")),
    "resources.take_back": (_("Take a submission back"), _("Submission taken back")),
    "resources.approve": (_("Approve"), _("Approved")),
    "resources.return": (_("Return"), _("Returned for changes")),
    "resources.withdraw": (_("Withdraw"), _("Withdrawn")),
    "resources.return_from_withdrawal": (_("Publish again"), _("Published again after a withdrawal")),
    "resources.set_visibility": (_("Change visibility"), _("Visibility changed")),
    "resources.request_visibility": (_("Ask for a wider audience"), _("Wider audience asked for")),
    "resources.widen": (_("Open to a wider audience"), _("Opened to a wider audience with the approval")),
    "resources.remove_file": (_("Take a file down"), _("File taken down in every version")),
    "resources.embargo": (_("Set an embargo"), _("Embargo changed")),
    "resources.embargo_ended": (_("End an embargo"), _("Embargo ended")),
    "resources.cancel_schedule": (_("Cancel a date"), _("Date of publication cancelled")),
    "resources.publish_scheduled": (_("Publish on a date"), _("Published on its date")),
    "resources.expire": (_("Expire"), _("Taken down on its date")),
    "resources.hand_over": (_("Hand over"), _("Handed over to another contributor")),
    "resources.retry_preview": (_("Make a preview again"), _("Preview made again")),
    "resources.collect_file": (_("Delete an unused file"), _("Unused file deleted")),
    "resources.clean_photo": (_("Clean a stored photo"), _("Place and camera data removed from a stored photo")),
    "resources.hold_back_photo": (_("Hold a photo back"), _("Photo held back: its place could not be removed")),
    "resources.schedule_failed": (_("Dated publication failed"), _("The date came, but publishing failed")),
    "resources.reported": (_("Report a resource"), _("Reported by a reader")),
}


@hooks.register("register_log_actions")
def register_audit_actions(actions: Any) -> None:
    for action, (label, message) in AUDIT_ACTIONS.items():
        actions.register_action(action, label, message)


class ResourceURLFinder:
    """Wagtail's links to a resource lead to its page in the workspace."""

    def __init__(self, user: Any = None) -> None:
        self.user = user

    def get_edit_url(self, instance: Resource) -> str | None:
        if self.user is not None and not policies.may(self.user, policies.Action.SEE_DRAFT, instance):
            return None
        return reverse("draft", args=[instance.pk])


register_admin_url_finder(Resource, ResourceURLFinder)


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    return [VocabularyGroup(), ResourceViewSet("resources_admin", url_prefix="resources")]


@hooks.register("register_admin_menu_item")
def menu_resources() -> MenuItem:
    return MenuItem(_("All resources"), reverse("resources_admin:index"), icon_name="doc-full", order=110)


@hooks.register("register_admin_menu_item")
def menu_review() -> MenuItem:
    """Editors review on our own page, which records the seven aspects."""
    return MenuItem(_("Review"), reverse("review_queue"), icon_name="tasks", order=105)

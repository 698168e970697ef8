"""What a submitter signs. A changed text gets a new version; what was signed before keeps the old one's number."""

from django.utils.translation import gettext_lazy as _

VERSION = "2026-1"

POINTS = (
    _("My school may share this resource: it is our own work, or the owners of what it contains have agreed."),
    _("Texts, pictures, sound and data of others are named with their source."),
    _("No child, family or patient can be recognised in it without their guardians' written consent."),
    _("Its content is true, up to date and fit for teaching as far as I know; it advertises nothing."),
    _("I answer questions about it and agree to its withdrawal when one of these points turns out wrong."),
)

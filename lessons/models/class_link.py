"""Class links: students look at a lesson, a list or a resource without an account."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from lessons.models.lesson import Lesson
from lessons.models.lists import ResourceList
from lessons.policies import owner_at_work
from resources.models import Resource

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without characters that are taken for each other."""
TOKEN_LENGTH = 26
"""31 characters to the power of 26: 128 bits."""


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_nonce() -> str:
    return secrets.token_hex(16)


class ClassLinkQuerySet(models.QuerySet["ClassLink"]):
    def open(self) -> ClassLinkQuerySet:
        """Neither stopped nor past its end, of a teacher who works in the alliance, for something not deleted."""
        return self.filter(
            owner_at_work(),
            stopped_at=None,
            expires__gt=timezone.now(),
            lesson__deleted_at=None,
            resource_list__deleted_at=None,
        )

    def with_token(self, token: str) -> ClassLinkQuerySet:
        return self.filter(token_hash=hashed(token))


class ClassLink(models.Model):
    """The token is made from ``nonce`` and the secret key, so that the database alone opens nothing."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="class_links")
    audience = models.CharField(_("for whom"), max_length=100)
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, blank=True, related_name="class_links")
    resource_list = models.ForeignKey(ResourceList, models.CASCADE, null=True, blank=True, related_name="class_links")
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, blank=True, related_name="class_links")
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires = models.DateTimeField(_("open until"))
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened = models.PositiveIntegerField(default=0, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClassLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("class link")
        verbose_name_plural = _("class links")
        ordering = ["-created", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="class_link_opens_one_thing",
                condition=Q(lesson__isnull=False, resource_list=None, resource=None)
                | Q(lesson=None, resource_list__isnull=False, resource=None)
                | Q(lesson=None, resource_list=None, resource__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.audience

    @property
    def token(self) -> str:
        number = int.from_bytes(salted_hmac("lessons.class_link", self.nonce, algorithm="sha256").digest(), "big")
        digits = []
        for _place in range(TOKEN_LENGTH):
            number, digit = divmod(number, len(ALPHABET))
            digits.append(ALPHABET[digit])
        return "".join(digits)

    @property
    def is_over(self) -> bool:
        return self.stopped_at is not None or self.expires <= timezone.now()

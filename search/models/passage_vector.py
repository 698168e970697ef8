"""What passages of resources mean, kept so that no rebuild or move of the index makes a vector again."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PassageVector(models.Model):
    """The vector of one text by one model. Derived: it may be deleted, the worker makes it again.

    ``key``: hash of model and text; ``vector``: signed bytes, one a dimension.
    """

    key = models.CharField(max_length=64, primary_key=True)
    model = models.CharField(max_length=32, db_index=True)
    vector = models.BinaryField()

    class Meta:
        verbose_name = _("passage vector")
        verbose_name_plural = _("passage vectors")

    def __str__(self) -> str:
        return self.key[:12]


class LackingVectors(models.Model):
    """A published resource with passages that have no vector yet.

    ``requested``: when it was last indexed like that.
    """

    resource_id = models.BigIntegerField(primary_key=True)
    requested = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("resource without vectors")
        verbose_name_plural = _("resources without vectors")
        ordering = ["requested"]

    def __str__(self) -> str:
        return str(self.resource_id)

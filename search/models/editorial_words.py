"""Words that editors maintain: dictionary words and synonyms."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from search.analysis.clean_text import normal_terms, split_words


class DictionaryTerm(models.Model):
    """A word the segmenter keeps whole: 七步洗手法, 回应性照护. In force once the index is rebuilt."""

    text = models.CharField(_("word"), max_length=40, unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("dictionary word")
        verbose_name_plural = _("dictionary words")
        ordering = ["text"]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        self.text = normal_terms(self.text)


class SynonymGroup(models.Model):
    """Words that mean the same in a search. In force at the next search, in every process."""

    words = models.TextField(_("words"), help_text=_("One per line, or separated by 、. At least two."))
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")
        ordering = ["words"]

    def __str__(self) -> str:
        return "、".join(self.as_tuple())

    def as_tuple(self) -> tuple[str, ...]:
        return split_words(self.words)

    def clean(self) -> None:
        words = self.as_tuple()
        if len(words) < 2:
            raise ValidationError({"words": _("A group needs at least two different words.")})
        self.words = "\n".join(words)

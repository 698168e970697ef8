"""Answers public pages from a cache until anything they may show has changed (decision 0037)."""

from common.page_cache.decorator import cached_page, count_with
from common.page_cache.lifetime import do_not_keep, on_schedule
from common.page_cache.personal_parts import has_places, place_of, template_of
from common.page_cache.readers import Readers, share_by
from common.page_cache.shared_values import until_change
from common.page_cache.stamps import forget_old_stamps

__all__ = [
    "Readers",
    "cached_page",
    "count_with",
    "do_not_keep",
    "forget_old_stamps",
    "has_places",
    "on_schedule",
    "place_of",
    "share_by",
    "template_of",
    "until_change",
]

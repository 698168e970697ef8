"""Answers public pages from a cache until anything they may show has changed (decision 0037)."""

from common.page_cache.decorator import cached_page, count_with
from common.page_cache.lifetime import do_not_keep, on_schedule
from common.page_cache.shared_values import until_change
from common.page_cache.stamps import forget_old_stamps

__all__ = ["cached_page", "count_with", "do_not_keep", "forget_old_stamps", "on_schedule", "until_change"]

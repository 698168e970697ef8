"""Limits of extracted text, in pages, characters and boxes a page."""

MAX_PAGES = 3000
MAX_PAGE_TEXT = 200_000
MAX_TEXT = 20_000_000
MAX_BOXES = 8000

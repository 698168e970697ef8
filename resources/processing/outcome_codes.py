"""Why a file was refused, has no preview, or only half of one. Codes; the words are in ``resources/pipeline/messages.py``."""

from enum import StrEnum


class Reason(StrEnum):
    # --- refused
    MISSING = "missing"  # the bytes are not in the store
    WRONG_SIZE = "wrong_size"
    EMPTY = "empty"
    MISLABELLED = "mislabelled"  # the content is not what the extension says
    MACROS = "macros"
    VIRUS = "virus"
    ARCHIVE_BOMB = "archive_bomb"  # unpacks to far more than it holds
    ARCHIVE_TOO_MANY = "archive_too_many"
    ARCHIVE_UNSAFE_NAMES = "archive_unsafe_names"  # .., absolute paths, links
    UNSAFE_XML = "unsafe_xml"  # declares its own entities
    # --- waiting
    SCANNER_DOWN = "scanner_down"
    SCANNED_PARTLY = "scanned_partly"  # accepted, but too large to scan whole
    # --- another file holds the same bytes
    DUPLICATE = "duplicate"
    # --- stored without a preview
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    ACTIVE_CONTENT = "active_content"  # HTML, SVG, scripts: never shown on our pages
    PROGRAM = "program"
    ARCHIVE = "archive"
    MEDIA = "media"
    UNKNOWN_TYPE = "unknown_type"
    TOO_LARGE = "too_large"  # too large to open for a preview
    # --- a preview with something missing
    TEXT_ONLY = "text_only"  # this kind has no pictures of pages
    NO_RENDERER = "no_renderer"  # LibreOffice is not installed
    NO_TEXT = "no_text"  # pictures only, for instance scanned
    GARBLED_TEXT = "garbled_text"
    SOME_PAGES = "some_pages"  # some pictures could not be made
    RENDER_FAILED = "render_failed"  # none could
    # --- failed, another try may help
    TIMED_OUT = "timed_out"
    TOO_DEMANDING = "too_demanding"  # more memory or disk than a file may have
    CRASHED = "crashed"
    INTERRUPTED = "interrupted"

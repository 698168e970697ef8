"""Codes for the outcome of checking and previewing a file.

Their texts are in ``resources/pipeline/messages.py``.
"""

from enum import StrEnum


class OutcomeCode(StrEnum):
    # --- refused
    MISSING = "missing"  # the bytes are not in the store
    WRONG_SIZE = "wrong_size"
    EMPTY = "empty"
    MISLABELLED = "mislabelled"  # the content is not what the extension says
    MACROS = "macros"
    VIRUS = "virus"
    ARCHIVE_BOMB = "archive_bomb"  # unpacks to far more than its own size
    ARCHIVE_TOO_MANY = "archive_too_many"
    ARCHIVE_UNSAFE_NAMES = "archive_unsafe_names"  # .., absolute paths, links
    UNSAFE_XML = "unsafe_xml"  # declares its own entities
    # --- refused, or held back where an older release published it
    PHOTO_DAMAGED = "photo_damaged"  # its metadata can't be found
    PHOTO_TOO_LARGE = "photo_too_large"  # to be cleaned
    PHOTO_NOT_CLEANED = "photo_not_cleaned"  # ran out of time or memory
    # --- waiting
    SCANNER_DOWN = "scanner_down"
    SCANNED_PARTLY = "scanned_partly"  # accepted; only the beginning was scanned
    # --- a note on a verified photo
    POSITION_REMOVED = "position_removed"
    PHOTO_DATA_REMOVED = "photo_data_removed"  # camera, author, comments; there was no position
    # --- another blob has the same bytes
    DUPLICATE = "duplicate"
    # --- stored without a preview
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    ACTIVE_CONTENT = "active_content"  # HTML, SVG, scripts: never shown in a page of the site
    PROGRAM = "program"
    ARCHIVE = "archive"
    MEDIA = "media"
    UNKNOWN_TYPE = "unknown_type"
    TOO_LARGE = "too_large"  # for a preview
    # --- incomplete preview
    TEXT_ONLY = "text_only"  # files of this kind have no page images
    NO_RENDERER = "no_renderer"  # LibreOffice is not installed
    NO_TEXT = "no_text"  # page images without text, for instance scans
    GARBLED_TEXT = "garbled_text"
    PAGES_CUT = "pages_cut"  # the file has more pages than extract.limits.MAX_PAGES
    IMAGES_CUT = "images_cut"  # the file has more pages than are rendered
    SOME_PAGES = "some_pages"  # some page images could not be rendered
    RENDER_FAILED = "render_failed"  # no page image could be rendered
    # --- failed; a retry may help
    TIMED_OUT = "timed_out"
    TOO_DEMANDING = "too_demanding"  # over the limit of memory or disk
    CRASHED = "crashed"
    INTERRUPTED = "interrupted"


class Finding(StrEnum):
    """What reviewers are told about an accepted file."""

    UNCHECKED = "unchecked"  # the check ran out of time or memory

    EMBEDDED_PROGRAM = "embedded_program"
    OLE_OBJECT = "ole_object"
    REMOTE_TEMPLATE = "remote_template"
    EXTERNAL_LINK = "external_link"
    DDE = "dde"
    PHOTO_POSITION = "photo_position"

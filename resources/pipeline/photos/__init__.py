"""Remove positions and personal metadata from uploaded photos, and from those that older releases stored."""

"""The files of a draft: renaming, splitting, and other resources that hold the same files."""

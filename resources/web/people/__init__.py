"""The people of a school, looked after by its managers in the workspace."""

"""Spreadsheets that users send."""

"""Courses as PowerPoint decks, each with a design of its own."""

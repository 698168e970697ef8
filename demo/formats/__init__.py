"""File formats of the demo: PowerPoint decks, Word documents and PDF papers."""

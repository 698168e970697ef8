"""The second factor: our adapter for allauth, and the editing desk that asks for it."""

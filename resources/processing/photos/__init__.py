"""Photos: find and remove positions and personal metadata. Runs in the sandbox."""

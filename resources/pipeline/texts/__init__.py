"""Text of stored files, which a later release reads better."""

"""copyright."""

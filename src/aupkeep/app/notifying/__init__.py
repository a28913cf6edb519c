"""notifying."""

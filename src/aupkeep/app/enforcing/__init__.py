"""enforcing."""

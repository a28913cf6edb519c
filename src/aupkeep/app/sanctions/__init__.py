"""sanctions."""

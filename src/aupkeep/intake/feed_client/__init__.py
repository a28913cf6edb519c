"""feed_client."""

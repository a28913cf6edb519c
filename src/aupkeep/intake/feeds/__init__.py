"""One module a feed; each has one constant, FEED."""

"""The lab: a small internet in network namespaces, where attacks and measures are real."""

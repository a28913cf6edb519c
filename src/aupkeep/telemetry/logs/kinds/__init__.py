"""The kinds of flow logs that can be replayed, one module each, with one constant, `LOG`."""

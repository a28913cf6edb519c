"""One module for each system at the edge of the lab; each binds one `SYSTEM`."""

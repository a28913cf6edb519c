"""One module a source of assignments; each has one constant, `SOURCE`."""

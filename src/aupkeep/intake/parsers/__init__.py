"""One module a format; each has one constant, PARSER."""

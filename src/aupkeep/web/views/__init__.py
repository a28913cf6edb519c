"""One module per page: parse, ask the desk once, render."""

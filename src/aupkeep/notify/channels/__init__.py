"""How a notice leaves: the only files of this room that touch a network."""

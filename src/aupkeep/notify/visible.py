"""Text of strangers made visible: nothing in it can hide or turn what stands beside it."""


def visible(text: str, keep: str = "") -> str:
    r"""The text with every character that does not print as its escape.

    >>> visible("a\u202eb")
    'a\\u202eb'
    """
    return "".join(
        char
        if char.isprintable() or char in keep
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )

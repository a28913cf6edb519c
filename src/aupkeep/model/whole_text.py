"""Text that any database takes: no NUL, no half of a character (a lone surrogate).

JSON can spell both, a form and an address the first, a command's words the second. The doors refuse
them or take them out; what hostile mail holds of them is stored as the replacement character.
"""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
NUL = "\x00"


def clean(text: str) -> str:
    """The text without NUL and without lone surrogates.

    >>> len(clean("a" + chr(0) + chr(0xD800)).encode())  # 1 and twice 3
    7
    """
    if text.isascii():
        return text.replace(NUL, REPLACEMENT) if NUL in text else text
    text = text.replace(NUL, REPLACEMENT)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def flaw(value: object) -> str:
    """What is no whole text in JSON's types, in words; "" where all is."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, str):
            if NUL in item:
                return "a NUL"
            if not item.isascii() and any("\ud800" <= sign <= "\udfff" for sign in item):
                return "half a character"
        elif isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple):
            left += item
    return ""

"""A number with its noun, as it is said: `1 case`, `2 cases`; in templates of any language too."""

MOST = 10**15  # the largest number that is written out


class Counted(int):
    """A number whose format is its noun, one and many: `{cases:sak|saker}`.

    >>> "{cases:sak|saker}, {cases}".format(cases=Counted(1))
    '1 sak, 1'
    """

    def __format__(self, spec: str) -> str:
        """The number with its noun where the format has a bar; else as any number."""
        singular, bar, many = spec.partition("|")
        return (
            f"{int(self)} {singular if self == 1 else many}" if bar else int(self).__format__(spec)
        )


class CountedText(str):
    """A number in words of ours, such as `40+`, with the same format."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """The text with its noun, which is one for `1` alone; else as any text."""
        singular, bar, many = spec.partition("|")
        return (
            f"{self!s} {singular if self == '1' else many}" if bar else str(self).__format__(spec)
        )


def counted(count: int, singular: str, many: str = "") -> str:
    """The number and the noun in singular or plural; `many` where it is not the singular with an s.

    >>> counted(1, "open case"), counted(12, "prefix", "prefixes")
    ('1 open case', '12 prefixes')
    """
    return f"{count} {singular if count == 1 else many or f'{singular}s'}"


def figure(value: float) -> str:
    """A number as people write it: no exponent, two decimals at most, never an endless one.

    >>> figure(168.0), figure(8759.9998), figure(0.5), figure(1e9), figure(float("inf"))
    ('168', '8760', '0.5', '1000000000', 'over 1000000000000000')
    """
    if value > MOST:
        return f"over {MOST}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def countable(values: dict[str, object]) -> dict[str, object]:
    """Values for a template: each number, and each text of one, as one that knows its noun."""
    return {name: _countable(value) for name, value in values.items()}


def _countable(value: object) -> object:
    if type(value) is int:
        return Counted(value)
    return CountedText(value) if type(value) is str else value

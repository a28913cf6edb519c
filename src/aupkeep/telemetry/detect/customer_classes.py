"""Which class of customers holds which of our own addresses, for thresholds that are of a class.

    classes = CustomerClasses([(address_number(first), address_number(last), "gold"), ...])
    for of_class, limits in threshold_sets(rule, detector.defaults):
        yield from classes.of_class_only(detector.detect(view, limits), rule, of_class)

A detector looks once with the thresholds for all, and once more for each class that has its own;
of each look only the hits count whose address is of that class. An address in no range, or of a
class without thresholds of its own, is judged by those for all.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from aupkeep.model.subject import Address
from aupkeep.telemetry.detect.detector import DetectorHit, DetectorRule

MAPPED = 0xFFFF << 32  # RFC 4291 section 2.5.5.2: IPv4 among the numbers of IPv6
Range = tuple[int, int, str]  # the numbers of the first and the last address, and the class


def address_number(address: Address) -> int:
    """An address of either family as one number."""
    return int(address) | (MAPPED if address.version == 4 else 0)  # noqa: PLR2004 - the IP version


class CustomerClasses:
    """Ranges that do not overlap; what touches and is of one class is one range. Immutable.

    >>> classes = CustomerClasses([(0, 63, "gold"), (64, 65, "gold"), (80, 80, "tin")])
    >>> len(classes), classes.at(65), classes.at(66)
    (2, 'gold', None)
    """

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        """Sort and join them."""
        self._first: list[int] = []
        self._last: list[int] = []
        self._name: list[str] = []
        for first, last, name in sorted(ranges):
            if self._last and (self._last[-1] + 1, self._name[-1]) == (first, name):
                self._last[-1] = last
                continue
            self._first.append(first)
            self._last.append(last)
            self._name.append(name)

    def at(self, number: int) -> str | None:
        """The class of who holds the address of this number; None: it is in no range."""
        place = bisect_right(self._first, number) - 1
        return self._name[place] if place >= 0 and number <= self._last[place] else None

    def of_class_only(
        self, hits: Iterable[DetectorHit], rule: DetectorRule | None, of_class: str | None
    ) -> Iterator[DetectorHit]:
        """The hits of a look that was for this class, or (None) for all without their own."""
        own: Mapping[str, object] = rule.classes if rule else {}
        for hit in hits:
            holds = self.at(address_number(hit.address)) if own else None
            if (holds if holds in own else None) == of_class:
                yield replace(hit, of_class=of_class) if of_class else hit

    def __len__(self) -> int:
        """How many ranges."""
        return len(self._name)

    def __eq__(self, other: object) -> bool:
        """The same ranges."""
        return isinstance(other, CustomerClasses) and vars(self) == vars(other)

    def __hash__(self) -> int:
        """By how many ranges there are."""
        return len(self)

    def to_json(self) -> dict[str, list[int]]:
        """By class the first and the last number of each range, in a row."""
        numbers: dict[str, list[int]] = {}
        for first, last, name in zip(self._first, self._last, self._name, strict=True):
            numbers.setdefault(name, []).extend((first, last))
        return numbers


def classes_of(addresses: Mapping[str, Iterable[int]]) -> CustomerClasses:
    """What `to_json` gave. Raises `TypeError`, `ValueError`, `AttributeError` for anything else."""
    ranges: list[Range] = []
    for name, numbers in addresses.items():
        ends = iter(map(int, numbers))
        ranges += [(first, last, str(name)) for first, last in zip(ends, ends, strict=True)]
    return CustomerClasses(ranges)


def threshold_sets(
    rule: DetectorRule | None, defaults: Mapping[str, tuple[float, str]]
) -> Iterator[tuple[str | None, dict[str, float]]]:
    """The thresholds of each look: for all (None), then for each class that has its own."""
    limits = {name: value for name, (value, _) in defaults.items()}
    limits |= dict(rule.thresholds) if rule else {}
    yield None, limits
    for name, own in (rule.classes if rule else {}).items():
        yield name, {**limits, **own}


def threshold_names(rule: DetectorRule) -> set[str]:
    """Every threshold that a rule names, for all or for a class."""
    return {*rule.thresholds, *(threshold for own in rule.classes.values() for threshold in own)}

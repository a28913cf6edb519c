"""The form of CVSS vectors, by the base metrics of FIRST's CVSS v2.0 and v3.1 guides."""

import re
from collections.abc import Mapping

LONGEST = 400  # characters of a vector
# Base metric, in its order → the letters it may have.
V2 = {"AV": "LAN", "AC": "HML", "Au": "MSN", "C": "NPC", "I": "NPC", "A": "NPC"}
V3 = {
    "AV": "NALP",
    "AC": "LH",
    "PR": "NLH",
    "UI": "NR",
    "S": "UC",
    "C": "NLH",
    "I": "NLH",
    "A": "NLH",
}
PREFIX = re.compile(r"CVSS:3\.[01]/")
METRIC = re.compile(r"[A-Za-z]{1,4}:[A-Z]{1,3}", re.ASCII)


def well_formed(version: str, vector: str) -> bool:
    """True when the vector has the form of that version: "2", "3.0" or "3.1".

    >>> well_formed("2", "AV:N/AC:L/Au:N/C:P/I:P/A:P"), well_formed("3.1", "AV:N/AC:L")
    (True, False)
    """
    if len(vector) > LONGEST:
        return False
    if version == "2":
        return _metrics(vector.strip("()"), V2)
    prefix = PREFIX.match(vector)
    return version in {"3.0", "3.1"} and prefix is not None and _metrics(vector[prefix.end() :], V3)


def _metrics(vector: str, base: Mapping[str, str]) -> bool:
    """The base metrics in their order, then further ones of the same shape."""
    said = vector.split("/")
    if len(said) < len(base) or not all(METRIC.fullmatch(metric) for metric in said):
        return False
    pairs = [metric.split(":") for metric in said[: len(base)]]
    return [name for name, _ in pairs] == list(base) and all(
        letter in set(base[name]) for name, letter in pairs
    )

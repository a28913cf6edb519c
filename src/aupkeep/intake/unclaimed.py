"""Why words claim nothing, and how a reading says so."""

from collections.abc import Iterable
from enum import StrEnum

NOBODY = "it accuses nobody: "  # how the reason of words without a claim begins
UNSURE = "it is not certain that it reports: "


class Unclaimed(StrEnum):
    """Why words claim nothing."""

    ASKED = "a question"
    DENIED = "a denial"
    OVER = "said to be over"
    MISTAKEN = "said to be a mistake"
    PERMITTED = "said to be permitted"
    QUOTED = "what the reader said or did"
    SUPPOSED = "a supposition or a plan"
    SOLD = "an offer"
    SUFFERED = "who is attacked"
    OWN_ACCOUNT = "a notice about the reader's own account"
    UNSURE = "no sentence reports"


ASKS = f"{NOBODY}{Unclaimed.ASKED}"  # of a question
ASKED_ABOUT = frozenset({Unclaimed.SUPPOSED, Unclaimed.QUOTED})  # by a question beside it


def first_reason(said: Iterable[tuple[Unclaimed, str]]) -> tuple[Unclaimed, str] | None:
    """The first reason with its words, or the question beside a plan or what the reader said."""
    several = iter(said)
    first = next(several, None)
    if first is None or first[0] not in ASKED_ABOUT:
        return first
    return next((pair for pair in several if pair[0] is Unclaimed.ASKED), first)

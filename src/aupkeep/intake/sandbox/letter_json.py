"""What a reading says of a letter as JSON and back: quotes, signatures, failures, meaning."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from aupkeep.model.correspondence import DeliveryFailure, FailureReason, MailMeaning
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Offset
from aupkeep.model.report import Reading

MOST = 5_000  # places or failures of one letter


class LetterFields(NamedTuple):
    """The fields of a reading that tell of a letter."""

    quoted: tuple[Offset, ...] = ()
    signed: tuple[Offset, ...] = ()
    failures: tuple[DeliveryFailure, ...] = ()
    meaning: MailMeaning | None = None


def letter_to_json(reading: Reading) -> list[Any] | None:
    """Quoted and signed places, failures and meaning; None where the reading has none of them."""
    if not (reading.quoted or reading.signed or reading.failures or reading.meaning):
        return None
    return [
        [list(place) for place in reading.quoted],
        [list(place) for place in reading.signed],
        [
            [
                failure.recipient,
                failure.reason.value,
                failure.status,
                failure.permanent,
                failure.delayed,
                failure.why,
            ]
            for failure in reading.failures
        ],
        reading.meaning.value if reading.meaning else None,
    ]


def letter_from_json(wire: list[Any] | None, parts: tuple[str, ...]) -> LetterFields:
    """The reading's fields again. Raises `Invalid`, ValueError or TypeError for what is unsound."""
    if wire is None:
        return LetterFields()
    quoted, signed, failures, meaning = wire
    if max(len(quoted), len(signed), len(failures)) > MOST:
        raise Invalid(f"letter: expected at most {MOST} places and failures, found more")
    return LetterFields(
        quoted=tuple(_place(place, parts) for place in quoted),
        signed=tuple(_place(place, parts) for place in signed),
        failures=tuple(_failure(failure) for failure in failures),
        meaning=None if meaning is None else MailMeaning(meaning),
    )


def _place(numbers: Iterable[Any], parts: tuple[str, ...]) -> Offset:
    part, start, end = numbers
    sound = all(type(number) is int for number in (part, start, end)) and 0 <= part < len(parts)
    if not sound or not 0 <= start <= end <= len(parts[part]):
        raise Invalid(f"letter: expected a place in a part, found {part} {start} {end}")
    return Offset(part, start, end)


def _failure(wire: Iterable[Any]) -> DeliveryFailure:
    recipient, reason, status, permanent, delayed, why = wire
    for text in (recipient or "", status, why):
        if not isinstance(text, str):
            raise TypeError(f"expected text, found {type(text).__name__}")
    for said in (permanent or False, delayed):
        if not isinstance(said, bool):
            raise TypeError(f"expected true, false or null, found {said!r:.40}")
    return DeliveryFailure(
        recipient=recipient,
        reason=FailureReason(reason),
        status=status,
        permanent=permanent,
        delayed=delayed,
        why=why,
    )

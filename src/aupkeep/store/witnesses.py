"""Cosignatures, and how witnesses stand: our own bookkeeping, outside the journal.

An entry for each cosignature would make two installs that witness each other write for ever. What a
witness says against a log is an entry (`app.witness`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields

from django.db import transaction

from aupkeep.model.witness import Cosignature, WitnessedLog, WitnessState
from aupkeep.store.guard import writing, writing_whole
from aupkeep.store.models import CosignatureRow, WitnessedLogRow, WitnessRow

STEP = 500  # rows deleted by one statement


def cosignatures() -> list[Cosignature]:
    """Every cosignature of our log, the smallest size first."""
    rows = CosignatureRow.objects.order_by("size", "witness")
    return [Cosignature(size=row.size, witness=row.witness, text=row.text) for row in rows]


def cosigning() -> list[str]:
    """The keys of the witnesses that ever cosigned our log."""
    rows = CosignatureRow.objects.order_by("witness").values_list("witness", flat=True)
    return list(rows.distinct())


def newest_of_each() -> list[Cosignature]:
    """The cosignature over the most entries of each witness."""
    firsts = (next(newest_first(key), None) for key in cosigning())
    return [cosignature for cosignature in firsts if cosignature is not None]


def newest_first(witness: str) -> Iterator[Cosignature]:
    """The cosignatures of one witness, the largest size first."""
    for row in CosignatureRow.objects.filter(witness=witness).order_by("-size").iterator():
        yield Cosignature(size=row.size, witness=row.witness, text=row.text)


def older(witness: str, size: int, most: int) -> list[Cosignature]:
    """So many cosignatures of one witness below a size, the smallest first."""
    rows = CosignatureRow.objects.filter(witness=witness, size__lt=size).order_by("size")[:most]
    return [Cosignature(size=row.size, witness=row.witness, text=row.text) for row in rows]


def drop(witness: str, sizes: Sequence[int]) -> int:
    """Delete these cosignatures of a witness; returns how many."""
    rows = CosignatureRow.objects.filter(witness=witness)
    gone = 0
    with writing(), transaction.atomic(durable=True):
        for start in range(0, len(sizes), STEP):
            gone += rows.filter(size__in=sizes[start : start + STEP]).delete()[0]
    return gone


def states() -> dict[str, WitnessState]:
    """How each witness stands that was ever asked, by its key."""
    return {row.key: _state(row) for row in WitnessRow.objects.order_by("key")}


def save_state(state: WitnessState, cosignature: Cosignature | None = None) -> None:
    """Keep how a witness stands, and what it signed. Raises `Unavailable`."""
    with writing_whole():
        WitnessRow(**asdict(state)).save()
        if cosignature is not None:
            CosignatureRow.objects.update_or_create(
                size=cosignature.size,
                witness=cosignature.witness,
                defaults={"text": cosignature.text},
            )


def witnessed() -> list[WitnessedLog]:
    """What we cosigned last, log by log."""
    return [_log(row) for row in WitnessedLogRow.objects.order_by("origin")]


def advance(first: WitnessedLog, judged: Callable[[WitnessedLog], WitnessedLog]) -> None:
    """Let `judged` say what is cosigned next of a log; durable on return, one caller at a time.

    It gets what was cosigned last, `first` for a log that never was, and raises what is to refuse:
    nothing changes then. Raises `Unavailable` where the database does not take it.
    """
    with writing_whole():
        fresh = WitnessedLogRow(**asdict(first))
        WitnessedLogRow.objects.bulk_create([fresh], ignore_conflicts=True)
        row = WitnessedLogRow.objects.select_for_update().get(origin=first.origin)
        before = _log(row)
        after = judged(before)
        if after != before:
            WitnessedLogRow(**asdict(after)).save(force_update=True)


def forget(origin: str) -> None:
    """Forget what was cosigned of a log; the next checkpoint it sends is the first."""
    with writing(), transaction.atomic(durable=True):
        WitnessedLogRow.objects.filter(origin=origin).delete()


def _state(row: WitnessRow) -> WitnessState:
    values = {field.name: getattr(row, field.name) for field in fields(WitnessState)}
    return WitnessState(**{**values, "frontier": bytes(row.frontier)})


def _log(row: WitnessedLogRow) -> WitnessedLog:
    values = {field.name: getattr(row, field.name) for field in fields(WitnessedLog)}
    return WitnessedLog(**{**values, "root": bytes(row.root)})

"""Rows that follow from others, so that no entry names them: derived anew on a person's word."""

from django.db import transaction

from aupkeep.store import case_sources, confirmed_sources
from aupkeep.store.guard import writing


def derive_anew() -> None:
    """Write what differs as it follows from the records."""
    with writing(), transaction.atomic(durable=True):
        confirmed_sources.renew(set(confirmed_sources.differing()))
        case_sources.renew(case_sources.differing())

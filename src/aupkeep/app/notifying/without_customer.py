"""The accused's side in what somebody else reads: a reporter, a source, who asked (invariant 10).

A person writes with the case before them, so a customer's name, contacts, machine and case come
into a letter, the reasons of a warning, an answer; there they are hidden, however they are spelled.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from aupkeep.app.context import AppContext
from aupkeep.app.inventory.holders import holder
from aupkeep.app.notifying.evidence_lines import ordinary_words
from aupkeep.evidence.redact import MASK, redact
from aupkeep.evidence.spelled import hide_spelled, parts_of, plain
from aupkeep.model.case import Case, Claim
from aupkeep.model.customer import Customer
from aupkeep.model.errors import Invalid
from aupkeep.model.holding import Held
from aupkeep.model.subject import Address, Subject, parse_address
from aupkeep.store import cases, customers

MOST = 50  # cases of a source, addresses of an answer, whose customers are hidden
WRITTEN = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]{3,45}(?![\w])")


def without_customer(
    text: str, case: Case, customer: Customer | None, claims: Sequence[Claim]
) -> str:
    """The words without what names the customer; the addresses that were reported stay."""
    own = [address for claim in claims if (address := claim.finding.subject.address)]
    return hide_names(text, customer, [case.customer, case.resource, case.reference], keep=own)


def without_customers(text: str, concerned: Iterable[Case]) -> str:
    """The words without what names the customer of any of these cases."""
    for case in concerned:
        text = without_customer(text, case, customers.get(case.customer), cases.claims(case.id))
    return text


def without_holders(context: AppContext, text: str, *, asked: str, by: str) -> str:
    """An answer without the names of who holds the addresses in it and in the question.

    A holder's own contact, by address or domain, reads them.
    """
    named = {spot for said in (asked, text) if said for spot in _addresses(said)}
    for address in sorted(named, key=int)[:MOST]:
        held = holder(context, Subject(address=address), context.now())
        customer = customers.get(held.customer) if isinstance(held, Held) else None
        if not isinstance(held, Held) or by.rpartition("@")[2].casefold() in _domains(customer):
            continue
        known = [held.customer, held.resource, customer.name if customer else ""]
        parts = {part for said in known[1:] for part in parts_of(said, ordinary_words())}
        names = {*filter(None, known), known[1].rpartition("/")[2], *parts}
        text = _without_short(hide_spelled(text, names), names)
    return text


def _without_short(text: str, names: Iterable[str]) -> str:
    """The text without names of a few letters, which stand as words of their own (`vm-a`)."""
    short = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(
        rf"(?<!\w)(?:{short})(?!\w)", lambda it: MASK * len(it[0]), text, flags=re.IGNORECASE
    )


def _addresses(text: str) -> Iterator[Address]:
    for word in WRITTEN.findall(plain(text)):
        with suppress(Invalid):
            yield parse_address(word.strip(".:") if "::" not in word else word)


def _domains(customer: Customer | None) -> set[str]:
    contacts = customer.contacts if customer else ()
    return {contact.address.rpartition("@")[2].casefold() for contact in contacts}


def hide_names(
    text: str, customer: Customer | None, names: Sequence[str], *, keep: Iterable[Address] = ()
) -> str:
    """The words without a customer's contacts and name, and without these names of theirs."""
    contacts = [contact.address for contact in (customer.contacts if customer else ())]
    called = customer.name if customer else ""
    domains = (address.rpartition("@")[2] for address in contacts)
    known = [secret for secret in (*contacts, *domains, called, *names) if secret]
    parts = {
        part for said in (*contacts, called, *names) for part in parts_of(said, ordinary_words())
    }
    machines = {name.rpartition("/")[2] for name in names}
    return redact(hide_spelled(plain(text), {*known, *machines, *parts}), secrets=known, keep=keep)

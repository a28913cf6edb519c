"""The accused's side in what somebody else reads: a reporter, a source, who asked (invariant 10).

A person writes with the case before them, so a customer's name, contacts, machine and case come
into a letter, the reasons of a warning, an answer; there they are hidden, however they are spelled.
"""

from collections.abc import Iterable, Sequence

from aupkeep.app.notifying.evidence_lines import ordinary_words
from aupkeep.evidence.redact import redact
from aupkeep.evidence.spelled import hide_spelled, parts_of, plain
from aupkeep.model.case import Case, Claim
from aupkeep.model.customer import Customer
from aupkeep.model.subject import Address
from aupkeep.store import cases, customers

MOST = 50  # cases of a source whose customers are hidden from it


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

"""The page on which a letter is written."""

from aupkeep.app.access.authority import sees_reporters
from aupkeep.app.context import AppContext
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.notifying.letters import (
    Letter,
    LetterPreview,
    list_drafts,
    preview_letter,
    reporters_of,
)
from aupkeep.app.notifying.notices import contact_of, failed_addresses, language_of
from aupkeep.app.pages.layout.load import page_header
from aupkeep.app.pages.layout.page import Person
from aupkeep.app.pages.letter.page import Addressee, LetterPage
from aupkeep.model.case import Case
from aupkeep.model.notice import Party
from aupkeep.notify.kind_names import noun
from aupkeep.store import customers

NO_ADDRESS = "The customer: no address is known"


def letter_page(
    context: AppContext,
    person: Person,
    reference: str,
    *,
    to: str = "customer",
    draft: str = "",
    letter: Letter | None = None,
) -> LetterPage:
    """The form; with `draft` its words, with `letter` what was typed and what would be sent.

    Raises `Missing` for an unknown case, and as `preview_letter`.
    """
    case = find_case(reference)
    contact = contact_of(customers.get(case.customer), failed_addresses(case.id), case.kind)
    language = (
        contact.language if contact and to == "customer" else context.settings.provider.language
    )
    known = tuple(
        template for template in list_drafts() if template.language == language_of(language)
    )
    words = next((template for template in known if template.draft == draft), None)
    preview: LetterPreview | None = None
    if letter is not None:
        preview = preview_letter(context, case.reference, letter, person.id)
    return LetterPage(
        header=page_header(context, person),
        reference=case.reference,
        title=f"{noun(case.kind, language_of(person.language))}: {case.resource}",
        addressees=_addressees(case, person, contact.address if contact else ""),
        drafts=tuple(template for template in known if template.to is _party(to)),
        to=to,
        subject=letter.subject if letter else words.subject if words else "",
        text=letter.text if letter else words.text if words else "",
        preview=preview,
    )


def letter_of(to: str, subject: str, text: str) -> Letter:
    """The letter of a posted form: `to` is `customer`, or the id of a reporter's report."""
    report = None if to == Party.CUSTOMER.value else to
    return Letter(party=_party(to), subject=subject, text=text, report=report)


def _party(to: str) -> Party:
    return Party.CUSTOMER if to == Party.CUSTOMER.value else Party.REPORTER


def _addressees(case: Case, person: Person, address: str) -> tuple[Addressee, ...]:
    """The customer, and each reporter where this person may know them."""
    words = f"The customer: {case.customer}, {address}" if address else NO_ADDRESS
    customer = Addressee(value=Party.CUSTOMER.value, words=words)
    if not sees_reporters(person.id):
        return (customer,)
    return (
        customer,
        *(
            Addressee(
                value=report.id,
                words=f"Who reported it: {report.reading.reporter}",
                proven=report.reading.authentication.authenticated,
            )
            for report in reporters_of(case)
        ),
    )

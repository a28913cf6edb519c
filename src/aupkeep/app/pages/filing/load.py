"""The public notice form's pages, asked of the desk: what is wrong, what is sent, who confirmed.

None of these looks anybody up: the answer is the same whoever holds the address in question.
"""

from collections.abc import Sequence

from aupkeep.app.context import Desk
from aupkeep.app.modes import listening
from aupkeep.app.pages.filing.page import Caller, CheckedNotice, ConfirmPage, FormPage, PostedNotice
from aupkeep.app.pages.frame.page import Operator
from aupkeep.app.pages.words import LANGUAGES
from aupkeep.app.receiving.notice_draft import Draft, read_draft
from aupkeep.app.receiving.proof_of_work import read
from aupkeep.app.receiving.rate_limits import offer, peer_of
from aupkeep.app.receiving.uploads import handle_of, keep_uploads, read_handle
from aupkeep.app.submissions.confirm import confirm, to_confirm
from aupkeep.app.submissions.filing import Ticket, file_notice, take_from_all
from aupkeep.config.keys import secrets_for
from aupkeep.store import refresh


def form_page(desk: Desk) -> FormPage:
    """What every page of the form needs. Raises `Missing` where the operator has none."""
    take_from_all(desk)
    return FormPage(
        operator=operator_of(desk),
        languages=LANGUAGES,
        listen=listening(desk),
        upload_bytes=desk.settings.notices.upload_bytes,
    )


def operator_of(desk: Desk) -> Operator:
    """Who runs this install."""
    settings = desk.settings
    return Operator(
        name=settings.provider.name,
        contact=settings.mail.sender,
        language=settings.provider.language,
    )


def keep_files(
    desk: Desk, files: Sequence[bytes], handles: Sequence[str], caller: Caller
) -> tuple[str, ...]:
    """Handles of a form's files, those kept before and the new ones.

    Raises `Flawed` for too many or too large ones, `TooMany`, `Unreadable` for a forged handle.
    """
    form_page(desk)
    refresh()
    kept = keep_uploads(desk, files, handles, peer(desk, caller))
    return tuple(handle_of(desk, one) for one in kept)


def check_notice(desk: Desk, posted: PostedNotice, challenge: str = "") -> CheckedNotice:
    """The notice as it was understood, with a challenge; one that was given and lives is kept.

    Raises `Flawed` naming each field, `Missing` where there is no form, `Invalid` for a challenge
    that is none.
    """
    form_page(desk)
    draft = draft_of(desk, posted)
    if challenge:
        found = read(secrets_for(desk.home, "tokens"), challenge, desk.now())
    else:
        refresh()
        found = offer(desk, peer(desk, posted.caller), add=True)
    return CheckedNotice(
        draft=draft,
        handles=posted.handles,
        challenge=found.text,
        bits=found.bits,
        wait=found.left(desk.now()),
    )


def send_notice(desk: Desk, posted: PostedNotice, challenge: str, solution: str) -> str:
    """File it; the answer opens the status page. Raises what `file_notice` and a draft raise."""
    form_page(desk)
    draft = draft_of(desk, posted)
    ticket = Ticket(
        peer=peer(desk, posted.caller), challenge=challenge, solution=solution, patient=True
    )
    return file_notice(desk, draft, ticket).token


def draft_of(desk: Desk, posted: PostedNotice) -> Draft:
    """The fields read, with the files behind the handles. Raises `Flawed`, `Unreadable`."""
    return read_draft(
        posted.fields,
        posted.matter,
        language=posted.language,
        now=desk.now(),
        own=(desk.settings.mail.sender,),
        uploads=[read_handle(desk, one) for one in posted.handles],
    )


def peer(desk: Desk, caller: Caller) -> str:
    """Who asks, behind our own proxies."""
    return peer_of(caller.connected, caller.forwarded, desk.settings.web.proxies)


def confirm_page(desk: Desk, token: str, language: str) -> ConfirmPage:
    """What a link would confirm; looking uses nothing up. Raises `Missing`, `Gone`."""
    filing = to_confirm(desk, token)
    return ConfirmPage(
        operator=operator_of(desk),
        reference=filing.reference,
        email=filing.email or "",
        language=language or filing.language,
        languages=LANGUAGES,
    )


def confirm_notice(desk: Desk, token: str) -> str:
    """The address is the filer's; the answer opens the status page. Raises `Missing`, `Gone`."""
    return confirm(desk, token).token

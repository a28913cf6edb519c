"""The notice form: what a posted form means, what its sending costs, who confirmed it.

None of these looks anybody up: the answer is the same whoever holds the address in question.
"""

from collections.abc import Sequence

from aupkeep.app.context import AppContext
from aupkeep.app.modes import withheld
from aupkeep.app.pages.labels import LANGUAGES
from aupkeep.app.pages.layout.load import operator_of
from aupkeep.app.pages.notice_form.page import (
    Caller,
    ChallengeOffer,
    CheckedNotice,
    ConfirmPage,
    FiledReceipt,
    NoticeFormPage,
    PostedNotice,
)
from aupkeep.app.pages.notice_form.posted_json import parse_notice
from aupkeep.app.receiving.notice_draft import NoticeDraft, read_draft
from aupkeep.app.receiving.proof_of_work import read_challenge
from aupkeep.app.receiving.rate_limits import peer_of, priced_challenge, submission_load
from aupkeep.app.receiving.uploads import handle_of, keep_uploads, read_handle
from aupkeep.app.submissions.confirm import confirm, to_confirm
from aupkeep.app.submissions.filing import FilingTicket, check_form_open, file_notice
from aupkeep.config.keys import secrets_for
from aupkeep.model.errors import Invalid
from aupkeep.model.grant import GrantKind
from aupkeep.store import refresh

SHORTEST_KEY = 16  # characters of a key that nobody's token makes theirs


def form_page(context: AppContext) -> NoticeFormPage:
    """What every page of the form needs. Raises `Missing` where the operator has none."""
    check_form_open(context)
    return NoticeFormPage(
        operator=operator_of(context),
        languages=LANGUAGES,
        listen=bool(withheld(context, GrantKind.RECEIPTS)),
        upload_bytes=context.settings.notices.upload_bytes,
    )


def keep_files(
    context: AppContext, files: Sequence[bytes], handles: Sequence[str], caller: Caller
) -> tuple[str, ...]:
    """Handles of a form's files, those kept before and the new ones.

    Raises `InvalidNotice` for too many or too large ones, `TooMany`, and `Unreadable` for a forged
    handle.
    """
    form_page(context)
    refresh()
    drafts = keep_uploads(context, files, handles, peer(context, caller))
    return tuple(handle_of(context, draft) for draft in drafts)


def check_notice(context: AppContext, posted: PostedNotice, challenge: str = "") -> CheckedNotice:
    """The notice as it was understood, with a challenge; one that was given and lives is kept.

    Raises `InvalidNotice` naming each field, `Missing` where there is no form, `Invalid` for a
    challenge that is none.
    """
    form_page(context)
    draft = draft_of(context, posted)
    if challenge:
        signed = read_challenge(secrets_for(context.home, "tokens"), challenge, context.now())
    else:
        refresh()
        signed = priced_challenge(context, peer(context, posted.caller), add=True)
    return CheckedNotice(
        draft=draft,
        handles=posted.handles,
        challenge=signed.text,
        bits=signed.bits,
        wait=signed.left(context.now()),
    )


def send_notice(context: AppContext, posted: PostedNotice, challenge: str, solution: str) -> str:
    """File it; the answer opens the status page. Raises what `file_notice` and a draft raise."""
    form_page(context)
    draft = draft_of(context, posted)
    ticket = FilingTicket(
        peer=peer(context, posted.caller), challenge=challenge, solution=solution, patient=True
    )
    return file_notice(context, draft, ticket).token


def draft_of(context: AppContext, posted: PostedNotice) -> NoticeDraft:
    """The fields read, with the files behind the handles. Raises `InvalidNotice`, `Unreadable`."""
    return read_draft(
        posted.fields,
        posted.matter,
        language=posted.language,
        now=context.now(),
        own=context.settings.senders,
        uploads=[read_handle(context, handle) for handle in posted.handles],
    )


def peer(context: AppContext, caller: Caller) -> str:
    """Who asks, behind our own proxies."""
    return peer_of(caller.connected, caller.forwarded, context.settings.web.proxies)


def confirm_page(context: AppContext, token: str, language: str) -> ConfirmPage:
    """What a link would confirm; looking uses nothing up. Raises `Missing`, `Gone`."""
    filing = to_confirm(context, token)
    return ConfirmPage(
        operator=operator_of(context),
        reference=filing.reference,
        email=filing.email or "",
        language=language or filing.language,
        languages=LANGUAGES,
    )


def confirm_notice(context: AppContext, token: str) -> str:
    """The address is the filer's; the answer opens the status page. Raises `Missing`, `Gone`."""
    return confirm(context, token).token


def offer_challenge(context: AppContext, peer: str) -> ChallengeOffer:
    """A challenge for a program; asking changes nothing. Raises `Missing` without a form."""
    check_form_open(context)
    challenge = priced_challenge(context, peer, add=False)
    return ChallengeOffer(
        challenge=challenge.text, bits=challenge.bits, expires_at=challenge.expires_at
    )


def file_json(
    context: AppContext, data: bytes, *, peer: str, token: str | None, key: str | None
) -> FiledReceipt:
    """File a notice posted as JSON; `token` names the caller's API token, `key` repeats a request.

    Raises `Flawed` and `Invalid` naming field, expected and found, and what `file_notice` raises.
    """
    if token is None:
        check_form_open(context)
        _check_key(key)
        submission_load(context, peer, add=True)
    posted = parse_notice(data)
    refresh()
    uploads = keep_uploads(context, posted.files, (), None if token else peer)
    draft = read_draft(
        posted.fields,
        posted.matter,
        language=posted.language,
        now=context.now(),
        own=context.settings.senders,
        uploads=uploads,
    )
    ticket = FilingTicket(
        peer=peer, challenge=posted.challenge, solution=posted.solution, token=token, key=key
    )
    filed = file_notice(context, draft, ticket)
    return FiledReceipt(
        reference=filed.filing.reference,
        secret=filed.token,
        page=f"{context.settings.provider.url}/r/{filed.token}/",
        digest=filed.filing.content,
        confirm=filed.filing.confirm is not None and not filed.filing.known,
        repeated=filed.repeated,
    )


def _check_key(key: str | None) -> None:
    """Raises `Invalid` for a key that others might choose too, or guess."""
    if key is not None and not (SHORTEST_KEY <= len(key) <= 200 and key.isprintable()):  # noqa: PLR2004 - as for reports
        raise Invalid(
            f"Idempotency-Key: expected {SHORTEST_KEY} to 200 printable characters, "
            f"such as a random UUID, found {len(key)}"
        )

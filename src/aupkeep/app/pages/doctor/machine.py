"""What an install needs around it: room on its disk, mail that arrives, lists that answer. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.config.heartbeat import HeartbeatSettings
from aupkeep.model.counted import counted
from aupkeep.model.feed import FeedState
from aupkeep.model.moments import show_minute

LEAST_SHARE, LEAST_BYTES = 0.1, 1 << 30
QUIET = timedelta(days=3)  # without a mail
SILENT = timedelta(days=2)  # without a good answer of a feed
FEWEST, SHARE = 10, 0.8  # mails, of which so many by ourselves say that something hides senders
MOST = 3
SRS = re.compile(r"SRS[01][=+-].+@([^@\s]+)", re.IGNORECASE)  # the Sender Rewriting Scheme


def disk_check(free: int, size: int, home: str) -> DoctorCheck:
    """Whether mail can be kept for some time."""
    ok = free >= LEAST_BYTES and free >= size * LEAST_SHARE
    text = f"{free / (1 << 30):.1f} of {size / (1 << 30):.1f} GiB are free at {home}"
    remedy = "" if ok else "aupkeep retention show"
    return DoctorCheck(check="disk", ok=ok, found=text, remedy=remedy)


def mail_check(newest: datetime | None, now: datetime) -> DoctorCheck:
    """Whether mail arrives; an install to which none has come yet is new."""
    quiet = newest is not None and now - newest > QUIET
    text = f"the newest came {show_minute(newest)}" if newest else "none has come yet"
    remedy = "send a mail to your abuse address and look: aupkeep inbox list" if quiet else ""
    return DoctorCheck(check="mail", ok=not quiet, found=text, remedy=remedy)


def feeds_check(states: Mapping[str, FeedState], now: datetime) -> DoctorCheck:
    """Whether the lists that are fetched still come."""
    silent = [
        f"{name}: {state.error or 'no good answer'}"
        for name, state in states.items()
        if state.tried_at is not None and now - (state.good_at or now) > SILENT
    ]
    text = "; ".join(silent[:MOST]) or f"{len(states)} subscribed, none silent"
    remedy = "aupkeep feeds list" if silent else ""
    return DoctorCheck(check="feeds", ok=not silent, found=text, remedy=remedy)


def senders_check(domains: Sequence[str], own: str, envelopes: Sequence[str] = ()) -> DoctorCheck:
    """Whether the mailbox shows who wrote: a list or ticket system in front writes as ourselves.

    A forwarder in front rewrites the envelope (SRS) instead, and breaks what SPF proves.
    """
    ours = sum(domain == own for domain in domains)
    hidden = len(domains) >= FEWEST and ours >= SHARE * len(domains)
    words = f"{ours} of {counted(len(domains), 'recent mail')} are from {own}"
    remedy = "deliver the abuse address to us before the list or ticket system that rewrites From"
    by = [match[1].lower() for text in envelopes if (match := SRS.fullmatch(text))]
    if not hidden and len(envelopes) >= FEWEST and len(by) >= SHARE * len(envelopes):
        hidden, words = True, f"{len(by)} of {len(envelopes)} came by a forwarder (SRS) at {by[0]}"
        remedy = f"aupkeep settings set mail.arc_sealers {by[0]}"
    return DoctorCheck(
        check="hidden-senders", ok=not hidden, found=words, remedy=remedy if hidden else ""
    )


def heartbeat_check(settings: HeartbeatSettings) -> DoctorCheck:
    """Whether somebody else hears where all of this dies. To be without is a choice."""
    watched = f"{settings.watcher} is told every {settings.every} s"
    text = watched if settings.url else "nobody watches"
    return DoctorCheck(check="heartbeat", ok=True, found=text)

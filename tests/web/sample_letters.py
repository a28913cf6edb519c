"""Sample pages for those outside: the accused customer and the reporter."""

from datetime import datetime, timedelta

from aupkeep.app.pages.customer.page import (
    CustomerAnswer,
    CustomerPage,
    MeasureInForce,
    RedactedEvidence,
)
from aupkeep.app.pages.frame.page import ClauseText, TextPart
from aupkeep.app.pages.reporter.page import Progress, ReporterPage, Result
from aupkeep.model.case import AnswerKind
from aupkeep.model.ladder import Standard

CLAUSE = ClauseText(
    id="intrusion",
    title="Systems of others",
    text="You must not access, or try to access, data, systems or networks without permission.",
    document="Acceptable use policy of Fjordhost",
    version="2026-01",
    anchor="section 2.4",
    standard=Standard.PLAIN_CONDUCT,
    url="https://fjordhost.example/policy#intrusion",
)
TEXTS = {
    "en": {
        "title": "Your server vm-4 is trying passwords on other machines",
        "what": (
            (
                "Between 15:02 and 15:11 today your server at 192.0.2.7 tried to sign in to "
                "another machine by SSH 212 times, with many user names."
            ),
            (
                "Often the owner does not know: a stolen password or an old program that lets "
                "strangers in is the usual cause."
            ),
        ),
        "works": "everything else on vm-4, also that you sign in to it.",
        "limit": "Outgoing SSH (TCP port 22) from 192.0.2.7 is closed.",
        "fix": (
            "See who is signed in and what connects to port 22: ss -tnp dport = 22",
            "Stop what you do not know, and find in cron and systemd what starts it.",
            "Change all passwords, remove keys you do not know, allow sign-in by key only.",
            "If you cannot tell what it was, set the server up anew from an older backup.",
        ),
        "says": "212 failed SSH logins at one machine of someone else",
        "by": "a person at the desk, on a proposal of rule intrusion-ssh, policy version 7c41",
    },
    "nb": {
        "title": "Serveren din vm-4 prøver passord på andre maskiner",
        "what": (
            (
                "Mellom 15.02 og 15.11 i dag prøvde serveren din på 192.0.2.7 å logge inn på "
                "en annen maskin med SSH 212 ganger, med mange brukernavn."
            ),
            (
                "Ofte vet eieren det ikke: et stjålet passord eller et gammelt program som slipper "
                "fremmede inn, er den vanlige årsaken."
            ),
        ),
        "works": "alt annet på vm-4, også at du selv logger inn på den.",
        "limit": "Utgående SSH (TCP-port 22) fra 192.0.2.7 er stengt.",
        "fix": (
            "Se hvem som er logget inn, og hva som kobler seg til port 22: ss -tnp dport = 22",
            "Stopp det du ikke kjenner, og finn hva som starter det, i cron og systemd.",
            "Bytt alle passord, fjern nøkler du ikke kjenner, tillat bare innlogging med nøkkel.",
        ),
        "says": "212 mislykkede SSH-innlogginger hos én maskin som tilhører en annen",
        "by": "en person hos oss, etter forslag fra regelen intrusion-ssh, versjon 7c41",
    },
}


def customer_page(now: datetime, language: str) -> CustomerPage:
    """One port closed, a day to answer, one answer read."""
    texts = TEXTS[language]
    at = now - timedelta(minutes=18)
    log = (
        TextPart("2026-11-24 14:02:10 +0000", "at"),
        TextPart(" sshd[811]: Failed password for root from "),
        TextPart("192.0.2.7", "address"),
        TextPart(" port 40022\n[210 lines like it]\n2026-11-24 14:11:02 +0000 sshd[[hidden]]: "),
        TextPart("Failed password for admin from 192.0.2.7 port 51190\n"),
    )
    return CustomerPage(
        now=now,
        language=language,
        languages=("en", "nb"),
        operator="Fjordhost",
        contact="abuse@fjordhost.example",
        reference="K7QF-2M9X",
        resource="vm-4",
        title=str(texts["title"]),
        what=tuple(texts["what"]),
        clause=CLAUSE,
        evidence=(RedactedEvidence(at=at, exact=1, says=str(texts["says"]), parts=log),),
        limits=(
            MeasureInForce(
                title=str(texts["limit"]),
                since=now - timedelta(minutes=6),
                until=now + timedelta(hours=24),
            ),
        ),
        works=str(texts["works"]),
        fix=tuple(texts["fix"]),
        decided_by=str(texts["by"]),
        once="page-one",
        link_until=now + timedelta(days=180),
        zone="Europe/Oslo",
        deadline_at=now + timedelta(hours=22, minutes=46),
        answers=(
            CustomerAnswer(
                kind=AnswerKind.NEED_HELP,
                text="I see a program called kswapd0 that is not the kernel's. What now?",
                at=now - timedelta(minutes=3),
            ),
        ),
    )


def reporter_page(now: datetime, language: str, *, solved: bool) -> ReporterPage:
    """A report that is being worked on, or is solved."""
    start = now - timedelta(minutes=74)
    steps = ((Progress.RECEIVED, start), (Progress.PASSED_ON, start + timedelta(minutes=9)))
    ends = (
        (Progress.LIMITED, start + timedelta(minutes=30)),
        (Progress.CLOSED, start + timedelta(minutes=70)),
    )
    return ReporterPage(
        now=now,
        language=language,
        languages=("en", "nb"),
        operator="Fjordhost",
        contact="abuse@fjordhost.example",
        reference="R-7KQ2-93TC",
        subject="192.0.2.7",
        kind={"en": "Password guessing (SSH)", "nb": "Passordgjetting (SSH)"}[language],
        received_at=start,
        progress=Progress.CLOSED if solved else Progress.PASSED_ON,
        steps=(*steps, *ends) if solved else steps,
        result=Result.FIXED if solved else Result.OPEN,
        link_until=now + timedelta(days=180),
        zone="Europe/Oslo",
        others=2,
        next_word_at=None if solved else now + timedelta(hours=24),
    )

"""Sources at the desk: their record, their lane, and what that changes about their reports."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from pysequoia import SignatureMode, Tsk, sign

from app.conftest import JUST_NOW, report, with_settings
from app.steps import arrive, guess, post, vouch
from aupkeep.app.access.links import make_link
from aupkeep.app.access.staff import actor_of
from aupkeep.app.deciding.answers import give_answer, next_once
from aupkeep.app.deciding.case_records import find_case
from aupkeep.app.deciding.close import close_case
from aupkeep.app.deciding.decide import decide_case
from aupkeep.app.journal import entry, record
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.reporters.sources import track_record
from aupkeep.app.sanctions.sanction import judge_report
from aupkeep.config.settings import SourceSettings
from aupkeep.model.actor import SYSTEM
from aupkeep.model.case import AnswerKind, CaseState, Outcome
from aupkeep.model.entry import EntryType
from aupkeep.model.ladder import Evidence
from aupkeep.model.link import LinkKind
from aupkeep.model.raw import Channel
from aupkeep.model.report import ReadingOutcome as Read
from aupkeep.store import cases, outbox, reports, sources

LIARS = ("liar.example", "other-liar.example")
CERT = "mail:cert.example"


def end(context, case, outcome):
    """Close a case as a person does."""
    close_case(context, find_case(case.reference), actor_of("ada"), outcome, "looked into it")


def test_a_record_comes_from_what_became_of_cases(furnished, now):
    """Fixed is confirmed, no abuse is refuted, open is unanswered, each case once."""
    for outcome in (Outcome.FIXED, Outcome.NOT_ABUSE, Outcome.NO_ACTION, None):
        now.at += timedelta(days=2)
        for minute in (1, 2):
            at = now.at - timedelta(minutes=minute)
            (case,) = arrive(furnished, report("203.0.113.10", at), weigh=False)
        if outcome is Outcome.FIXED:
            wish = {"measure": "inform", "reasons": "I see it in the log"}
            decide_case(furnished, case.reference, people=("ada",), **wish)
        if outcome:
            end(furnished, case, outcome)
    found = track_record(furnished, CERT)
    assert (found.confirmed, found.refuted, found.unanswered) == (1, 1, 2)
    assert 0 < found.precision < 0.5


@pytest.mark.parametrize(
    ("measure", "answer", "known"),
    [
        (None, None, False),
        (None, AnswerKind.FIXED, False),
        ("inform", None, True),
        ("inform", AnswerKind.FIXED, True),
        ("inform", AnswerKind.NOT_ME, False),
        ("inform", AnswerKind.APPEAL, False),
    ],
)
def test_only_what_a_person_judged_true_makes_a_reporter_known(furnished, measure, answer, known):
    """Two new names agree on a lie and the desk closes it as fixed: they stay one voice."""
    for minute, domain in enumerate(LIARS):
        told = report("203.0.113.10", JUST_NOW - timedelta(minutes=9 * minute), domain=domain)
        (case,) = arrive(furnished, told, weigh=False)
    if measure:
        wish = {"measure": measure, "reasons": "I see it in the log"}
        decide_case(furnished, case.reference, people=("ada",), **wish)
    if answer:
        token, link = make_link(furnished, LinkKind.CUSTOMER, "noc@alder.example", case=case.id)
        made = entry(furnished, EntryType.LINK_MADE, SYSTEM, {"link": link.id})
        record(furnished, made, rows=[link])
        once = next_once(furnished, find_case(case.reference))
        give_answer(furnished, token, answer, "so", once)
    end(furnished, case, Outcome.FIXED)
    assert (track_record(furnished, f"mail:{LIARS[0]}").confirmed == 1) == known
    for minute, domain in enumerate(LIARS):
        at = JUST_NOW - timedelta(minutes=9 * minute + 3)
        (case,) = arrive(furnished, report("203.0.113.70", at, domain=domain), weigh=False)
    assert case.level is (Evidence.E2 if known else Evidence.E1)


def test_a_report_judged_wrong_makes_nobody_known_by_its_case(furnished):
    """Of two in a case that was true the one that somebody judged wrong stays unknown."""
    for minute, domain in enumerate(LIARS):
        told = report("203.0.113.10", JUST_NOW - timedelta(minutes=9 * minute), domain=domain)
        (case,) = arrive(furnished, told, weigh=False)
    wish = {"measure": "inform", "reasons": "I see it in the log"}
    decide_case(furnished, case.reference, people=("ada",), **wish)
    wrong = next(x for x in reports.of_case(case.id) if x.source == f"mail:{LIARS[1]}")
    judge_report(furnished, wrong.id, "refuted", person="ada", reasons="made up")
    end(furnished, case, Outcome.FIXED)
    keys = [f"mail:{domain}" for domain in LIARS]
    assert sources.confirmed(keys, furnished.now()) == {keys[0]}


def test_who_reports_what_is_closed_already_is_not_made_known(furnished, now):
    """The late report of a mended thing joins the closed case; nobody judged it."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    wish = {"measure": "inform", "reasons": "I see it in the log"}
    decide_case(furnished, case.reference, people=("ada",), **wish)
    now.at += timedelta(hours=1)
    end(furnished, case, Outcome.FIXED)
    now.at += timedelta(hours=1)
    late = report("203.0.113.10", JUST_NOW + timedelta(minutes=3), domain=LIARS[0])
    (joined,) = arrive(furnished, late, weigh=False)
    assert (joined.id, joined.state) == (case.id, CaseState.CLOSED)
    keys = [CERT, f"mail:{LIARS[0]}"]
    assert sources.confirmed(keys, furnished.now()) == {CERT}
    assert [track_record(furnished, key).confirmed for key in keys] == [1, 0]


def test_a_forged_name_has_a_record_of_its_own(furnished, now):
    """What is written under a name nobody proved never touches the record of its owner."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW, proven=False), weigh=False)
    end(furnished, case, Outcome.NOT_ABUSE)
    assert track_record(furnished, CERT).judged == 0
    assert track_record(furnished, "mail:?cert.example").refuted == 1
    assert sources.by_key(CERT) is None


def test_a_report_passed_on_is_no_second_source(furnished):
    """Two organisations with the same lines of log are one source; with their own they are two."""
    vouch(furnished, CERT)
    arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    (case,) = arrive(
        furnished, report("203.0.113.10", JUST_NOW, domain="shop.example"), weigh=False
    )
    assert case.level is Evidence.E1
    own = report("203.0.113.10", JUST_NOW - timedelta(minutes=3), domain="uni.example")
    (case,) = arrive(furnished, own, weigh=False)
    assert case.level is Evidence.E2


def test_two_newcomers_are_one_voice(furnished):
    """Without a record, a second name adds nothing; our own telemetry does."""
    for minute, domain in enumerate(("a.example", "b.example", "c.example")):
        mail = report("203.0.113.10", JUST_NOW - timedelta(minutes=minute), domain=domain)
        (case,) = arrive(furnished, mail, weigh=False)
    assert case.level is Evidence.E1
    (case,) = post(furnished, guess("203.0.113.10", JUST_NOW), weigh=False)
    assert case.level is Evidence.E2


def test_reporters_with_a_profile_are_no_newcomers(furnished):
    """Two that the desk knows by name, both proven, are two from the first day."""
    arrive(furnished, report("203.0.113.10", JUST_NOW, domain="leakix.net"), weigh=False)
    later = JUST_NOW - timedelta(minutes=3)
    forged = report("203.0.113.10", later, domain="bitninja.io", proven=False)
    (case,) = arrive(furnished, forged, weigh=False)
    assert case.level is Evidence.E1
    later -= timedelta(minutes=3)
    (case,) = arrive(furnished, report("203.0.113.10", later, domain="bitninja.io"), weigh=False)
    assert case.level is Evidence.E2


def test_a_mailbox_provider_is_many(furnished):
    """There each address is a source of its own; elsewhere the organisation is."""
    arrive(furnished, report("203.0.113.10", JUST_NOW, domain="gmail.com"), weigh=False)
    arrive(furnished, report("203.0.113.10", JUST_NOW, domain="a.cert.example"), weigh=False)
    keys = {one.key for one, _, _ in sources.page()}
    assert keys == {"mail:soc@gmail.com", CERT}


def test_a_flood_does_not_delay_others(furnished):
    """After two hundred mails of one network the first of another is read as the second."""

    def come(number, peer) -> str:
        data = f"From: x@x{number}.example\r\n\r\nhello {number}".encode()
        return receive(furnished, data, RawEnvelope(channel=Channel.SMTP, peer=peer)).raw

    for number in range(200):
        come(number, f"192.0.2.{number}")
    good = come(999, "198.51.100.9")
    found = outbox.lease(["read"], furnished.now(), 60, 20, "w")
    assert [one.effect.payload["raw"] for one in found].index(good) <= 1


def test_whoever_forges_a_source_waits_with_nobody_else(furnished, now):
    """A claimed sender is told from a proven one already in the order of reading."""
    vouch(furnished, CERT)
    for number in range(30):
        at = JUST_NOW - timedelta(seconds=number)
        data = report("203.0.113.10", at, proven=False)
        receive(furnished, data, RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1"))
    data = report("203.0.113.10", JUST_NOW)
    good = receive(furnished, data, RawEnvelope(channel=Channel.LMTP, peer="127.0.0.1")).raw
    (first, *_) = outbox.lease(["read"], furnished.now(), 60, 20, "w")
    assert first.effect.payload["raw"] == good


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_record_is_rebuilt_from_rows(furnished, outcome):
    """Asked twice it is the same: nothing is kept beside reports, claims and cases."""
    (case,) = arrive(furnished, report("203.0.113.10", JUST_NOW), weigh=False)
    end(furnished, case, outcome)
    one, other = track_record(furnished, CERT), track_record(furnished, CERT)
    assert dataclasses.replace(one, weight=0, precision=0) == dataclasses.replace(
        other, weight=0, precision=0
    )
    assert cases.get(case.id).state is CaseState.CLOSED
    assert reports.of_case(case.id)[0].source == CERT
    assert reports.of_case(case.id)[0].reading.outcome is Read.PARSED


def test_pages_of_sources(furnished, now):
    """Who was heard last stands first; the names that nobody proved have a list of their own."""
    for number in range(5):
        now.at += timedelta(seconds=1)
        at = JUST_NOW - timedelta(minutes=number)
        arrive(furnished, report("203.0.113.10", at, domain=f"a{number}.example"), weigh=False)
        forged = report("203.0.113.10", at, domain=f"b{number}.example", proven=False)
        arrive(furnished, forged, weigh=False)
    now.at += timedelta(seconds=1)
    arrive(furnished, report("203.0.113.10", JUST_NOW, domain="a1.example", lines=2), weigh=False)
    for proven, first in ((True, "mail:a1.example"), (False, "mail:?b4.example")):
        keys, after = [], None
        while page := sources.page(2, after, proven=proven):
            keys += [one.key for one, _, _ in page]
            after = page[-1][0].id
        assert keys[0] == first
        assert len(keys) == len(set(keys)) == 5


def test_a_signed_report_is_proven_whichever_way_it_came(furnished):
    """A key the operator vouches for proves its sender behind a relay that nobody declared."""
    key = Tsk.generate("CERT <soc@cert.example>")
    folder = furnished.home.keys / "reporters"
    folder.mkdir()
    (folder / "cert.asc").write_text(str(key.extract_certificate()))
    data = report("203.0.113.10", JUST_NOW, proven=False)
    head, _, body = data.partition(b"\r\n\r\n")
    furnished = dataclasses.replace(furnished, now=lambda: datetime.now(tz=UTC))
    signed = sign(key.signer(), body.replace(b"\r\n", b"\n"), mode=SignatureMode.CLEAR)
    (case,) = arrive(furnished, head + b"\r\n\r\n" + signed, weigh=False)
    (found,) = reports.of_case(case.id)
    assert found.source == CERT
    assert found.reading.authentication.signer == "soc@cert.example"
    assert {"signer:soc@cert.example", "from:mail:cert.example"} <= set(
        cases.claims(case.id)[0].marks
    )
    assert case.level is Evidence.E1


def test_a_feed_passed_on_is_its_origin(furnished):
    """What the settings say of who passes on whose findings makes them one source."""
    origins = ("mail:a.example = feed:x", "mail:b.example= feed:x")
    chosen = SourceSettings(origins=origins, ask_record=False)
    furnished = with_settings(furnished, sources=chosen)
    for minute, domain in enumerate(("a.example", "b.example", "c.example")):
        mail = report("203.0.113.10", JUST_NOW - timedelta(minutes=minute), domain=domain)
        (case,) = arrive(furnished, mail, weigh=False)
        assert case.level is (Evidence.E2 if domain == "c.example" else Evidence.E1)

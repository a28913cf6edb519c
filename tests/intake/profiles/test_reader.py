"""Profiles at work: who is claimed, what is added, and what a profile may never do."""

from pathlib import Path

import pytest

from aupkeep.intake.mail.mail import read_mail
from aupkeep.intake.profiles.matching import matching_profiles
from aupkeep.intake.profiles.profile_file import read_profile
from aupkeep.intake.profiles.registry import index_profiles, load_registry
from aupkeep.intake.reading import read
from aupkeep.intake.readings import with_authentication
from aupkeep.model.finding import Role
from aupkeep.model.report import Authentication, Reading, ReadingOutcome, Verdict

TOP = "name: {name}\ntitle: Own\nfrom: [{sender}]\n"
HEAD = (
    "From: {sender}\nTo: abuse@hoster.example\nSubject: {subject}\n"
    "Date: Sun, 01 Mar 2026 12:00:00 +0000\n"
)
ARF = """MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="edge"

--edge
Content-Type: text/plain

{words}
--edge
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: own/1
Version: 1
Source-IP: 192.0.2.7
--edge--
"""


def profile(more: str = "", name: str = "own", sender: str = "desk@own.example"):
    """A compiled profile."""
    return read_profile(TOP.format(name=name, sender=sender) + more, f"{name}.yaml")


def told(
    registry, words: str, subject: str = "a report", sender: str = "desk@own.example"
) -> Reading:
    """The one reading of a plain mail; `words` may bring further headers."""
    mail = HEAD.format(sender=sender, subject=subject) + words
    ((_, reading),) = read(mail.encode(), "1.eml", registry=registry)
    return reading


@pytest.mark.parametrize(
    ("sender", "claimed"),
    [
        ("anyone@own.example", True),
        ("anyone@mail.own.example", True),
        ("ANYONE@OWN.EXAMPLE", True),
        ("anyone@notown.example", False),
        ("anyone@own.example.evil.example", False),
        ("own.example@evil.example", False),
        ('"@own.example" <x@evil.example>', False),
    ],
)
def test_a_domain_is_anchored(sender, claimed):
    """A domain covers itself and what is below it, never what only looks like it."""
    registry = index_profiles([profile(sender='"@own.example"')])
    assert bool(told(registry, "\nhello\n", sender=sender).profile) is claimed


def test_the_more_specific_wins_with_a_remark():
    """A whole address is more than its domain; the reading says that two claimed it."""
    registry = index_profiles(
        [profile("kind: messaging/spam\n", "a-domain", '"@own.example"'), profile(name="z-address")]
    )
    reading = told(registry, "\nStop the spam from 192.0.2.7.\n")
    assert reading.profile == "z-address"
    assert "z-address and a-domain" in (reading.reason or "")


def test_of_equals_the_one_with_more_marks_wins():
    """Marks that hold make a profile more specific."""
    registry = index_profiles(
        [profile(name="a-bare"), profile("body: stop the\n", name="z-marked")]
    )
    assert told(registry, "\nStop  the\nspam.\n").profile == "z-marked"


MARKS = [
    (
        "subject: ['Alert {word}: {address}']",
        {"subject": "ALERT 7: 192.0.2.7"},
        {"subject": "Re: Alert 7: x"},
    ),
    ("body: [one two]", {"words": "\nOne\n two\n"}, {"words": "\nOne, two\n"}),
    (
        "header: {x-mailer: robot}",
        {"words": "X-Mailer: Our Robot 2\n\n"},
        {"words": "X-Mailer: hand\n\n"},
    ),
    ("header: {x-mailer: ''}", {"words": "X-Mailer: hand\n\n"}, {"words": "\n\n"}),
    ("feedback: {user-agent: own}", {"words": ARF.format(words="", kind="abuse")}, {}),
]


@pytest.mark.parametrize(("mark", "held", "broken"), MARKS, ids=[mark[0][:7] for mark in MARKS])
def test_a_mark_decides(mark, held, broken):
    """A mail with the mark is claimed, one without it is not."""
    registry = index_profiles([profile(mark + "\n")])
    assert told(registry, **{"words": "\n\n", **held}).profile == "own"
    assert told(registry, **{"words": "\n\n", **broken}).profile is None


def test_a_profile_for_anyone_steps_back():
    """It claims what no sender's own profile claims."""
    anyone = read_profile("name: any-desk\ntitle: Any\nsubject: ['Abuse {any}']\n", "any-desk.yaml")
    mail = HEAD.format(sender="desk@own.example", subject="Abuse here").encode()
    both = matching_profiles(read_mail(mail), index_profiles([anyone, profile()]))
    assert [one.profile.name for one in both] == ["own"]
    alone = matching_profiles(
        read_mail(mail), index_profiles([anyone, profile(sender="x@y.example")])
    )
    assert [one.profile.name for one in alone] == ["any-desk"]


def test_a_container_keeps_its_word():
    """What the format states is not overruled; the maker names the profile beside the parser."""
    registry = index_profiles([profile("kind: connection/ddos\ntrust: 0.3\n")])
    (finding,) = told(registry, ARF.format(words="spam", kind="abuse")).findings
    assert (finding.kind, finding.confidence) == ("messaging/spam", 0.9)
    assert finding.maker == "arf/1+own"


def test_what_a_container_leaves_open_is_filled():
    """A kind that the format does not say comes from the words of the mail, else the profile."""
    more = "kind: connection/ddos\nkinds: {hack: connection/port_scan}\ntrust: 0.3\n"
    registry = index_profiles([profile(more)])
    (one,) = told(registry, ARF.format(words="a hack", kind="other")).findings
    (two,) = told(registry, ARF.format(words="hacking", kind="other")).findings
    assert (one.kind, two.kind) == ("connection/port_scan", "connection/ddos")
    assert one.confidence == 0.3


def test_invariant_10_a_profile_never_takes_the_victims_part_away():
    """A finding about a victim stays one, whatever role the file names."""
    table = (
        'MIME-Version: 1.0\nContent-Type: text/csv; name="a.csv"\n\n'
        "ip,time,kind\n192.0.2.7,2026-03-01T11:00:00Z,protection/inbound_ddos\n"
    )
    registry = index_profiles([profile("role: offender\n")])
    (finding,) = told(registry, table).findings
    assert finding.role is Role.VICTIM


def test_a_role_of_the_file_protects():
    """A reporter who writes about victims makes victims of what looks like offenders."""
    registry = index_profiles([profile("kind: connection/ddos\nrole: victim\n")])
    reading = told(registry, "\nDDoS from 192.0.2.7.\n")
    assert [finding.role for finding in reading.findings] == [Role.VICTIM]


LOG = "Mar  1 10:00:00 mx sshd[9]: Failed password for root from 192.0.2.7 port 4 ssh2\n"
RECORD = "read:\n  - lines: ['IP: {address}']\n"
DEFAULT = "kind: reputation/blocklist\n"
SORT = f"mails:\n  - name: one\n    body: ['IP:']\n    {DEFAULT}    {RECORD}".replace(
    "  - l", "      - l"
)


@pytest.mark.parametrize(
    ("more", "words", "subject", "kind"),
    [
        (DEFAULT + RECORD, "\nIP: 192.0.2.7\n", "report", "reputation/blocklist"),
        (DEFAULT + RECORD, f"\nIP: 192.0.2.7\n\n{LOG}", "report", "connection/login_attack"),
        (DEFAULT + RECORD, "\nIP: 192.0.2.7\n", "Port scan seen", "connection/port_scan"),
        (DEFAULT + RECORD, f"\nIP: 192.0.2.7\n\n{LOG}", "Spam", "connection/login_attack"),
        (DEFAULT + "kinds: {ticks: connection/ddos}\n" + RECORD,
         f"\nticks\nIP: 192.0.2.7\n\n{LOG}", "Spam", "connection/ddos"),
        (SORT, "\nIP: 192.0.2.7\n", "Port scan seen", "reputation/blocklist"),
        (DEFAULT, ARF.format(words="x", kind="abuse"), "Port scan", "messaging/spam"),
        (DEFAULT, ARF.format(words="x", kind="other"), "Port scan", "reputation/blocklist"),
        (DEFAULT, "Content-Type: text/csv; name=a.csv\n\nip,time\n192.0.2.7,2026-03-01 10:00:00\n",
         "Port scan", "connection/port_scan"),
        (DEFAULT, "Content-Type: text/csv; name=a.csv\n\nip,type\n192.0.2.7,ssh\n",
         "Port scan", "connection/login_attack"),
    ],
)  # fmt: skip
def test_a_reporters_usual_kind_yields_to_the_mail(more, words, subject, kind):
    """To its table, its container, its log and its subject, unless the file names it by marks."""
    registry = index_profiles([profile(more)])
    assert [f.kind for f in told(registry, words, subject=subject).findings] == [kind]


def test_the_words_of_a_known_reporter_are_read_in_his_zone():
    """Without a template the extractor reads the mail, told the kind, the zone and the order."""
    more = "kind: connection/port_scan\nzone: Europe/Oslo\ndates: dmy\n"
    words = "\nIP: 192.0.2.7\nTime: 03/02/2026 10:00:00\n"
    (finding,) = told(index_profiles([profile(more)]), words).findings
    assert (finding.kind, finding.exact) == ("connection/port_scan", 1.0)
    assert finding.at is not None
    assert finding.at.isoformat() == "2026-02-03T09:00:00+00:00"


@pytest.mark.parametrize("end", [ReadingOutcome.IGNORED, ReadingOutcome.INBOX])
def test_a_sort_may_be_no_report(end):
    """It ends as the file says, with the reason of the file, and claims nothing."""
    outcome = f"outcome: {{{end.value}: because}}"
    more = f"mails:\n  - name: monthly\n    subject: ['Summary']\n    {outcome}\n"
    reading = told(index_profiles([profile(more)]), "\n192.0.2.7 spam\n", subject="Summary")
    assert (reading.outcome, reading.reason, reading.findings) == (end, "because", ())
    assert told(index_profiles([profile(more)]), "\nx\n", subject="Other").profile is None


@pytest.mark.parametrize(
    ("authentication", "source", "proven"),
    [
        (Authentication(), "mail:?own.example", False),
        (Authentication(dkim=Verdict.PASS, identity="own.example"), "mail:own.example", True),
        (
            Authentication(dkim=Verdict.PASS, identity="mail.own.example"),
            "mail:mail.own.example",
            True,
        ),
        (
            Authentication(dkim=Verdict.PASS, identity="notown.example"),
            "mail:notown.example",
            False,
        ),
    ],
)
def test_a_profile_proves_nobody(authentication, source, proven):
    """The source of a claim is who is proven, not who the profile names; E0 otherwise."""
    own = profile("kind: messaging/spam\n")
    reading = with_authentication(
        told(index_profiles([own]), "\nspam from 192.0.2.7\n"), authentication
    )
    assert {str(finding.source) for finding in reading.findings} == {source}
    assert own.proven(authentication.identity) is proven


def test_a_broken_file_leaves_the_others(tmp_path: Path):
    """A typing error is told of, and stops nobody's mail."""
    (tmp_path / "own.yaml").write_text(TOP.format(name="own", sender="desk@own.example"))
    (tmp_path / "bad.yaml").write_text("name: bad\n\ttitle: x")
    (tmp_path / "other.yaml").write_text(TOP.format(name="misnamed", sender="a@b.example"))
    registry = load_registry([tmp_path, tmp_path / "absent"])
    assert list(registry.profiles) == ["own"]
    assert [Path(one.file).name for one in registry.broken] == ["bad.yaml", "other.yaml"]


def test_a_forwarded_report_is_read_as_on_arrival():
    """Its reporter's profile reads it; the claim stays that of the one who forwards."""
    more = "kind: connection/port_scan\nread:\n  - lines: ['Bad host: {address}']\n"
    inner = HEAD.format(sender="desk@own.example", subject="x") + "\nBad host: 192.0.2.7\n"
    outer = (
        HEAD.format(sender="colleague@other.example", subject="Fwd: x")
        + 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="edge"\n\n--edge\n'
        + f"Content-Type: message/rfc822\n\n{inner}\n--edge--\n"
    )
    ((_, reading),) = read(outer.encode(), "1.eml", registry=index_profiles([profile(more)]))
    (finding,) = reading.findings
    assert (reading.profile, str(finding.source)) == (None, "mail:?other.example")
    assert (finding.kind, finding.maker) == ("connection/port_scan", "reporter/1+own")
    part, start, end = finding.offsets["address"]
    assert reading.parts[part][start:end] == "192.0.2.7"


@pytest.mark.parametrize(
    ("words", "at", "url"),
    [
        ("Seen: 2026-03-01 11:00:00\nPage: http://a.example/", "2026-03-01T10:00:00+00:00", True),
        ("Page: http://a.example/\nPage: http://b.example/", None, False),
        ("nothing", None, False),
    ],
)
def test_what_the_words_beside_a_container_agree_on_is_added(words, at, url):
    """Two values that differ complete nothing: nobody knows which one is meant."""
    adds = "adds: [{lines: ['Seen: {time}', 'Page: {url}']}]\nzone: Europe/Oslo\n"
    (finding,) = told(
        index_profiles([profile(adds)]), ARF.format(words=words, kind="abuse")
    ).findings
    assert (finding.at.isoformat() if finding.at else None) == at
    assert (finding.subject.url is not None) is url
    assert ("url" in finding.offsets, "at" in finding.offsets) == (url, at is not None)

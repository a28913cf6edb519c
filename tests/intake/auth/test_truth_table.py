"""The truth table: really signed mails, the DNS scripted, and who counts as proven by each."""

from datetime import timedelta

import pytest

from aupkeep.intake.auth.authenticate import authenticate
from aupkeep.intake.auth.trust_boundary import TrustBoundary
from aupkeep.model.report import Verdict
from intake.auth.signing import BODY, CAME, FROM, MAIL, by_hand, key, sealed, signed

HERE, GOOD = "198.51.100.9", "192.0.2.9"
BOUNDARY = TrustBoundary(sealers=("list.example", "school.example"))
PASS, FAIL, NONE, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.NONE, Verdict.ERROR
US, NO = "reporter.example", None
SAW = "dkim=pass header.d=reporter.example; spf=fail smtp.mailfrom=reporter.example"
LISTED = signed().replace(b"Subject: report", b"Subject: [list] report")
UNSIGNED = MAIL.replace(b"Subject: report", b"Subject: [list] report")

ZONE = {
    "reporter.example": "v=spf1 ip4:192.0.2.0/24 -all",
    "_dmarc.reporter.example": "v=DMARC1; p=reject; sp=quarantine",
    "_dmarc.strict.example": "v=DMARC1; p=none; adkim=s; aspf=s",
    "_dmarc.part.example": "v=DMARC1; p=quarantine; pct=20",
    "_dmarc.odd.example": "v=DMARC1; p=nonsense; rua=mailto:d@odd.example",
    "_dmarc.void.example": "v=DMARC1; p=nonsense",
    "_dmarc.next.example": "v=DMARC2; p=reject",
    "gone._domainkey.reporter.example": "v=DKIM1; p=",
    "testing._domainkey.reporter.example": "nonsense",
}


def lookup(name: str, record: str) -> list[str]:
    """The DNS of the examples: a key's size stands in its selector; `late` never answers."""
    selector, _, rest = name.partition("._domainkey.")
    if "late" in name:
        raise TimeoutError(name)
    if rest and selector.startswith("s") and record == "TXT":
        return [f"v=DKIM1; k=rsa; p={key(int(selector[1:]))[1]}"]
    if name == "_dmarc.twice.example":
        return ["v=DMARC1; p=reject", "v=DMARC1; p=none"]
    return [ZONE[name]] if record == "TXT" and name in ZONE else []


def of(domain: str) -> bytes:
    """The mail from another domain."""
    return b"From: x@" + domain.encode() + b"\r\n" + BODY


def ends(seconds: int) -> bytes:
    """A signature that ends so many seconds after the mail came."""
    return by_hand(MAIL, f"x={int(CAME.timestamp()) + seconds}; ")


def damaged(mail: bytes, old: bytes, new: bytes) -> bytes:
    """The mail with one thing changed after it was signed."""
    assert old in mail
    return mail.replace(old, new)


SIX = signed()
for other in range(6):
    SIX = signed(SIX, f"n{other}.example")

# name: the mail, then DKIM, DMARC, the policy that applies, and who is proven
TABLE = {
    "by the From domain": (signed(), PASS, PASS, "reject", US),
    "by a host below it": (signed(domain="mail.reporter.example"), PASS, PASS, "reject", US),
    "by the domain above": (
        signed(of("desk.reporter.example")), PASS, PASS, "quarantine", "desk.reporter.example"),
    "in capitals": (signed(domain="REPORTER.example"), PASS, PASS, "reject", US),
    "by somebody else": (signed(domain="evil.example"), PASS, FAIL, "reject", NO),
    "by a name that only ends alike": (
        signed(domain="notreporter.example"), PASS, FAIL, "reject", NO),
    "by a public suffix": (signed(of("a.co.uk"), "co.uk"), PASS, NONE, None, NO),
    "by two, ours inside": (signed(signed(), "evil.example"), PASS, PASS, "reject", US),
    "by two, ours outside": (signed(signed(domain="evil.example")), PASS, PASS, "reject", US),
    "by seven, ours the last looked at": (SIX, PASS, PASS, "reject", US),
    "ours broken beside a stranger's good one": (
        signed(damaged(signed(), b"report\r\n", b"repork\r\n"), "evil.example"), PASS, FAIL,
        "reject", NO),
    "with l=": (signed(length=True), FAIL, FAIL, "reject", NO),
    "with l= and words appended": (signed(length=True) + b"more", FAIL, FAIL, "reject", NO),
    "with l= beside a whole one": (signed(signed(length=True)), PASS, PASS, "reject", US),
    "ended a second before it came": (ends(-1), FAIL, FAIL, "reject", NO),
    "ends an hour after it came": (ends(3600), PASS, PASS, "reject", US),
    "by hand, as the others": (by_hand(MAIL, ""), PASS, PASS, "reject", US),
    "h= without From": (by_hand(MAIL, "", "subject"), FAIL, FAIL, "reject", NO),
    "by a key of 1024 bits": (signed(bits=1024), PASS, PASS, "reject", US),
    "by a key of 768 bits": (signed(bits=768), FAIL, FAIL, "reject", NO),
    "by a key that was revoked": (signed(selector="gone"), FAIL, FAIL, "reject", NO),
    "by a key that is nowhere": (signed(selector="nokey"), FAIL, FAIL, "reject", NO),
    "by a key that is nonsense": (signed(selector="testing"), FAIL, FAIL, "reject", NO),
    "the DNS has no answer for the key": (signed(selector="late"), ERROR, FAIL, "reject", NO),
    "the DNS has no answer for the policy": (
        signed(of("late.example"), "evil.example"), PASS, ERROR, None, NO),
    "body changed": (signed() + b"more\r\n", FAIL, FAIL, "reject", NO),
    "subject changed": (damaged(signed(), b"report\r\n", b"repork\r\n"), FAIL, FAIL, "reject", NO),
    "a header nobody signed added": (b"X-Note: hello\r\n" + signed(), PASS, PASS, "reject", US),
    "another From on top": (b"From: x@evil.example\r\n" + signed(), FAIL, FAIL, None, NO),
    "two addresses in From": (
        signed(b"From: a@reporter.example, b@evil.example\r\n" + BODY), PASS, FAIL, None, NO),
    "relaxed, blanks changed": (
        damaged(signed(), b"body  words", b"body words"), PASS, PASS, "reject", US),
    "simple, blanks changed": (
        damaged(signed(simple=True), b"body  words", b"body words"), FAIL, FAIL, "reject", NO),
    "strict policy, a host below": (
        signed(of("strict.example"), "m.strict.example"), PASS, FAIL, "none", NO),
    "strict policy, the very domain": (
        signed(of("strict.example"), "strict.example"), PASS, PASS, "none", "strict.example"),
    "a policy for a share": (
        signed(of("part.example"), "evil.example"), PASS, FAIL, "quarantine", NO),
    "no policy": (signed(of("plain.example"), "plain.example"), PASS, NONE, None, "plain.example"),
    "two policies are none": (
        signed(of("twice.example"), "twice.example"), PASS, NONE, None, "twice.example"),
    "a policy of nonsense that asks for reports": (
        signed(of("odd.example"), "evil.example"), PASS, FAIL, "none", NO),
    "a policy of nonsense": (signed(of("void.example"), "evil.example"), PASS, NONE, None, NO),
    "a policy of a later version": (
        signed(of("next.example"), "evil.example"), PASS, NONE, None, NO),
    "forged results on top": (
        b"Authentication-Results: mx; dkim=pass header.d=reporter.example\r\n" + MAIL,
        NONE, FAIL, "reject", NO),
    "forged results over a stranger's signature": (
        b"Authentication-Results: mx; dmarc=pass header.from=reporter.example\r\n"
        + signed(domain="evil.example"), PASS, FAIL, "reject", NO),
}  # fmt: skip


def check(mail: bytes, peer: str = HERE, *, came=CAME):
    """Authenticate with the scripted DNS."""
    return authenticate(
        mail, peer=peer, helo="x", sender="", boundary=BOUNDARY, lookup=lookup, at=came
    )


@pytest.mark.parametrize("name", TABLE)
def test_dkim_and_dmarc(name):
    """Each mail of the table proves what stands beside it."""
    mail, *expected = TABLE[name]
    found = check(mail)
    assert [found.dkim, found.dmarc, found.policy, found.identity] == expected, found.why


TWICE = sealed(sealed(LISTED, "school.example", SAW), "list.example", "dkim=fail", b"pass")
ARC = {
    "a list we know": (sealed(LISTED, "list.example", SAW), PASS, US),
    "a list nobody knows": (sealed(LISTED, "evil.example", SAW), PASS, NO),
    "a list below one we know": (sealed(LISTED, "x.list.example", SAW), PASS, NO),
    "two we know, the first saw it": (TWICE, PASS, US),
    "a stranger behind one we know": (
        sealed(sealed(LISTED, "list.example", SAW), "evil.example", SAW, b"pass"), PASS, NO),
    "one we know behind a stranger": (
        sealed(sealed(LISTED, "evil.example", SAW), "list.example", "dkim=fail", b"pass"),
        PASS, NO),
    "a list that saw nothing proven": (sealed(LISTED, "list.example", "dkim=fail"), PASS, NO),
    "a list that saw somebody else": (
        sealed(LISTED, "list.example", "dkim=pass header.d=evil.example"), PASS, NO),
    "its words changed": (
        damaged(sealed(LISTED, "list.example", "dkim=none header.d=reporter.example"),
                b"dkim=none", b"dkim=pass"), FAIL, NO),
    "the body changed behind it": (sealed(LISTED, "list.example", SAW) + b"more\r\n", FAIL, NO),
    "no chain": (LISTED, NONE, NO),
    "no chain, nothing signed": (UNSIGNED, NONE, NO),
}  # fmt: skip


@pytest.mark.parametrize("name", ARC)
def test_arc(name):
    """A broken signature is mended only by the word of a forwarder the operator named."""
    mail, verdict, identity = ARC[name]
    found = check(mail)
    assert (found.arc, found.identity) == (verdict, identity), found.why
    assert found.dmarc is FAIL


def test_an_end_counts_from_receipt():
    """A signature that had not ended when the mail came counts, whenever it is read."""
    assert check(ends(-60), came=CAME - timedelta(minutes=2)).identity == US


@pytest.mark.parametrize("name", [one for one in TABLE if "forged" in one])
def test_forged_results_change_nothing(name):
    """Foreign Authentication-Results are as if they were not there (A3)."""
    mail = TABLE[name][0]
    assert check(mail) == check(mail.partition(b"\r\n")[2])


@pytest.mark.parametrize(
    ("mail", "word"),
    [
        (signed(length=True), "l= lets anything be appended"),
        (ends(-1), "x= lies before the mail came"),
        (by_hand(MAIL, "", "subject"), "h= leaves From out"),
        (signed(bits=768), "fewer than 1024 bits"),
        (signed() + b"more\r\n", "the body was changed"),
        (signed(of("part.example"), "evil.example"), "p=quarantine, pct=20"),
        (FROM.replace(b"\r\n", b", b@x.example\r\n") + BODY, "not one From address"),
    ],
)
def test_the_reason_is_told(mail, word):
    """Who looks at a mail sees why its signature did not count."""
    assert word in " ".join(check(mail).why)


def test_spf_alone():
    """The envelope sender's domain proves the From of its organisation, from its own network."""
    for peer, identity in ((GOOD, US), (HERE, NO)):
        found = authenticate(
            MAIL, peer=peer, helo="x", sender="b@reporter.example", boundary=BOUNDARY, lookup=lookup
        )
        assert found.identity == identity

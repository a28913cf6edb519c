"""What one line may take from another: a time only where it is meant, a role only without doubt."""

from datetime import UTC, datetime

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.model.origin import parse_origin

SSHD = "sshd[1]: Failed password for root from 192.0.2.7"
AT = datetime(2026, 3, 5, 10, tzinfo=UTC)


def read(text, title="", sent_at=None):
    """The time of each address that the mail claims."""
    found = extract([text], source=parse_origin("mail:?a.example"), sent_at=sent_at, title=title)
    return {str(finding.subject.address): finding.at for finding in found.findings}


@pytest.mark.parametrize(
    "own", ["Jan  1 10:00:00 host", "10:00:00 host", "03/04/2026 10:00:00 host", "2026-02-01 host"]
)
def test_a_line_with_a_time_of_its_own_borrows_none(own):
    """A time that cannot be resolved leaves its line without one, whatever the next line says."""
    found = read(
        f"{own} {SSHD} port 4444 ssh2\n"
        "2026-03-05T11:00:00+01:00 brute force login attempt from 192.0.2.8:22\n"
    )
    assert found == {"192.0.2.7": None, "192.0.2.8": AT}


def test_an_unresolved_time_in_the_block_leaves_doubt():
    """A line without a time takes none from a block in which another time cannot be read."""
    block = f"Jan  1 10:00:00 a {SSHD}\n2026-03-05T10:00:00Z b {SSHD[:-1]}8\nspam from 192.0.2.9"
    assert read(block, title="spam")["192.0.2.9"] is None


def test_no_time_is_borrowed_across_paragraphs():
    """Prose below a log has no time, and its second offender is not lost."""
    found = read(
        f"2026-03-05T10:00:00Z host {SSHD} port 4444 ssh2\n\n"
        "Also attacks from 192.0.2.99 were seen last week, and by 192.0.2.100 on 2026-02-01.\n"
    )
    assert found == {"192.0.2.7": AT, "192.0.2.99": None, "192.0.2.100": None}


@pytest.mark.parametrize("label", ["Time", "Date", "Timestamp (UTC)", "Attack started", "Datum"])
def test_a_labelled_time_is_the_whole_mails(label):
    """The one time of a field serves the addresses of other paragraphs."""
    found = read(f"{label}: 2026-03-05T10:00:00Z\n\nSpam from 192.0.2.7\n")
    assert found == {"192.0.2.7": AT}


def test_a_time_in_the_same_block_is_borrowed():
    """A line without a time takes the only one of its block."""
    assert read("Seen at 2026-03-05T10:00:00Z:\nSpam from 192.0.2.7\n") == {"192.0.2.7": AT}


@pytest.mark.parametrize(
    "text",
    [
        "Spam from 192.0.2.7 was received by 198.51.100.9",
        "Spam from 192.0.2.7 seen by 198.51.100.9",
    ],
)
def test_who_received_it_is_no_second_offender(text):
    """An address after "by" is an offender's only where no verb makes it the receiver's."""
    assert set(read(text)) == {"192.0.2.7"}


@pytest.mark.parametrize(
    "name",
    ["Attacked host", "Attacked IP:", "Targeted server", "Target host", "Victim", "Our host",
     "The attacked system is", "Our server", "Host"],
)  # fmt: skip
def test_the_attacked_side_is_no_offender(name):
    """Named as attacked, in the subject or as target of another line, it is never an offender."""
    found = read(
        f"{name} 198.51.100.9\n\n2026-03-05T10:00:00Z host {SSHD} to 198.51.100.9 port 22\n",
        title="Brute force from 192.0.2.7 against 198.51.100.9",
    )
    assert set(found) == {"192.0.2.7"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Brute force against 198.51.100.9", "Host 198.51.100.9"),
        ("Brute force against 198.51.100.9", "See attached."),
        ("Brute force", f"{SSHD} to 198.51.100.9 port 22\n\nAttack seen from host 198.51.100.9"),
    ],
)
def test_a_contradicted_role_is_no_offender(title, text):
    """An address that is the target elsewhere in the mail is not accused."""
    assert "198.51.100.9" not in read(text, title=title)


def test_a_contradiction_is_said():
    """Whoever reads the mail learns that an address was left out for its two roles."""
    text = f"{SSHD} to 198.51.100.9 port 22\n\nAttack seen from host 198.51.100.9"
    assert extract(
        [text], source=parse_origin("mail:?a.example"), sent_at=None, title="Brute force"
    ).contradictory


def test_a_complaint_against_an_address_accuses_it():
    """The word "against" behind a complaint names the offender."""
    assert set(read("See attached.", title="Spam complaint against 192.0.2.7")) == {"192.0.2.7"}

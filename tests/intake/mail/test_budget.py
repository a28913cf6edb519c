"""What comes packed together is read as far as one mail is, and the rest is told."""

import io
import time
import zipfile

import pytest

from aupkeep.intake.input_format import MOST_MAILS
from aupkeep.intake.reading import read
from aupkeep.model.report import ReadingOutcome

LINE = b"Mar  1 09:00:00 gw sshd[1]: Failed password for root from 192.0.2.1 port 40001 ssh2\n"
MAIL = b"From: a@reporter.example\nTo: abuse@aupkeep.example\nSubject: x\n"


def packed(members: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("end", ["log", "eml"])
def test_members_beyond_what_is_read_stand_in_the_inbox(end: str) -> None:
    head = MAIL + b"\n" if end == "eml" else b""
    data = packed({f"{n}.{end}": head + LINE * 13_000 for n in range(12)})
    before = time.process_time()
    found = read(data, "x.zip")
    assert time.process_time() - before < 10
    assert len(found) == 12
    assert found[0][1].outcome is ReadingOutcome.PARSED
    assert "give it alone" in (found[-1][1].reason or "")


def test_bombs_in_the_mails_of_an_archive_share_one_budget() -> None:
    bomb = packed({"a.csv": bytes(40 << 20)}, zipfile.ZIP_DEFLATED)
    mail = MAIL + b"Content-Type: application/zip; name=a.zip\n\n" + bomb
    data = packed({f"{n}.eml": mail for n in range(100)}, zipfile.ZIP_DEFLATED)
    before = time.process_time()
    assert len(read(data, "x.zip")) == 100
    assert time.process_time() - before < 10


@pytest.mark.nightly("fuzz")
def test_attached_mails_together_are_read_as_far_as_one() -> None:
    inside = b"--b\nContent-Type: message/rfc822\n\n" + MAIL + b"\n" + LINE * 10_000
    data = MAIL + b"Content-Type: multipart/mixed; boundary=b\n\n" + inside * 20
    before = time.process_time()
    [(_, reading)] = read(data, "x.eml")
    assert time.process_time() - before < 10
    assert reading.outcome is ReadingOutcome.PARSED


def test_an_mbox_says_what_of_it_was_not_read() -> None:
    one = b"From a@b.example Sun Mar  1 09:00:00 2026\nSubject: x\n\nwords\n\n"
    found = read(one * (MOST_MAILS + 50), "box")
    assert len(found) == MOST_MAILS + 1
    assert "more" in (found[-1][1].reason or "")
    assert {reading.outcome for _, reading in found} == {ReadingOutcome.INBOX}

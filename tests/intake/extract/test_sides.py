"""Sentences in eleven languages of who was hit, who attacked, and what stands open to everybody."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aupkeep.intake.extract.findings import extract
from aupkeep.model.finding import Role
from aupkeep.model.origin import parse_origin

LINES = (Path(__file__).parent / "sides.txt").read_text(encoding="utf-8").splitlines()
SENTENCES = [line.split("\t") for line in LINES if not line.startswith("#")]


@pytest.mark.parametrize(("role", "sentence"), SENTENCES)
def test_a_sentence_says_who_was_what(role, sentence):
    """A victim, or nobody, of whom an attack is told; the one it came from; the open service.

    Whoever runs an open service is vulnerable, and never an offender.
    """
    text = f"Hello,\n\n{sentence.replace('X', '203.0.113.9')}\n\nRegards"
    sent = datetime(2026, 3, 2, tzinfo=UTC)
    found = extract([text], source=parse_origin("mail:?a.example"), sent_at=sent).findings
    roles = {finding.role for finding in found}
    assert roles == {Role(role)} or (role == "victim" and not roles)
    assert all(finding.words_alone for finding in found)

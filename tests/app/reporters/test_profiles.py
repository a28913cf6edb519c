"""What the desk is told about the reporter whose profile claims a mail."""

import pytest

from aupkeep.app.pages.labels import sender_of
from aupkeep.model.report import Authentication, Reading, ReadingOutcome, Verdict

PROVEN = Authentication(dkim=Verdict.PASS, dmarc=Verdict.PASS, identity="netcraft.com")


@pytest.mark.parametrize(
    ("profile", "authentication", "told"),
    [
        ("netcraft", PROVEN, "DKIM and DMARC pass for netcraft.com; Netcraft"),
        ("netcraft", Authentication(), "no proof of the sender; claims to be Netcraft"),
        ("cyscon", PROVEN, "DKIM and DMARC pass for netcraft.com; claims to be Cyscon C-SIRT"),
        ("spamexperts", PROVEN,
         "DKIM and DMARC pass for netcraft.com; in the form of SpamExperts filters"),
        ("own-desk", PROVEN, "DKIM and DMARC pass for netcraft.com; claims to be own-desk"),
        (None, Authentication(), "no proof of the sender"),
    ],
)  # fmt: skip
def test_a_profile_is_named_and_proves_nothing(profile, authentication, told):
    """Who is proven stands first; a reporter who is not proven only claims to be one."""
    reading = Reading(outcome=ReadingOutcome.PARSED, profile=profile, authentication=authentication)
    assert sender_of(reading) == told

"""`aupkeep mailbox`: how mailboxes stand, one read now; the doctor says alike."""

import pytest

from intake.imap import double

pytestmark = pytest.mark.network
SETTINGS = """\
[[mail.mailboxes]]
name = "desk"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "abuse"
password = "{password}"
"""


def test_a_mailbox_is_listed_read_and_its_trouble_named(aupkeep):
    assert aupkeep("mailbox", "list").value == []
    with double.giving_tokens() as tokens, double.serving(tokens) as server:
        server.append(b"From: soc@cert.example\r\nSubject: x\r\n\r\nhello\r\n")
        (aupkeep.home / "aupkeep.toml").write_text(
            SETTINGS.format(port=server.port, password="wrong")
        )
        failed = aupkeep("mailbox", "read", "desk")
        assert (failed.code, failed.value[0]["taken"]) == (8, 0)
        assert "AUTHENTICATIONFAILED" in failed.value[0]["problem"]
        (check,) = [x for x in aupkeep("doctor").value if x["check"] == "mailboxes"]
        assert check["remedy"] == "aupkeep mailbox read desk"
        assert "AUTHENTICATIONFAILED" in check["found"]
        (aupkeep.home / "aupkeep.toml").write_text(
            SETTINGS.format(port=server.port, password="secret")
        )
        assert aupkeep("mailbox", "read").value[0]["uid"] == 1
        (listed,) = aupkeep("mailbox", "list").value
        assert (listed["taken"], listed["problem"], listed["sign_in"]) == (1, "", "password")
        (check,) = [x for x in aupkeep("doctor").value if x["check"] == "mailboxes"]
        assert "authserv_ids" in check["remedy"]
    assert aupkeep("mailbox", "read", "fog").code == 2

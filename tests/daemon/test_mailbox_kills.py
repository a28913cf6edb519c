"""`mailin` reads a real Dovecot while both are killed: each mail once, no flag moved."""

import random
import signal

import pytest

from aupkeep.model.raw import Channel
from aupkeep.store import mailboxes, raws, refresh
from daemon import dovecot
from daemon.processes import SAMPLE, running, until
from intake.imap.double import giving_tokens

pytestmark = [pytest.mark.network, pytest.mark.root, pytest.mark.nightly("imap")]
SETTINGS = """\
[mail]
nameservers = ["none"]
lmtp_port = 0
[[mail.mailboxes]]
name = "desk"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "abuse"
password = "file:{secret}"
every = 5
"""
ROUNDS, MAILS = 12, 15


def taken() -> list[bytes]:
    """The bytes of what was received, in no order."""
    refresh()
    return sorted(raws.read(raw.digest) for raw in raws.newest([Channel.IMAP], 10_000))


def test_kills_of_both_sides_lose_nothing_and_double_nothing(home, tmp_path):
    """Twelve rounds of fifteen mails; in each mailin is killed, and the server begins anew too."""
    if not dovecot.is_here():
        pytest.skip("Dovecot is not here, or we are not root")
    draw = random.Random(7)  # noqa: S311 - the same sizes each time
    secret = tmp_path / "password"
    secret.write_text("secret")
    sent: list[bytes] = []
    with giving_tokens() as tokens, dovecot.serving(tokens) as server:
        home.settings.write_text(SETTINGS.format(port=server.port, secret=secret))
        for round_ in range(ROUNDS):
            for number in range(MAILS):
                data = SAMPLE % (b"%d.%d" % (round_, number), b"x" * draw.randrange(20_000))
                server.append(data)
                sent.append(data)
            with running("mailin", log=home.path / "log") as process:
                some = len(sent) - draw.randrange(1, MAILS)
                until(lambda least=some: len(taken()) >= least, "some of the mails")
                process.send_signal(signal.SIGKILL)
                process.wait()
            (server.restart, server.renumber, lambda: None)[round_ % 3]()
        with running("mailin", log=home.path / "log"):
            until(lambda: len(taken()) >= len(sent), "all mails")
            until(lambda: mailboxes.states()["desk"].problem == "", "a look that ends well")
        assert taken() == sorted(sent)
        assert set(server.flags()) == {""}
        assert mailboxes.states()["desk"].rebuilt == ROUNDS // 3

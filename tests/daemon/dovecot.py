"""A real Dovecot of the test's own: its own configuration, mail and sign-ins, on loopback, as root.

Passwords come from a file; the mechanism XOAUTH2 asks the test's giver of tokens (RFC 7662).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path

from daemon.processes import free_port, listens, until
from intake.imap.double import Tokens

CONFIGURATION = """\
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = {folder}/base
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
auth_allow_cleartext = yes
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2
}}
oauth2 {{
  introspection_url = {tokens}/introspect
  introspection_mode = post
  username_attribute = username
  active_attribute = active
  active_value = true
}}
userdb static {{
  fields {{
    home = {folder}/mail/%{{user}}
  }}
}}
"""


@dataclass
class Dovecot:
    """The mailbox of `abuse`, whose password is `secret`."""

    folder: Path
    port: int
    tokens: Tokens
    process: subprocess.Popen[bytes] | None = None
    rebuilt: int = 0

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = ["dovecot", "-c", str(self.folder / "dovecot.conf"), "-F"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        until(lambda: listens(self.port), "Dovecot to listen")

    def stop(self) -> None:
        """End it with all its own processes."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            until(lambda: not listens(self.port), "Dovecot to end")

    def restart(self) -> None:
        """End every connection, and serve again."""
        self.stop()
        self.start()

    def append(self, data: bytes) -> None:
        """A message comes."""
        with IMAP4("127.0.0.1", self.port, timeout=30) as client:
            client.login("abuse", "secret")
            status, _ = client.append("INBOX", "", "", data)
            assert status == "OK"

    def flags(self) -> list[str]:
        """The flags of each message, by the names of its files: an empty text for one unseen."""
        files = [path for part in ("new", "cur") for path in (self.mail / part).iterdir()]
        return [path.name.partition(":2,")[2] for path in files]

    def renumber(self) -> None:
        """UIDs begin anew, as when an index is lost."""
        self.stop()
        for path in self.mail.glob("dovecot*"):
            path.unlink() if path.is_file() else shutil.rmtree(path)
        self.rebuilt += 1
        past = self.mail / f"dovecot-uidvalidity.{0x5F000000 + 16 * self.rebuilt:x}"  # and the next
        past.touch()
        shutil.chown(past, "nobody", "nogroup")
        self.start()

    def refused(self) -> int:
        """How often somebody tried to sign in and was refused."""
        return (self.folder / "log").read_text().count("auth failed, 1 attempts")

    @property
    def mail(self) -> Path:
        """The Maildir."""
        return self.folder / "mail" / "abuse"


@contextmanager
def serving(tokens: Tokens) -> Iterator[Dovecot]:
    """A Dovecot on loopback with an empty mailbox; ended with the block."""
    folder = Path(tempfile.mkdtemp(prefix="aupkeep-dovecot-"))
    try:
        folder.chmod(0o755)
        for name in ("base", "state", "mail"):
            (folder / name).mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        one = Dovecot(folder, free_port(), tokens)
        text = CONFIGURATION.format(folder=folder, port=one.port, tokens=tokens.url)
        (folder / "dovecot.conf").write_text(text)
        (folder / "users").write_text("abuse:{PLAIN}secret\n")
        one.start()
        try:
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_here() -> bool:
    """Whether this machine has it, and lets us start it."""
    return shutil.which("dovecot") is not None and os.geteuid() == 0

"""S/MIME signatures (RFC 8551) by the machine's `openssl cms`, to roots the operator configured.

No maintained typed library verifies CMS: `cryptography` signs and decrypts PKCS #7 and verifies
none of it, and what mail programs write is often BER, which its decoder refuses. The program runs
in a sandbox of its own: without a shell, a network or children, with one folder to write to, and
bounds on time and memory.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography import x509

from aupkeep.intake import confine
from aupkeep.intake.auth.openpgp import SignatureCheck
from aupkeep.intake.auth.signed_content import SignedContent, signed_content_of, with_content
from aupkeep.model.report import Verdict

SECONDS = 10
MEMORY = 512 << 20  # bytes of the program's address space
MOST_INSIDE = 20 << 20  # bytes that an opaque signature may hold
LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_FSIZE: MOST_INSIDE,
    resource.RLIMIT_CPU: SECONDS,
}
CHAIN = "certificate verify error"
EXPIRED = "has expired"


def check_smime(content: SignedContent, roots: bytes, at: datetime | None) -> SignatureCheck:
    """Whether a certificate that leads to one of the roots (PEM) signed this.

    A chain to no configured root is `unknown`, one that had expired when the mail came, or a
    signature that does not fit, is `fail`. `at` is when the mail was received, None for now.
    """
    program = openssl()
    if program is None or not roots:
        why = "no root is configured" if program else "this machine has no openssl program"
        return SignatureCheck(Verdict.UNKNOWN, (), f"S/MIME signature not checked: {why}")
    with tempfile.TemporaryDirectory(prefix="aupkeep-smime-") as folder:
        where = Path(folder)
        (where / "roots").write_bytes(roots)
        more = ["-CAfile", "roots", "-no-CApath", "-no-CAstore", "-purpose", "smimesign"]
        if at is not None:
            more += ["-attime", str(int(at.timestamp()))]
        done = _run(program, where, content, [*more, "-signer", "signer"])
        if done is None or done.returncode:
            return _refused(done.stderr.decode("utf-8", "replace") if done else "it took too long")
        addresses = _addresses((where / "signer").read_bytes())
    named = ", ".join(addresses) or "nobody named"
    return SignatureCheck(Verdict.PASS, addresses, f"S/MIME signature by {named}")


def signed_content(content: SignedContent) -> bytes | None:
    """What an opaque signature holds, whoever made it; None when it cannot be opened."""
    program = openssl()
    if program is None or content.content is not None or content.kind != "smime":
        return None
    with tempfile.TemporaryDirectory(prefix="aupkeep-smime-") as folder:
        done = _run(program, Path(folder), content, ["-noverify", "-nosigs"])
        inside = Path(folder) / "inside"
        if done is None or done.returncode or not inside.exists():
            return None
        return inside.read_bytes()


def unwrap(data: bytes) -> bytes:
    """The mail for a reader: what an opaque signature holds stands in place of it."""
    content = signed_content_of(data)
    inside = signed_content(content) if content else None
    return data if inside is None else with_content(data, inside)


@cache
def openssl() -> str | None:
    """The program's path, None where the machine has none."""
    return shutil.which("openssl")


def _run(
    program: str, folder: Path, content: SignedContent, more: list[str]
) -> subprocess.CompletedProcess[bytes] | None:
    """`openssl cms -verify` in a folder; None when it took too long."""
    (folder / "signature").write_bytes(content.signature)
    words = [*(sys.executable, "-I", "-S", confine.__file__), *(str(folder), program)]
    words += ["cms", "-verify", "-inform", "DER", "-in", "signature", "-binary"]
    if content.content is not None:
        (folder / "content").write_bytes(content.content)
        words += ["-content", "content"]
    running = subprocess.Popen(  # noqa: S603 - a fixed program, fixed words, no shell
        [*words, *more, "-out", "inside"],
        cwd=folder,
        env={"OPENSSL_CONF": "/dev/null", "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with suppress(ProcessLookupError, PermissionError):  # it may have ended already
        for kind, most in LIMITS.items():
            resource.prlimit(running.pid, kind, (most, most))
    return _ended(running)


def _ended(running: "subprocess.Popen[bytes]") -> subprocess.CompletedProcess[bytes] | None:
    try:
        said, complained = running.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()
        return None
    return subprocess.CompletedProcess(running.args, running.returncode, said, complained)


def _refused(said: str) -> SignatureCheck:
    """The verdict on what the program said."""
    if CHAIN in said and EXPIRED not in said:
        return SignatureCheck(Verdict.UNKNOWN, (), "S/MIME signature leads to no configured root")
    why = "its certificate had expired" if CHAIN in said else "it does not fit the mail"
    return SignatureCheck(Verdict.FAIL, (), f"S/MIME signature does not verify: {why}")


def _addresses(pem: bytes) -> tuple[str, ...]:
    """The mail addresses in the signers' certificates (RFC 8550 section 3), lower case."""
    addresses: set[str] = set()
    try:
        for cert in x509.load_pem_x509_certificates(pem):
            names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            addresses.update(name.lower() for name in names.get_values_for_type(x509.RFC822Name))
    except (ValueError, x509.ExtensionNotFound, x509.UnsupportedGeneralNameType):
        return ()
    return tuple(sorted(addresses))

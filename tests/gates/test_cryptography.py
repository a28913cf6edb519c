"""The inventory of cryptography is whole, and what we take from OpenSSL is strong enough."""

import ast
import re
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from aupkeep.config import tls

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "aupkeep"
PAGE = ROOT / "docs" / "cryptography.md"
LIBRARIES = {
    *("cryptography", "dkim", "fido2", "hmac", "jwt", "nacl", "pyrage", "pysequoia"),
    *("secrets", "ssl", "webauthn"),
}
FILE = re.compile(r"`([a-z_]+(?:/[a-z_]+)*\.py)`")
MADE = {"node_modules", "__pycache__"}  # by this machine
SECRET = re.compile(
    r"BEGIN [A-Z ]*PRIVATE KEY|\baupk_[0-9a-f]{48}\b|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}"
    r"|AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}|\bxox[abp]-\w{10}|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\."
)

SECRET_WORDS = (  # each alternative has one of them
    *(b"PRIVATE KEY", b"aupk_", b"AKIA", b"AGE-SECRET-KEY-1", b"eyJ"),
    *(b"ghp_", b"gho_", b"ghu_", b"ghr_", b"ghs_", b"xoxa", b"xoxb", b"xoxp"),
)


def imported(text: str) -> set[str]:
    """The packages that a module imports anywhere; none if it names none of the libraries."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)) if any(name in text for name in LIBRARIES) else ():
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.slow
def test_every_file_that_uses_cryptography_is_on_the_page():
    """By the libraries it imports; and none is on it that uses none."""
    uses = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if imported(path.read_text("utf-8")) & LIBRARIES
    }
    assert len(uses) > 15
    named = {file for file in FILE.findall(PAGE.read_text("utf-8")) if file[:6] != "tests/"}
    assert named == uses


@pytest.mark.parametrize("made", [tls.client_context, tls.unchecked_context, tls.server_context])
def test_tls_begins_at_1_2_with_strong_ciphers(made: Callable[[], ssl.SSLContext]):
    """Whatever this Python begins with: Debian's leaves the lowest version to openssl.cnf."""
    context = made()
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.maximum_version in {ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.MAXIMUM_SUPPORTED}
    checked = (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert checked is (made is tls.client_context)
    ciphers = context.get_ciphers()
    assert min(cipher["strength_bits"] for cipher in ciphers) >= 128
    weak = re.compile(r"NULL|RC4|3?DES|MD5|EXP|anon|ADH|AECDH|CBC3", re.IGNORECASE)
    assert [cipher["name"] for cipher in ciphers if weak.search(cipher["name"])] == []


def test_no_other_file_makes_a_context_of_its_own():
    """Nor opens `https` with what Python begins with; one is a file that runs without Aupkeep."""
    own = re.compile(r"create_default_context|SSLContext\(|HTTPSHandler\(\)|_unverified_context")
    makers = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if own.search(path.read_text("utf-8"))
    }
    assert makers == {"config/tls.py", "daemon/exporters/rt_export.py"}


@pytest.mark.slow
def test_no_secret_is_in_the_repository():
    """No private key, token or identity in any file that is kept here."""
    kept = [
        path
        for folder in ("src", "tests", "docs", "bench", "verifier", "changes", "frontend", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and MADE.isdisjoint(path.parts) and path.stat().st_size < 1 << 20
    ]
    assert len(kept) > 1000
    assert [str(path.relative_to(ROOT)) for path in kept if secret_in(path.read_bytes())] == []


def secret_in(data: bytes) -> bool:
    """Whether a file has a secret; most have none of the words that each begins with."""
    begins = any(word in data for word in SECRET_WORDS)
    return begins and bool(SECRET.search(data.decode("utf-8", "replace")))


def test_a_secret_would_be_seen():
    planted = [
        *("-----BEGIN " + "PRIVATE KEY-----", "aupk_" + "0a" * 24, "AKIA" + "A" * 16),
        *(f"gh{kind}_" + "a" * 36 for kind in "pousr"),
        *(f"xox{kind}-" + "a" * 10 for kind in "abp"),
        *("AGE-SECRET-KEY-1" + "Q" * 58, "eyJ" + "a" * 20 + ".eyJ" + "a" * 20 + "."),
    ]
    assert [text for text in planted if not secret_in(text.encode())] == []

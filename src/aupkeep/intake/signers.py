"""Whom the operator vouches for: PGP keys of reporters, and the roots of S/MIME certificates.

`keys/reporters/*.asc` holds OpenPGP certificates, `keys/roots/*.pem` the certificate authorities
that may name a mail's signer. Without such a file a signature of that kind is never a pass.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pysequoia import Cert

from aupkeep.model.errors import Invalid

LARGEST = 8 << 20  # bytes of one file


@dataclass(frozen=True, slots=True)
class Signers:
    """`keys` are the reporters' certificates; `roots` the CA certificates as PEM, b"" for none."""

    keys: tuple[Cert, ...] = ()
    roots: bytes = b""


NOBODY = Signers()


def load_signers(keys: Path) -> Signers:
    """What stands in the home's `keys` folder; read again when a file there changes.

    Raises `Invalid` naming a file that holds no key.
    """
    files = (*sorted((keys / "reporters").glob("*.asc")), *sorted((keys / "roots").glob("*.pem")))
    if not files:
        return NOBODY
    return _load(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


@lru_cache(maxsize=2)
def _load(files: tuple[tuple[Path, int, int], ...]) -> Signers:
    certs: list[Cert] = []
    roots: list[bytes] = []
    for path, _, size in files:
        if size > LARGEST:
            raise Invalid(f"{path}: expected at most {LARGEST} bytes, found {size}")
        if path.suffix == ".pem":
            roots.append(_root(path))
        else:
            certs += _certs(path)
    return Signers(tuple(certs), b"".join(roots))


def _certs(path: Path) -> list[Cert]:
    try:
        return [one for one in Cert.split_bytes(path.read_bytes()) if not one.is_revoked]
    except (RuntimeError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise Invalid(f"{path}: expected OpenPGP certificates, found: {why}") from error


def _root(path: Path) -> bytes:
    data = path.read_bytes()
    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise Invalid(f"{path}: expected certificates in PEM, found none")
    return data.rstrip() + b"\n"

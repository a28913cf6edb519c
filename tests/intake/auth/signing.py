"""Really signed mails for the tests: DKIM and ARC by dkimpy, S/MIME by cryptography."""

import base64
import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache

import dkim
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

FROM = b"From: Desk <abuse@reporter.example>\r\n"
BODY = b"To: a@hoster.example\r\nSubject: report\r\n\r\nbody  words\r\n"
MAIL = FROM + BODY
CAME = datetime(2026, 11, 25, 12, tzinfo=UTC)
PEM = serialization.Encoding.PEM


@cache
def key(bits: int) -> tuple[bytes, str]:
    """A private RSA key as PEM and its public half for the DNS; small ones by `openssl`."""
    if bits < 1024:
        pem = subprocess.run(["openssl", "genrsa", "-traditional", str(bits)],
                             capture_output=True, check=True).stdout  # fmt: skip
        der = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "DER"], input=pem,
                             capture_output=True, check=True).stdout  # fmt: skip
        return pem, base64.b64encode(der).decode()
    made = rsa.generate_private_key(65537, bits)
    pem = made.private_bytes(
        PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = made.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, base64.b64encode(der).decode()


def signed(mail: bytes = MAIL, domain: str = "reporter.example", *, bits: int = 2048,
           selector: str = "", simple: bool = False, length: bool = False) -> bytes:  # fmt: skip
    """The mail with a DKIM signature on top; the selector names the size of the key."""
    form = (b"simple", b"simple") if simple else (b"relaxed", b"relaxed")
    name = (selector or f"s{bits}").encode()
    made = dkim.sign(mail, name, domain.encode(), key(bits)[0], canonicalize=form,
                     include_headers=[b"from", b"subject"], length=length)  # fmt: skip
    return bytes(made) + mail


def by_hand(mail: bytes, tags: str, names: str = "from:subject") -> bytes:
    """A DKIM signature with tags that dkimpy does not write, such as `x=` or a bare `h=`."""
    head, _, body = mail.partition(b"\r\n\r\n")
    lines = {one.partition(b":")[0].lower(): one for one in head.split(b"\r\n")}
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    value = (f"v=1; a=rsa-sha256; c=relaxed/simple; d=reporter.example; s=s2048; {tags}"
             f"h={names}; bh={digest}; b=")  # fmt: skip
    canonical = b"".join(
        name.encode() + b":" + lines[name.encode()].partition(b":")[2].strip() + b"\r\n"
        for name in names.split(":")
    )
    private = serialization.load_pem_private_key(key(2048)[0], None)
    made = private.sign(
        canonical + b"dkim-signature:" + value.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return f"DKIM-Signature: {value}{base64.b64encode(made).decode()}\r\n".encode() + mail


def sealed(mail: bytes, sealer: str, saw: str, cv: bytes = b"none") -> bytes:
    """The mail as a forwarder passes it on: what it saw, sealed (RFC 8617)."""
    name = f"mx.{sealer}"
    stamped = f"Authentication-Results: {name}; {saw}\r\n".encode() + mail
    if cv != b"none":
        stamped = f"Authentication-Results: {name}; {saw}; arc=pass\r\n".encode() + mail
    made = dkim.arc_sign(stamped, b"s2048", sealer.encode(), key(2048)[0], name.encode(),
                         include_headers=[b"from", b"subject"])  # fmt: skip
    return b"".join(made) + mail


@cache
def certificate(name: str, *addresses: str, issuer: str = "", days: int = 400):
    """A private key and a certificate; without addresses it may issue others."""
    private = ec.generate_private_key(ec.SECP256R1())
    above = certificate(issuer) if issuer else None
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above[1].subject if above else subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(CAME - timedelta(days=500))
        .not_valid_after(CAME + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not addresses, path_length=None), critical=True)
    )
    if addresses:
        names = x509.SubjectAlternativeName([x509.RFC822Name(address) for address in addresses])
        made = made.add_extension(names, critical=False)
    return private, made.sign(above[0] if above else private, hashes.SHA256())


def root(name: str = "root") -> bytes:
    """A root's certificate as PEM."""
    return certificate(name)[1].public_bytes(PEM)


CONTENT = (
    b"Content-Type: text/plain; charset=us-ascii\r\n\r\n"
    b"Our server was attacked by brute force from 203.0.113.7 on 2026-11-25 11:00:00 UTC.\r\n"
)


def smime(signer, *, sender: bytes = FROM, opaque: bool = False) -> bytes:
    """A mail signed by a certificate of `certificate`."""
    private, made = signer
    builder = pkcs7.PKCS7SignatureBuilder().set_data(CONTENT)
    builder = builder.add_signer(made, private, hashes.SHA256())
    options = [pkcs7.PKCS7Options.Binary]
    if opaque:
        der = builder.sign(serialization.Encoding.DER, options)
        head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
        return sender + head + b"Content-Transfer-Encoding: base64\r\n\r\n" + _wrapped(der)
    options.append(pkcs7.PKCS7Options.DetachedSignature)
    der = builder.sign(serialization.Encoding.DER, options)
    return multipart(sender, "pkcs7-signature", CONTENT,
                     b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
                     b"Content-Transfer-Encoding: base64\r\n\r\n" + _wrapped(der))  # fmt: skip


def multipart(sender: bytes, protocol: str, content: bytes, signature: bytes) -> bytes:
    """A multipart/signed mail (RFC 1847)."""
    kind = f'multipart/signed; protocol="application/{protocol}"; boundary=b; micalg=sha-256'
    head = sender + f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n".encode()
    return head + b"--b\r\n" + content + b"\r\n--b\r\n" + signature + b"\r\n--b--\r\n"


def _wrapped(der: bytes) -> bytes:
    return base64.encodebytes(der).replace(b"\n", b"\r\n")

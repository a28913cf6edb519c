"""Where passkeys can work: what the install's own address allows (WebAuthn Level 3, 5.1.2)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

LOCALHOST = "localhost"


def passkey_ground(url: str) -> tuple[str, str] | None:
    """The relying party's id and the one origin for an install at this address; None for neither.

    A browser makes passkeys for a name over TLS, and for `localhost`; never for an address. So an
    install on loopback has them under that name.

    >>> passkey_ground("https://abuse.example.org/"), passkey_ground("http://127.0.0.1:8017")
    (('abuse.example.org', 'https://abuse.example.org'), ('localhost', 'http://localhost:8017'))
    >>> passkey_ground("http://abuse.example.org"), passkey_ground("https://192.0.2.7")
    (None, None)
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    port = f":{parts.port}" if parts.port else ""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_named = host != "" and parts.scheme == "https"
        return (host, f"{parts.scheme}://{host}{port}") if is_named or host == LOCALHOST else None
    return (LOCALHOST, f"{parts.scheme}://{LOCALHOST}{port}") if is_loopback else None

"""TLS as we speak it: 1.2 and 1.3 alone (ASVS 5.0 12.1.1), whatever Python and OpenSSL begin with.

A Python built with `--with-ssl-default-suites=openssl`, Debian's among them, leaves the lowest
version to the machine's openssl.cnf.
"""

import ssl


def client_context(ca_file: str = "") -> ssl.SSLContext:
    """Who answers is checked against `ca_file` (PEM), else against what the machine trusts.

    Raises `OSError` (`ssl.SSLError` among them) for a file that holds no certificates.
    """
    return _floor(ssl.create_default_context(cafile=ca_file or None))


def unchecked_context() -> ssl.SSLContext:
    """Whoever answers there: against listeners only (RFC 7435); never send a secret over it."""
    context = client_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def server_context() -> ssl.SSLContext:
    """Of a server, still without its certificate."""
    return _floor(ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))


def _floor(context: ssl.SSLContext) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context

"""Which database: Django's entry for a url, or for the file of a home."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from aupkeep.model.errors import Invalid

BUSY_SECONDS = 20
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON;"  # what is erased is overwritten (sqlite.org/pragma.html)
)
# Over TCP a peer that is gone ends the connection after some 15 s, also when packets are lost
# (PostgreSQL 34.1.2, Linux tcp(7)); to connect takes at most 5 s for each address. `store.patience`
# bounds the wait for a peer that takes what we send and answers nothing.
POSTGRESQL_OPTIONS = {
    "connect_timeout": "5",
    "tcp_user_timeout": "15000",  # milliseconds
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}


def database(url: str, file: str) -> dict[str, Any]:
    """Django's entry for a database: the SQLite `file` for an empty `url`, else PostgreSQL.

    Raises `Invalid` unless the url is `postgresql://user:password@host:port/name`; the host may be
    the folder of a Unix socket, percent-encoded. What the url says of a connection is in force
    instead of `POSTGRESQL_OPTIONS`.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": file,
            "CONN_MAX_AGE": None,  # opening one costs as much as three queries
            "OPTIONS": {
                "timeout": BUSY_SECONDS,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_PRAGMAS,
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        expected = "postgresql://user:password@host:port/name"
        raise Invalid(f"database: expected {expected}, found {parts.scheme}://…")
    return {
        "ENGINE": "aupkeep.store.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _database_host(parts),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**POSTGRESQL_OPTIONS, **dict(parse_qsl(parts.query))},
    }


def _database_host(parts: SplitResult) -> str:
    """The host's name, or the folder of a Unix socket, percent-encoded (PostgreSQL 34.1.1.2).

    >>> _database_host(urlsplit("postgresql://me@%2FRun%2Fpostgresql:5433/aupkeep"))
    '/Run/postgresql'
    """
    host = parts.netloc.rpartition("@")[2].partition(":")[0]
    return unquote(host) if "%" in host else parts.hostname or ""

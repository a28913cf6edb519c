"""Raw bytes by their SHA-256: durable before anything else happens to them (invariant 12).

On SQLite a file `raw/aa/bb/<digest>` in the home: written beside its place, synced, renamed, and
its folder synced. On PostgreSQL a row, so that every machine sees it. Bytes are kept before the row
that names them; what a crash left without one is an orphan, and `reap` takes it away once it is
old. Bytes that stand under a digest already are compared: altered ones are replaced, and the log
says so.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import BinaryField, F, Func, QuerySet, TextField, Value

from aupkeep.config.home import Home
from aupkeep.model.errors import Broken, Conflict, Missing, Unavailable
from aupkeep.model.raw import Channel, Raw
from aupkeep.store.guard import writing
from aupkeep.store.models import BytesRow, DraftRow, FeedCopyRow, RawRow
from aupkeep.store.prepared import first
from aupkeep.store.tables import TABLES, many

LOCK = ".lock"
PART = ".part"
DIGEST = re.compile("[0-9a-f]{64}")
ALTERED = "altered bytes stood under a digest and were replaced"
log = structlog.get_logger("raws")
_durable: set[Path] = set()  # folders whose own names this process has synced

NO_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


def keep(data: bytes) -> str:
    """Make bytes durable; returns their SHA-256 in hex. The same bytes are kept once.

    Other bytes that stood under that digest, altered by somebody, are replaced.
    Raises `Unavailable` when the storage cannot take them (full, failing, gone): then nothing was
    accepted.
    """
    digest = hashlib.sha256(data).hexdigest()
    try:
        if connection.vendor == "postgresql":
            _keep_row(digest, data)
        else:
            _keep_file(digest, data)
    except (OSError, Error) as error:
        raise Unavailable(f"raw bytes: expected to keep {len(data)}, found: {error}") from error
    return digest


def mend(data: bytes) -> None:
    """Replace what stands under the digest of these bytes where it is altered; else do nothing.

    Bytes that were taken away, as retention does, do not come back. Raises `Unavailable`.
    """
    try:
        read(hashlib.sha256(data).hexdigest())
    except Missing:
        return
    except Broken:
        with suppress(Unavailable):  # a role that may not replace them; they were received before
            keep(data)
    except (OSError, Error) as error:
        raise Unavailable(f"raw bytes: expected to read {len(data)}, found: {error}") from error


def read(digest: str) -> bytes:
    """The bytes of a digest. Raises `Missing`, and `Broken` when they are no longer those bytes."""
    try:
        if connection.vendor == "postgresql":
            data = bytes(BytesRow.objects.values_list("data", flat=True).get(digest=digest))
        else:
            data = _place(digest).read_bytes()
    except (*NO_FILE, BytesRow.DoesNotExist) as error:
        raise Missing(f"raw bytes: expected {digest[:64]!r}, found none") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise Broken(f"raw bytes: expected {digest}, found others in their place")
    return data


def get(raw: str) -> Raw | None:
    """The raw of this id."""
    return first(Raw, id=raw)


def by_ids(raws: Iterable[str]) -> dict[str, Raw]:
    """Those of these ids that exist, by id."""
    return {row.id: row for row in many(Raw, RawRow.objects.filter(id__in=list(raws)))}


def count() -> int:
    """How many things were received."""
    return RawRow.objects.count()


def all() -> Iterator[Raw]:  # noqa: A001 - the room's name is context: raws.all()
    """Every raw, as a stream."""
    records: Iterator[Raw] = TABLES[Raw].records()
    return records


def newest(channels: Iterable[Channel], limit: int, since: datetime | None = None) -> list[Raw]:
    """The newest raws of these channels, the newest first."""
    rows = RawRow.objects.filter(channel__in=[channel.value for channel in channels])
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    return many(Raw, rows.order_by("-received_at", "-id")[:limit])


def since(moment: datetime) -> list[Raw]:
    """Every raw received from this moment on, in the order of receipt."""
    rows = RawRow.objects.filter(received_at__gte=moment)
    return many(Raw, rows.order_by("received_at", "id"))


def by_digest(digest: str) -> Raw | None:
    """The raw of these bytes."""
    return first(Raw, digest=digest)


def by_key(key: str) -> Raw | None:
    """The raw an Idempotency-Key brought."""
    return first(Raw, key=key)


def known(digest: str, key: str | None = None) -> Raw | None:
    """The raw accepted before for these bytes or this key, without limit of time.

    Raises `Conflict` when the key came with other bytes.
    """
    before = by_key(key) if key is not None else None
    if before is not None and before.digest != digest:
        raise Conflict(
            f"Idempotency-Key {key!r}: expected the bytes {before.digest}, found {digest}"
        )
    return before or by_digest(digest)


def altered_orphans() -> Iterator[str]:
    """Digests under which other bytes stand, and which no raw names."""
    if connection.vendor == "postgresql":
        orphans = BytesRow.objects.exclude(digest__in=RawRow.objects.values("digest"))
        named = list(orphans.values_list("digest", flat=True))
        yield from _altered(BytesRow.objects.filter(digest__in=named)).values_list(
            "digest", flat=True
        )
        return
    for place in _root().glob("*/*/*"):
        digest = place.name
        if place != _place(digest) or not DIGEST.fullmatch(digest) or by_digest(digest):
            continue
        data = read_file(digest)
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            yield digest


def reap(older_than: timedelta, now: datetime) -> int:
    """Take away bytes without a row that nobody has asked to keep since; returns how many.

    Altered ones in PostgreSQL go at once: `mailin` may not replace them, and accepts no mail of
    these bytes before.
    """
    before = now - older_than
    if connection.vendor == "postgresql":
        rows = BytesRow.objects.all()
        for holder in (FeedCopyRow, DraftRow, RawRow):
            rows = rows.exclude(digest__in=holder._base_manager.values("digest"))  # noqa: SLF001
        with writing():
            orphans = list(rows.values_list("digest", flat=True))  # few: of these alone, the bytes
            altered = _altered(BytesRow.objects.filter(digest__in=orphans)).delete()[0]
            return altered + rows.filter(kept_at__lt=before).delete()[0]
    return sum(_reap_file(path, before.timestamp()) for path in _root().glob("*/*/*"))


def _root() -> Path:
    return Home(Path(settings.AUPKEEP_HOME)).raw


def _place(digest: str) -> Path:
    return _root() / digest[:2] / digest[2:4] / digest


def _altered(rows: QuerySet[BytesRow]) -> QuerySet[BytesRow]:
    """Those of PostgreSQL's rows that hold other bytes than their digest says."""
    actual = Func("data", function="sha256", output_field=BinaryField())
    named = Func(actual, Value("hex"), function="encode", output_field=TextField())
    return rows.alias(named=named).exclude(digest=F("named"))


def _keep_row(digest: str, data: bytes) -> None:
    """One row, committed; a repeat renews its date."""
    row = row_of(digest, data)
    with writing(), transaction.atomic():
        BytesRow.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["digest"], update_fields=["kept_at"]
        )
        altered = _altered(BytesRow.objects.filter(digest=digest))
        if altered.exists():  # a process whose role may not delete it accepts nothing (`reap`)
            altered.delete()
            row.save(force_insert=True)
            log.warning(ALTERED, digest=digest)


def row_of(digest: str, data: bytes) -> BytesRow:
    """Bytes as a row."""
    return BytesRow(digest=digest, data=data, kept_at=datetime.now(tz=UTC))  # noqa: TID251 - the storage's own date, as a file has one


def keep_file(data: bytes) -> None:
    """Make bytes durable as a file, whatever the database is. Raises `Unavailable`."""
    try:
        _keep_file(hashlib.sha256(data).hexdigest(), data)
    except OSError as error:
        raise Unavailable(f"raw bytes: expected to keep {len(data)}, found: {error}") from error


def read_file(digest: str) -> bytes | None:
    """The bytes of a file, None where there is none."""
    try:
        return _place(digest).read_bytes()
    except NO_FILE:
        return None


def _keep_file(digest: str, data: bytes) -> None:
    """One file, synced with all the folders that lead to it; a repeat renews its date."""
    place = _place(digest)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(fcntl.LOCK_SH):
        stored = read_file(digest)
        if stored == data:
            os.utime(place)
        else:
            _write(place, data)
    if stored not in (None, data):
        log.warning(ALTERED, digest=digest)
    _sync_folder(place.parent)
    for folder in (place.parent.parent, _root()):
        if place.parent not in _durable:
            _sync_folder(folder)
    _durable.add(place.parent)


def _write(place: Path, data: bytes) -> None:
    """Write beside the place, sync, rename; what fails leaves nothing behind."""
    part = place.with_name(f"{place.name}.{os.getpid()}-{os.urandom(4).hex()}{PART}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(place)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reap_file(path: Path, before: float) -> bool:
    """Remove a file that is old and has no row; a repeat that renews it comes before or after."""
    with _locked(fcntl.LOCK_EX):
        if not path.exists() or path.stat().st_mtime >= before:
            return False  # renamed meanwhile, or somebody needs it
        if not path.name.endswith(PART) and _needed(path.name):
            return False
        path.unlink()
        return True


def _needed(digest: str) -> bool:
    """Whether a raw has these bytes, a feed's last good copy, or a form that is not sent yet."""
    holders = (RawRow, FeedCopyRow, DraftRow)
    return any(row.objects.filter(digest=digest).exists() for row in holders)


@contextmanager
def _locked(how: int) -> Iterator[None]:
    """Keepers share the raw store's lock; the reaper has it alone, for one file at a time."""
    descriptor = os.open(_root() / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)

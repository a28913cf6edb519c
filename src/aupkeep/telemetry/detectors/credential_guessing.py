"""Credential guessing at any port: many short sessions with one service, all alike.

A guess is a connection that stands, says little, waits for the server's refusal and ends; the next
one follows at once. Alike are its bytes out, its bytes in and its length. What polls (health
checks, metrics, pings of a database) is alike too, but rests most of the time between two calls, or
is over within a fraction of a second. A server that is asked too often turns some away at once; so
the alike ones need not be all. What cannot be told apart from flows is told, and no more:
sessions of an application with its database, mail fetched account by account.

Guesses that are refused at once do not wait. They are told at login ports, and at ports to which
SSH is moved where their sizes are those of its key exchange. Elsewhere nothing in a flow tells a
hundred of them apart from pages that each open a database (1.2 kB out, 1.9 kB in, 12 packets), from
a load test of a service by TLS, or from short calls of it: sizes, packets and pace are the same,
and who closed first is not exported. Those are not told.
"""

from collections.abc import Iterator, Mapping

from aupkeep.model.finding import Role
from aupkeep.telemetry.detect.detector import Detector, DetectorHit, Mode
from aupkeep.telemetry.detect.observation import SessionGroup
from aupkeep.telemetry.detect.sampling_chance import SampledThreshold
from aupkeep.telemetry.detect.view import WindowView
from aupkeep.telemetry.window.attempts import IN_BYTES, LENGTH, OUT_BYTES
from aupkeep.telemetry.window.layout import DNS, LOGINS, SMTP, WEB, EntryTag

SIZE_BANDS, LENGTH_BANDS = 3, 5  # quarter and half doublings that count as alike
SSH = 22
MAILBOXES = frozenset({110, 143, 465, 587, 993, 995})
ALL = SampledThreshold(0, 1.0, 1.0)  # only unsampled flows show sessions


def detect(view: WindowView, limits: Mapping[str, float]) -> Iterator[DetectorHit]:
    """Services with many alike sessions."""
    for sessions in view.sessions(EntryTag.LOGIN, limits["sessions"]):
        if (
            sessions.seen.rate > 1
            or sessions.seen.port in (SMTP, DNS)
            or not _short(sessions, limits)
        ):
            continue
        cap = _cap(sessions, limits)
        if cap is None or not _alike(sessions, limits):
            continue
        yield view.hit(
            DETECTOR,
            sessions.seen,
            ALL,
            {
                "sessions": sessions.count,
                "mean_bytes_out": round(sessions.seen.bytes / sessions.count),
                "mean_bytes_in": round(sessions.in_bytes / max(sessions.answers, 1)),
                "mean_seconds": round(sessions.busy / sessions.count, 2),
                "alike_bytes": round(sessions.alike(OUT_BYTES, SIZE_BANDS), 3),
                "alike_seconds": round(sessions.alike(LENGTH, LENGTH_BANDS), 3),
            },
            confidence=0.85 if cap == Mode.PROPOSE else 0.5,
            cap=cap,
            peer=sessions.seen.peer,
            port=sessions.seen.port,
            transport="tcp",
        )


def _short(session: SessionGroup, limits: Mapping[str, float]) -> bool:
    """Sessions that are more than an opened connection, and less than work."""
    packets = session.seen.packets / session.count
    return (
        limits["least_packets"] <= packets <= limits["most_packets"]
        and session.seen.bytes <= limits["most_bytes"] * session.count
        and session.in_bytes <= limits["most_bytes"] * session.count
    )


def _alike(session: SessionGroup, limits: Mapping[str, float]) -> bool:
    """Sessions of like size and length; the answers' sizes count where they were seen."""
    return (
        session.alike(OUT_BYTES, SIZE_BANDS) >= limits["alike"]
        and session.alike(LENGTH, LENGTH_BANDS) >= limits["alike"] * 0.75
        and (
            session.answers * 2 < session.count
            or session.alike(IN_BYTES, SIZE_BANDS) >= limits["alike"]
        )
    )


def _cap(session: SessionGroup, limits: Mapping[str, float]) -> Mode | None:
    """How far it may go; None: it says nothing."""
    per_session, port = session.busy / session.count, session.seen.port
    core = session.count * session.alike(OUT_BYTES, SIZE_BANDS)
    slow = limits["seconds_each" if port in LOGINS else "seconds_elsewhere"]
    waits = per_session >= slow and session.busy >= limits["busy"] * session.span
    hurries = core >= limits["many"] and session.count / session.span >= limits["per_second"]
    if port in LOGINS:
        return Mode.PROPOSE if (waits and core >= limits["sessions"]) or hurries else None
    if not waits and hurries and (port in MAILBOXES or (_moved(port) and _like_ssh(session))):
        return Mode.NOTIFY
    if not waits or core < limits["elsewhere"]:
        return None
    return Mode.PROPOSE if _like_ssh(session) and port not in WEB else Mode.NOTIFY


def _like_ssh(session: SessionGroup) -> bool:
    """Sizes of a key exchange and a refusal: 1 to 7 kB, about as much each way."""
    out = session.seen.bytes / session.count
    return 1000 <= out <= 7000 and 0.5 <= session.in_bytes / max(session.seen.bytes, 1) <= 1.7  # noqa: PLR2004 - bytes and shares, as said


def _moved(port: int) -> bool:
    """Whether SSH is moved to such a port: 22 with figures before or after it.

    Vagrant gives 2200 to 2250 to its machines' SSH.
    """
    return port // 100 == SSH or port % 1000 == SSH or port in (122, 222, 22122, 22222)


DETECTOR = Detector(
    name="credential-guessing",
    version=3,
    kind="connection/login_attack",
    role=Role.OFFENDER,
    direction="out",
    says="Many short sessions, alike in bytes and length, of an address of ours with a service.",
    defaults={
        "sessions": (10, "alike sessions with one service within five minutes, at a login port"),
        "elsewhere": (20, "the same at any other port"),
        "many": (
            30,
            "sessions at a login port, or one for SSH, that are enough however short each is",
        ),
        "per_second": (0.5, "and how many of those a second"),
        "least_packets": (5, "packets a session, on average, at least"),
        "most_packets": (60, "packets a session, on average, at most"),
        "most_bytes": (10_000, "bytes a session each way, on average, at most"),
        "alike": (0.6, "the least share of sessions whose bytes lie within a factor of 1.7"),
        "seconds_each": (1.0, "seconds a session takes, on average, at least"),
        "seconds_elsewhere": (1.5, "the same at any other port; a refusal is made to wait"),
        "busy": (0.3, "the least share of the time in which a session is open"),
    },
    minimum="10 alike sessions at a login port, 20 elsewhere; unsampled flows only",
    cooldown=300,
    mode=Mode.PROPOSE,
    detect=detect,
)

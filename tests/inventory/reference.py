"""Attribution again, slowly and obviously: every moment, every port, every site, every record."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from random import Random

from hypothesis import strategies as st

from aupkeep.model.holding import Assignment, OwnSpace
from aupkeep.model.subject import Subject

T0 = datetime(2026, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def ask(records, own, subject, at, *, exact=0, site=None, tolerance=120, known_at=None):
    """The set of answers over all combinations: (customer, resource), "unknown" or "not-ours".

    One member = certain. What differs between two moments differs at some edge of some record, and
    what differs between two ports differs at some border, so trying those is trying all.
    """
    width = timedelta(seconds=tolerance + exact)
    early = at - width - TICK if width else at
    edges = [at, early, at + width]
    edges += [r.start for r in records] + [r.end for r in records if r.end]
    edges += [o.since for o in own if o.since]
    moments = {m for e in edges for m in (e, e - TICK) if early <= m <= at + width}
    borders = {0, 65535} | {r.port_from for r in records} | {r.port_to + 1 for r in records}
    ports = [subject.port] if subject.port is not None else [p for p in borders if p < 65536]
    sites = {o.site for o in own if subject.address in o.prefix and site in (None, o.site)}
    answers = {
        name: {
            one(records, own, subject.address, m, port=p, site=name, known_at=known_at)
            for m in moments
            for p in ports
        }
        for name in sites
    }
    return {a for seen in answers.values() if seen != {"not-ours"} for a in seen} or {"not-ours"}


def one(records, own, address, moment, *, port, site, known_at):
    """The answer for one moment, one port, one site."""
    spaces = [o for o in own if o.site == site and address in o.prefix]
    if not any(o.since is None or o.since <= moment for o in spaces):
        return "not-ours"
    valid = [
        r
        for r in records
        if r.site == site
        and address in r.prefix
        and r.port_from <= port <= r.port_to
        and r.start <= moment
        and (r.end is None or moment < r.end)
        and known(r, known_at)
    ]
    return answer_of(valid) if valid else "unknown"


def answer_of(valid):
    """The holder by the records that count among these, or all of them where they contradict."""
    best = max((r.precedence, r.prefix.prefixlen) for r in valid)
    counting = [r for r in valid if (r.precedence, r.prefix.prefixlen) == best]
    holders = {"unknown" if r.pool else (r.customer, r.resource) for r in counting}
    return holders.pop() if len(holders) == 1 else frozenset(holders)


def known(record, known_at):
    """Believed now, or believed then."""
    if known_at is None:
        return record.known_until is None
    return record.known_from <= known_at and (
        record.known_until is None or known_at < record.known_until
    )


def verdict(answers):
    """The one word for a set of answers, with the holder or the candidates."""
    holders = set()
    for answer in answers:
        holders |= answer - {"unknown"} if isinstance(answer, frozenset) else set()
        holders |= {answer} if isinstance(answer, tuple) else set()
    if answers == {"not-ours"}:
        return ("not-ours", frozenset())
    if not holders:
        return ("unknown", frozenset())
    certain = len(holders) == 1 and len(answers) == 1
    return ("held" if certain else "disputed", frozenset(holders))


V4 = [
    *("203.0.113.0/24", "203.0.113.0/25", "203.0.113.8/29", "203.0.113.8/30"),
    *("203.0.113.8/32", "203.0.113.9/32", "203.0.113.10/32", "0.0.0.0/0"),
]
V6 = [
    *("2001:db8::/32", "2001:db8:0:1::/64", "2001:db8:0:1::/72", "2001:db8:0:1::9/128"),
    *("2001:db8:0:1::8/127", "2001:db8:0:2::/64", "2001:db8:8000::/33", "::/0"),
]
A4 = ["203.0.113.8", "203.0.113.9", "203.0.113.10", "203.0.113.200", "198.51.100.1"]
A6 = ["2001:db8:0:1::8", "2001:db8:0:1::9", "2001:db8:0:2::9", "2001:db8:9000::1", "2001:db7::1"]
SITES = ["main", "main", "oslo"]


def moments(step=30, count=40):
    """Moments on a coarse grid, so that edges meet; now and then off it by a microsecond."""
    grid = st.integers(0, count).map(lambda n: T0 + timedelta(seconds=n * step))
    return st.one_of(grid, grid.map(lambda t: t + TICK), grid.map(lambda t: t - TICK))


@st.composite
def records(draw, networks):
    """Records with churn, nesting, ports, sites and revisions; they may contradict."""
    found = []
    for number in range(draw(st.integers(0, 9))):
        low = draw(st.sampled_from([0, 0, 0, 1024, 2048]))
        high = draw(st.sampled_from([65535, 65535, 65535, 2047, 3000]))
        start, end = draw(moments()), draw(st.one_of(st.none(), moments()))
        known_from = draw(moments(count=5))
        known_until = draw(st.one_of(st.none(), st.none(), moments(count=9)))
        found.append(
            Assignment(
                id=f"a{number}",
                site=draw(st.sampled_from(SITES)),
                prefix=ip_network(draw(st.sampled_from(networks))),
                port_from=min(low, high),
                port_to=high,
                customer=draw(st.sampled_from(["kari", "ola"])),
                resource=draw(st.sampled_from(["web", "web", "db"])),
                start=start,
                end=end,
                known_from=known_from,
                known_until=known_until,
                pool=draw(st.sampled_from([False, False, False, True])),
                precedence=draw(st.sampled_from([0, 0, 0, 10, -10])),
            )
        )
    return found


@st.composite
def spaces(draw, networks):
    """Own space, sometimes since a moment, sometimes at a second site."""
    return [
        OwnSpace(
            prefix=ip_network(draw(st.sampled_from(networks))),
            site=draw(st.sampled_from(SITES)),
            since=draw(st.one_of(st.none(), st.none(), moments())),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]


@st.composite
def worlds(draw):
    """Records, own space and a handful of questions about them, all of one IP version."""
    networks, addresses = draw(st.sampled_from([(V4, A4), (V6, A6)]))
    questions = [
        (
            Subject(
                address=ip_address(draw(st.sampled_from(addresses))),
                port=draw(st.sampled_from([None, 0, 1024, 2047, 2048, 65535])),
            ),
            draw(moments()),
        )
        for _ in range(12)
    ]
    how = {
        "exact": draw(st.sampled_from([0, 0, 0.5, 60])),
        "tolerance": draw(st.sampled_from([0, 30, 120])),
        "site": draw(st.sampled_from([None, "main", "oslo"])),
    }
    known_at = draw(st.one_of(st.none(), moments(count=9)))
    return (
        draw(records(networks)),
        draw(spaces(networks[:3] + networks[-1:])),
        questions,
        how,
        known_at,
    )


def _moment(random, count=40) -> datetime:
    return T0 + timedelta(seconds=30 * random.randint(0, count)) + random.randint(-1, 1) * TICK


def small_world(seed):
    """What `worlds` draws, made from a number at once: for tests that must be quick."""
    random = Random(seed)  # noqa: S311 - the same world for the same number
    networks, addresses = random.choice([(V4, A4), (V6, A6)])

    held = [
        Assignment(
            id=f"a{number}",
            site=random.choice(SITES),
            prefix=ip_network(random.choice(networks)),
            port_from=random.choice([0, 0, 0, 1024, 2048]),
            port_to=random.choice([65535, 65535, 2048, 3000]),
            customer=random.choice(["kari", "ola"]),
            resource=random.choice(["web", "web", "db"]),
            start=_moment(random, 15),
            end=random.choice([None, _moment(random)]),
            known_from=_moment(random, 5),
            known_until=random.choice([None, None, None, _moment(random, 9)]),
            pool=random.random() < 0.2,
            precedence=random.choice([0, 0, 0, 10, -10]),
        )
        for number in range(random.randint(2, 9))
    ]
    own = [
        OwnSpace(
            prefix=ip_network(random.choice(networks[:3] + networks[-1:])),
            site=random.choice(SITES),
            since=random.choice([None, None, _moment(random, 20)]),
        )
        for _ in range(random.randint(1, 3))
    ]
    ports = [None, None, 0, 1023, 1024, 2048, 3000, 3001, 65535]
    questions = [
        (Subject(address=ip_address(address), port=random.choice(ports)), _moment(random))
        for address in addresses
        for _ in range(3)
    ]
    how = {
        "exact": random.choice([0, 0, 0.5, 60]),
        "tolerance": random.choice([0, 30, 120]),
        "site": random.choice([None, None, "main", "oslo"]),
    }
    return held, own, questions, how, random.choice([None, None, _moment(random, 9)])

"""Elements read from the kernel are what libnftables lists of them; it is asked as the judge."""

import json
import subprocess
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from aupkeep.enforcement.driver import InstalledElement
from aupkeep.enforcement.nft_element import COMMENT, PROTOCOLS
from aupkeep.enforcement.nft_netlink import NftablesReader
from aupkeep.enforcement.nft_ruleset import KEYS_OF
from aupkeep.model.errors import Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, put
from enforcement.orders import scope
from enforcement.test_nftables import now, opened

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("namespace")]
UNITS = {"kbytes": 1 << 10, "mbytes": 1 << 20, "gbytes": 1 << 30}
FOREIGN = (
    "host4 { 192.0.2.1 }",
    'host4 { 192.0.2.2 timeout 1h comment "case A" }',
    'host4 { 192.0.2.3 comment "case A action b c" }',
    'host6 { ::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff timeout 40d comment "case A action b" }',
    "port4 { 192.0.2.1 . gre . 0, 192.0.2.1 . icmp . 65535 }",
    "into6 { 2001:db8::1 . ipv6-icmp limit rate over 5 kbytes/second counter }",
    "rate4 { 192.0.2.1 limit rate over 3 mbytes/minute burst 9 mbytes counter timeout 90d }",
    "hostn6 { 2001:db8::/64, 2001:db8:0:1::/64, 2001:db8:1::1, ffff::/16, ::/127 }",
    "peern6 { 2001:db8::/64 . 2001:db8:f::1, 2001:db8:1::1 . 2001:db8:f::/48 }",
    "portn6 { 2001:db8::/56 . tcp . 22 timeout 5m, 2001:db8::/64 . udp . 1-9 }",
    "hostp4 { 192.0.2.1 . 0-1023, 192.0.2.1 . 2000, 192.0.2.2 . 1-65535 timeout 1m }",
    'portp6 { 2001:db8::1 . tcp . 5-9 . 22 timeout 9s comment "case A action b-1" }',
)


def nft(*words: str) -> str:
    """What the command said. Raises for an error."""
    done = subprocess.run(["nft", *words], capture_output=True, check=True)
    return done.stdout.decode()


def judged(table: str = "aupkeep") -> dict[str, dict[str, Any]]:
    """Place → reference, action, rate, packets and seconds left, by libnftables."""
    found: dict[str, dict[str, Any]] = {}
    for item in json.loads(nft("-j", "-p", "list", "table", "inet", table))["nftables"]:
        for element in item.get("set", {}).get("elem", ()):
            inner = element.get("elem", {}) if isinstance(element, dict) else {}
            name = item["set"]["name"]
            comment = COMMENT.fullmatch(inner.get("comment", ""))
            limit = inner.get("limit")
            found[f"{name} {key(name, inner.get('val', element))}"] = {
                "action": comment[2] if comment else "",
                "reference": comment[1] if comment else "",
                "left": inner.get("expires"),
                "packets": inner["counter"]["packets"] if "counter" in inner else None,
                "rate": rate(limit) if limit else None,
            }
    return found


def rate(limit: dict[str, Any]) -> int:
    seconds = {"second": 1, "minute": 60}[limit["per"]]
    return int(limit["rate"] * UNITS.get(limit.get("rate_unit", ""), 1) // seconds)


def key(name: str, value: object) -> str:
    parts = value["concat"] if isinstance(value, dict) and "concat" in value else [value]
    fields = KEYS_OF[name].fields
    return " . ".join(word(kind, part) for kind, part in zip(fields, parts, strict=True))


def word(kind: str, part: object) -> str:
    if isinstance(part, dict) and "range" in part:
        return "-".join(map(str, part["range"]))
    if isinstance(part, dict) and "prefix" in part:
        return f"{part['prefix']['addr']}/{part['prefix']['len']}"
    return PROTOCOLS.get(str(part), str(part)) if kind == "inet_proto" else str(part)


def same(elements: dict[str, InstalledElement], expected: dict[str, dict[str, Any]]) -> None:
    """The reader found what libnftables lists."""
    assert set(elements) == set(expected)
    moment = now()
    for place, row in expected.items():
        element = elements[place]
        assert (element.action, element.reference, element.rate) == (
            row["action"],
            row["reference"],
            row["rate"],
        ), place
        counted = (
            0 if row["rate"] else row["packets"]
        )  # its JSON leaves a counter beside a limit out
        assert element.packets == counted, place
        assert (element.expires is None) == (row["left"] is None), place
        if element.expires is not None:
            left = (element.expires - moment).total_seconds()
            assert abs(left - row["left"]) <= 3, place


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    def wait(seconds: float) -> None:
        Event().wait(seconds)

    return Bench(
        open=lambda cap: opened(tmp_path, cap), now=now, wait=wait, folder=tmp_path, name="nftables"
    )


@pytest.fixture
def everything(bench: Bench) -> dict[str, dict[str, Any]]:
    """Every kind of ours beside every kind of a stranger's; what libnftables lists."""
    driver = bench.driver()
    for action in bench.every(driver):
        put(driver, action)
    for text in FOREIGN:
        nft("add", "element", "inet", "aupkeep", text)
    listed = judged()
    assert len(listed) > 40
    return listed


def test_all_elements(everything: dict[str, dict[str, Any]]):
    """Each element of each set, ours and strangers', with its place, end, limit and count."""
    reader = NftablesReader()
    same(
        {e.place: e for name in KEYS_OF for e in reader.elements("aupkeep", name, now())},
        everything,
    )


def test_each_element_by_its_key(everything: dict[str, dict[str, Any]]):
    """The kernel asked for one place gives that one, also among intervals that contain it."""
    reader = NftablesReader()
    found = {place: reader.element("aupkeep", place, now()) for place in everything}
    same({place: element for place, element in found.items() if element}, everything)


def test_what_is_not_there(everything: dict[str, dict[str, Any]]):
    """An element, a set or a table that is not there is none; a key of other fields is refused."""
    del everything
    reader = NftablesReader()
    absent = (
        "host4 192.0.2.99",
        "hostn6 2001:db8::/65",
        "hostn6 2001:db8::/63",
        "hostp4 192.0.2.1 . 7",
    )
    assert [reader.element("aupkeep", place, now()) for place in absent] == [None] * 4
    assert reader.element("another", "host4 192.0.2.1", now()) is None
    assert reader.elements("another", "host4", now()) == []
    with pytest.raises(Unavailable, match="3 fields"):
        reader.element("aupkeep", "port4 192.0.2.1", now())


def test_the_ruleset_s_number(bench: Bench):
    """It grows with anybody's change to any table, and not when an element ends."""
    driver, reader = bench.driver(), NftablesReader()
    first = reader.generation()
    assert reader.generation() == first
    put(driver, bench.order(seconds=0.5))
    second = reader.generation()
    assert second > first
    bench.wait(1)
    assert driver.observe() == ()
    assert reader.generation() == second
    nft("add", "table", "ip", "another")
    assert reader.generation() > second


def test_a_listing_while_others_write(bench: Bench):
    """What stands all the time is in each listing, whoever adds and deletes beside it."""
    driver, reader, stop = bench.driver(), NftablesReader(), Event()
    steady = ", ".join(f"198.51.100.{number}" for number in range(200))
    nft("add", "element", "inet", "aupkeep", f"host4 {{ {steady} }}")

    def stir() -> None:
        while not stop.is_set():
            for verb in ("add", "delete"):
                nft(verb, "element", "inet", "aupkeep", "host4 { 192.0.2.1, 192.0.2.2 }")

    writer = Thread(target=stir)  # a thread begins in its maker's network namespace
    writer.start()
    try:
        seen = 0
        for _ in range(200):
            try:
                listed = {e.place for e in reader.elements("aupkeep", "host4", now())}
            except Unavailable:
                continue
            seen += 1
            assert len(listed - {"host4 192.0.2.1", "host4 192.0.2.2"}) == 200
        assert seen > 50
    finally:
        stop.set()
        writer.join()
    assert len(driver.observe()) == 200


def test_kept_listing_ends_in_time(bench: Bench):
    """What was listed before is answered again without what ended; a change is seen at once."""
    driver = bench.driver()
    put(driver, bench.order(seconds=1))
    put(driver, bench.order(number=2, aim=scope(Measure.BLOCK_PORT, port=80)))
    assert len(driver.observe()) == 2
    bench.wait(1.2)
    assert [element.action for element in driver.observe()] == [bench.order(number=2).id]
    nft("flush", "ruleset")
    assert driver.observe() == ()
    assert driver.prepare() != ()

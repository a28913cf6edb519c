"""What stays of a file in which rows of ours stand between others' lines."""

import os
from pathlib import Path

import pytest

from aupkeep.enforcement.drivers.nginx import DRIVER as NGINX
from aupkeep.enforcement.drivers.rpz import DRIVER as RPZ
from aupkeep.model.decision import Scope
from aupkeep.model.errors import DriverRefused
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, bench_over, put
from enforcement.maps.pages import aim_at, no_reaches
from enforcement.orders import FOUR

NAME = "shop.customer.example"
SOA = "SOA localhost. hostmaster.localhost. 1 3600 600 604800 60\n"
HEADS = {
    "a blank for the owner": f"$TTL 60\n@ {SOA}  NS localhost.\n\tA 192.0.2.1\n",
    "a comment first": f"; by hand\n\n$TTL 60\n@\tIN {SOA}@ NS localhost.\n",
    "its origin first": f"$ORIGIN rpz.aupkeep.\n$TTL 60\n@ {SOA}@ NS localhost.\n",
    "as we begin it": f"$TTL 60\n@ {SOA}@ NS localhost.\n",
}


def names(folder: Path, name: str = NAME) -> Bench:
    """The driver `rpz` over a file that nobody reads."""
    map_ = folder / "rpz.zone"
    return bench_over(
        RPZ,
        folder,
        {"map": str(map_)},
        measure=Measure.BLOCK_NAME,
        aim=lambda *_, **__: Scope(customer="acme", resource="vm-7", name=name),
        reaches=no_reaches,
    )


@pytest.mark.parametrize("names_of_others", ["", "$ORIGIN sub.rpz.aupkeep.\n"])
@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_records_of_the_zone_itself_stay_its_own(head: str, names_of_others: str, tmp_path: Path):
    """No row of ours comes between a name and its lines, before the SOA or below an origin."""
    zone = tmp_path / "rpz.zone"
    zone.write_text(f"{head}{names_of_others}other.example CNAME .\n")
    bench = names(tmp_path)
    place = put(bench.driver(), bench.order())
    lines = zone.read_text().replace(" 2 3600", " 1 3600")
    above, _, below = lines.partition(f"{place} TXT")
    assert above == head
    assert below.endswith(f"\n{names_of_others}other.example CNAME .\n")


@pytest.mark.parametrize(
    "name", ["8.0.0.0.127.rpz-client-ip", "32.7.2.0.192.rpz-ip", "ns.example.RPZ-NSDNAME."]
)
def test_a_rule_on_addresses_is_no_name(name: str, tmp_path: Path):
    """A policy zone reads such names as all that asks from a prefix, or leads into one."""
    bench = names(tmp_path, name)
    bench.driver()
    before = (tmp_path / "rpz.zone").read_bytes()
    with pytest.raises(DriverRefused, match="found a trigger of RPZ"):
        put(bench.driver(), bench.order())
    assert (tmp_path / "rpz.zone").read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o600])
def test_whoever_may_read_the_file_still_may(mode: int, tmp_path: Path):
    """Owner, group and mode are those of the file that was replaced."""
    pages = tmp_path / "pages.map"
    pages.write_text("")
    os.chown(pages, *((65534, 65533) if os.geteuid() == 0 else (os.geteuid(), os.getegid())))
    pages.chmod(mode)
    former = pages.stat()
    aim = aim_at(80)
    options = {"map": str(pages)}
    bench = bench_over(
        NGINX, tmp_path, options, measure=Measure.BLOCK_URL, aim=aim, reaches=no_reaches
    )
    put(bench.driver(), bench.order(aim=aim(Measure.BLOCK_URL, FOUR)))
    now = pages.stat()
    assert (now.st_uid, now.st_gid, now.st_mode) == (former.st_uid, former.st_gid, former.st_mode)
    assert now.st_ino != former.st_ino


def test_a_page_that_nginx_cannot_hold_is_refused(tmp_path: Path):
    """A word of more than 4,096 bytes fails each reload: it is refused, and says what is next."""
    options = {"map": str(tmp_path / "pages.map")}
    aim = aim_at(80)
    bench = bench_over(
        NGINX, tmp_path, options, measure=Measure.BLOCK_URL, aim=aim, reaches=no_reaches
    )
    long = aim(Measure.BLOCK_URL, FOUR, url=f"http://shop.example/{'!' * 1100}")
    with pytest.raises(DriverRefused, match="too long for nginx; the next narrowest"):
        put(bench.driver(), bench.order(aim=long))
    short = aim(Measure.BLOCK_URL, FOUR, url=f"http://shop.example/{'!' * 900}")
    assert put(bench.driver(), bench.order(aim=short)) in (tmp_path / "pages.map").read_text()

"""The drivers of web servers over real ones: the page is answered 451, everything else goes on."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aupkeep.enforcement.driver import DriverContext, by_place
from aupkeep.enforcement.drivers import haproxy as haproxy_driver
from aupkeep.enforcement.drivers import nginx as nginx_driver
from aupkeep.enforcement.guard import GuardedDriver
from aupkeep.enforcement.protect import NOTHING
from aupkeep.model.errors import DriverRefused, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.maps.haproxy_server import haproxy
from enforcement.maps.nginx_server import WebServer, nginx
from enforcement.maps.pages import aim_at, no_reaches

pytestmark = [pytest.mark.network, pytest.mark.nightly("content")]
DRIVERS = {"nginx": nginx_driver.DRIVER, "haproxy": haproxy_driver.DRIVER}
SERVERS = {"nginx": nginx, "haproxy": haproxy}


@pytest.fixture(scope="module", params=list(SERVERS))
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """One server of each kind for all tests here."""
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    with SERVERS[request.param](tmp_path_factory.mktemp("web") / request.param) as running:
        yield running


@pytest.fixture
def bench(server: WebServer, tmp_path: Path) -> Bench:
    """The driver over that server, with an empty map; HAProxy ends rows by its own clock."""
    plugin = DRIVERS[server.folder.name]
    own = plugin.able.ends_by_itself
    server.map.write_text("")
    bench = bench_over(
        plugin,
        tmp_path,
        server.options,
        now=(lambda: datetime.now(UTC)) if own else None,
        measure=Measure.BLOCK_URL,
        aim=aim_at(server.port),
        reaches=no_reaches,
    )
    bench.driver()
    return bench


class TestPages(Contract):
    """The suite, over each server."""


def blocked(
    bench: Bench, server: WebServer, target: str, driver: GuardedDriver | None = None
) -> str:
    """Block a page of shop.example; the place."""
    url = f"http://shop.example:{server.port}{target}"
    aim = bench.aim(Measure.BLOCK_URL, url=url)
    return put(driver or bench.driver(), bench.order(aim=aim))


def test_a_blocked_page_says_who_blocks_it(bench: Bench, server: WebServer):
    """451 with `blocked-by` (RFC 7725), in the visitor's language, stored nowhere."""
    blocked(bench, server, "/login?step=1")
    answer = server.get("/login?step=1")
    assert answer.status == 451
    assert answer.headers["Link"] == '<https://provider.example/>; rel="blocked-by"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "This page is blocked" in answer.body
    for wanted, word in (
        ("nb-NO,nb;q=0.9,en;q=0.8", "Denne siden er sperret"),
        ("de, no", "Denne siden er sperret"),
        ("en-GB,nb", "This page is blocked"),
        ("de", "This page is blocked"),
    ):
        assert word in server.get("/login?step=1", Accept_Language=wanted).body


@pytest.mark.parametrize(
    ("page", "same", "others"),
    [
        ("/login?step=1", ["/%6cogin?step=1"],
         ["/login", "/login?step=2", "/Login?step=1", "/login/?step=1", "/login?step=1&a", "/"]),
        ("/x/../in?", ["/in", "/in?"], ["/x", "/x/in"]),
        ("/a%20b/%C3%A5", ["/a%20b/%c3%A5"], ["/a", "/a%20b/%C3%A6"]),
        ("//twice", ["//twice"], ["/twice", "//twice?x"]),
        ("/a%2Fb", ["/a%2Fb"], ["/a/b"]),
        ("/a%3Fb", ["/a%3fb"], ["/a?b", "/a"]),
        ("/$uri;{}'%22%5C%0A#top", ["/$uri;%7B%7D'%22%5C%0A"], ["/$uri", "/"]),
        ("/line%0A", ["/line%0A"], ["/line"]),
        ("/%23aupkeep", ["/%23aupkeep"], ["/"]),
    ],
)  # fmt: skip
def test_exactly_that_page(
    bench: Bench, server: WebServer, page: str, same: list[str], others: list[str]
):
    """Every spelling of the page that clients or the server read as one; no other page."""
    blocked(bench, server, page)
    for target in same:
        assert server.get(target).status == 451, target
        assert server.get(target, host="SHOP.example.").status == 451
        assert server.get(target, host="other.example").status == 200
    for target in others:
        assert server.get(target).status == 200, target


def test_nginx_takes_dots_and_slashes_together(bench: Bench, server: WebServer):
    """What nginx itself reads as the page is blocked with it, however a visitor spells it."""
    if bench.name == "nginx":
        blocked(bench, server, "/in")
        for target in ("//in", "/x/../in", "/./in"):
            assert server.get(target).status == 451, target


def test_a_page_by_https_is_none_by_http(bench: Bench, server: WebServer):
    """Asked with the name in TLS; the same path without TLS is another page."""
    if server.tls:
        driver = bench.driver()
        url = f"https://shop.example:{server.tls}/secure"
        action = bench.order(aim=bench.aim(Measure.BLOCK_URL, url=url))
        place = put(driver, action)
        assert driver.prove(action).seen
        assert server.get("/secure").status == 200
        driver.revert(place, action.id)
        assert not driver.prove(action).seen


def test_what_others_wrote_stays(bench: Bench, server: WebServer):
    """A hand-edited map is shown, kept byte for byte, and not overwritten at its place."""
    own = bench.aim(Measure.BLOCK_URL)
    server.map.write_text("")
    key = bench.driver().place(bench.order(aim=own))
    theirs = f'# by hand\r\n"~^http://shop\\.example" "";\n{key} mine;'
    server.map.write_text(theirs)
    driver = bench.driver()
    foreign = {element.place for element in driver.observe() if not element.action}
    assert foreign == {'"~^http://shop\\.example"', key}
    with pytest.raises(DriverRefused, match="not ours"):
        put(driver, bench.order(aim=own))
    driver = bench.driver()
    plan = driver.plan(bench.order(aim=own), {}, NOTHING)
    with pytest.raises(DriverRefused, match="not ours"):
        driver.apply(plan)
    assert server.map.read_bytes() == theirs.encode()
    server.map.write_text("# by hand\r\n")
    place = put(driver, bench.order(aim=own))
    assert server.map.read_bytes().startswith(b"# by hand\r\n")
    driver.revert(place, bench.order().id)
    assert server.map.read_bytes() == b"# by hand\r\n"


def test_a_row_that_somebody_changed_is_set_anew(bench: Bench, server: WebServer):
    """Our row edited by hand is a stranger's from then on; ours is missing, and told so."""
    driver = bench.driver()
    place = blocked(bench, server, "/xyz", driver)
    server.map.write_text(server.map.read_text().replace("xyz", "zyx", 1))
    assert [element.action for element in driver.observe()] == [""]
    assert blocked(bench, server, "/xyz", driver) == place
    assert len(driver.observe()) == 2


def test_a_reload_that_fails_leaves_all_as_it_was(bench: Bench, server: WebServer):
    """A configuration that the server refuses: told, the map as before, the page still open."""
    conf = server.conf
    good, former = conf.read_text(), server.map.read_bytes()
    driver = bench.driver()
    conf.write_text("nonsense;\n")
    try:
        with pytest.raises(Unavailable, match="nonsense"):
            blocked(bench, server, "/r", driver)
    finally:
        conf.write_text(good)
    assert server.map.read_bytes() == former
    assert server.get("/r").status == 200
    place = blocked(bench, server, "/r", driver)
    standing = server.map.read_bytes()
    conf.write_text("nonsense;\n")
    try:
        with pytest.raises(Unavailable):
            driver.revert(place, bench.order().id)
    finally:
        conf.write_text(good)
    assert server.map.read_bytes() == standing
    driver.revert(place, bench.order().id)
    assert server.get("/r").status == 200


def test_a_site_without_the_include_is_told(
    bench: Bench, server: WebServer, monkeypatch: pytest.MonkeyPatch
):
    """The server answers 200 although the row stands: not applied, and the row is gone again."""
    monkeypatch.setattr("aupkeep.enforcement.maps.map_driver.WAIT", 0.2)
    host, port = server.bare
    aim = bench.aim(Measure.BLOCK_URL, url=f"http://{host}:{server.port}/x")
    options = {**server.options, "ask_http": f"127.0.0.1:{port}"}
    context = DriverContext(folder=bench.folder, now=bench.now, options=options)
    driver = DRIVERS[bench.name].open(context)
    with pytest.raises(Unavailable, match=r"expected 451 by action .*, found 200"):
        put(driver, bench.order(aim=aim))
    assert server.map.read_bytes() == b""


def test_killed_between_the_file_and_the_reload(bench: Bench, server: WebServer):
    """The next agent has the server read what the last one wrote and did not reload."""
    driver = bench.driver()
    place = blocked(bench, server, "/x", driver)
    with_row = server.map.read_bytes()
    server.map.write_bytes(b"")
    assert server.get("/x").status == 451
    assert bench.open(100).prepare() == ()
    server.map.write_bytes(with_row)
    assert bench.open(100).prepare() == (f"{server.map}: read anew",)
    assert driver.revert(place, bench.order().id).after is None


def test_a_server_that_is_away_holds_nothing_up(bench: Bench, server: WebServer, tmp_path: Path):
    """Nobody answers: what the file says is taken to stand and said; a lift goes on."""
    driver = bench.driver()
    place = blocked(bench, server, "/x", driver)
    away = {**server.options, "ask_http": "127.0.0.1:1", "check": ["true"], "reload": ["true"]}
    context = DriverContext(folder=tmp_path, now=bench.now, options=away)
    lonely = DRIVERS[bench.name].open(context)
    (element,) = lonely.observe()
    assert element.expires is not None
    assert "does not answer" in lonely.unread
    assert lonely.revert(place, element.action).after is None


@pytest.mark.parametrize("data", [b"\xff\xfe", b"x" * (33 << 20)], ids=["bytes", "size"])
def test_a_map_that_cannot_be_read(bench: Bench, server: WebServer, data: bytes):
    """Told, and not written over."""
    server.map.write_bytes(data)
    driver = bench.open(10)
    for work in (driver.observe, driver.prepare):
        with pytest.raises(Unavailable, match=r"pages\.map"):
            work()
    assert server.map.read_bytes() == data


def test_a_longer_end_keeps_one_row(bench: Bench, server: WebServer):
    """The same page for longer is the same row with another end."""
    driver = bench.driver()
    action = bench.order()
    put(driver, action)
    put(driver, replace(action, until=action.until + timedelta(hours=1)))
    assert len(by_place(driver.observe())) == 1
    assert server.map.read_text().count("\n") == 1

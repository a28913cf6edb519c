"""The pages over a real install, in Chromium: real processes, real mail, a real decision."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from web.conftest import Guest
from web.install import ADA, BEN, Install, furnish
from web.test_browser import check

pytestmark = [pytest.mark.browser, pytest.mark.network, pytest.mark.slow]
MOST_MS = 3_000  # a page that hangs; how quick they are is measured, not tested
ACCUSED = ("Nordlys", "C-1007", "vm-4", "drift@")
REPORTED = ("cert.example", "soc@", "Example CERT")
DAILY = {"queue", "case", "inbox", "customers", "enforcement", "notices", "people", "c", "r"}
People = Callable[..., Guest]
Walked = dict[str, float]  # an address of the console, and milliseconds


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    """One install for all tests here, which leave alone each other's cases."""
    with Install.open(tmp_path_factory.mktemp("install")) as found:
        furnish(found)
        yield found


@pytest.fixture(scope="module")
def walked() -> Walked:
    """What one test found by all links, so that no other follows them again; empty before."""
    return {}


@pytest.fixture
def people(install: Install, chromium: Browser) -> Iterator[People]:
    """Makes browsers: `people(ADA)` signed in, by a link the first time; `people()` a stranger."""
    made: list[Guest] = []

    def make(
        person: tuple[str, str] | None = None,
        scheme: str = "light",
        size: tuple[int, int] = (1440, 900),
    ) -> Guest:
        tab = Guest(chromium, install.world.url, scheme, size)
        made.append(tab)
        if person in install.sessions:
            tab.context.add_cookies(install.sessions[person])
            tab.go("/queue")
        elif person:
            link = install.world.command("staff", "link", person[0])["link"]
            tab.page.goto(link)
            tab.page.get_by_role("button", name="Sign in now").click()
            tab.page.wait_for_url("**/queue")
            install.sessions[person] = tab.context.cookies()
        return tab

    yield make
    for tab in made:
        tab.context.close()
        assert tab.strays == [], "a page asked another host for something"
        assert tab.refused == [], "a page broke its own content security policy"


def choose(tab: Guest, measure: str, hours: int, reasons: str) -> None:
    """Fill in the decision and send it."""
    radio = tab.page.get_by_role("radio", name=measure)
    if radio.count() == 0:  # below what a rule proposes
        tab.page.get_by_text("Something else").click()
    radio.check()
    tab.page.get_by_label("Hours", exact=True).fill(str(hours))
    tab.page.get_by_label("Reasons").fill(reasons)
    tab.page.get_by_role("button", name="Decide").click()


def text(tab: Guest) -> str:
    """Everything the page says."""
    return tab.page.locator("body").inner_text()


def until(tab: Guest, words: str) -> None:
    """Load the page anew until it says so."""
    for _ in range(100):
        if words in text(tab):
            return
        time.sleep(0.1)
        tab.page.reload()
    pytest.fail(f"{tab.path()} never said {words!r}")


def test_a_link_signs_in_once(install: Install, people: People):
    """Looking at the link leaves it whole, the button uses it up, signing out ends it."""
    link = install.world.command("staff", "link", ADA[0])["link"]
    tab, other = people(), people()
    for _ in range(2):
        tab.page.goto(link)
    tab.page.get_by_role("button", name="Sign in now").click()
    tab.page.wait_for_url("**/queue")
    assert ADA[1] in text(tab)
    other.page.goto(link)
    with other.page.expect_response(link) as answer:
        other.page.get_by_role("button", name="Sign in now").click()
    assert answer.value.status == 410
    tab.page.get_by_role("button", name="Sign out").click()
    tab.go("/queue")
    assert tab.path() == "/sign-in"


def test_a_case_is_decided_seen_and_undone(install: Install, people: People):
    """From the queue to a measure read back, answered by the customer, and lifted again."""
    reference = install.case_of("C-1007")["reference"]
    tab = people(ADA)
    tab.go("/queue?view=all")
    tab.page.get_by_role("link", name=reference).click()
    assert "Password guessing: 203.0.113.7" in text(tab)
    assert "The holder has changed since" in text(tab)
    choose(tab, "Close one port out", 24, "It goes on; the narrowest that stops it.")
    tab.page.wait_for_url("**?done=decided")
    until(tab, "would apply block-port 203.0.113.8")
    _answer(install, people(None, "dark", (390, 844)))
    tab.go(f"/case/{reference}")
    assert "unread" in text(tab)
    assert "Passordet er byttet" in text(tab)
    tab.page.get_by_role("button", name="Mark as read").click()
    tab.page.wait_for_url("**?done=read")
    assert f"read by {ADA[0]}" in text(tab)
    tab.page.get_by_text("Undo", exact=True).click()
    tab.page.get_by_label("Why is it lifted?").fill("fixed by the customer")
    tab.page.get_by_role("button", name="Undo this action").click()
    tab.page.wait_for_url("**?done=undone")
    until(tab, "Measure withdrawn, never in force")
    _told(install, people())


def _answer(install: Install, tab: Guest) -> None:
    """The customer opens the letter's link on a phone and says that it is fixed."""
    tab.go(install.link_to("drift@nordlys.example", "c"))
    said = text(tab)
    assert "Ingenting er begrenset." in said  # the driver of this install only writes down
    assert "Trafikk fra 203.0.113.8 til port tcp/22 ville vært sperret." in said
    assert not [word for word in REPORTED if word in tab.page.content()]
    tab.page.get_by_label("Jeg har rettet det").check()
    tab.page.get_by_label("Med dine egne ord").fill("Passordet er byttet.")
    tab.page.get_by_role("button", name="Send svaret").click()
    assert "Takk" in tab.page.get_by_role("status").inner_text()
    assert tab.context.cookies() == []


def _told(install: Install, tab: Guest) -> None:
    """The reporter sees how far it came and not whose it was."""
    tab.go(install.link_to("soc@cert.example", "r"))
    assert "Password guessing" in text(tab)
    assert "Limited in our network\nnot yet" in text(tab)
    assert not [word for word in ACCUSED if word in tab.page.content()]


def test_an_account_takes_two_people(install: Install, people: People):
    """One person's wish waits, the same person cannot approve it, a colleague can."""
    reference = install.world.command("case", "list")
    (found,) = [it for it in reference if it["kind"] == "content/phishing"]
    ada, ben = people(ADA), people(BEN)
    ada.go(f"/case/{found['reference']}")
    choose(ada, "Suspend the account", 24, "The page asks for a bank's passwords.")
    assert "a second person and a note" in text(ada)
    ada.page.locator("#note").fill("Nothing else is hosted there.")
    choose(ada, "Suspend the account", 24, "The page asks for a bank's passwords.")
    assert "Waits for a second person" in text(ada)
    assert "Someone else must approve it." in text(ada)
    assert ada.page.get_by_role("button", name="Approve").count() == 0
    ben.go(f"/case/{found['reference']}")
    ben.page.get_by_label("Your own reasons").fill("I looked at the page myself.")
    ben.page.get_by_role("button", name="Approve").click()
    ben.page.wait_for_url("**?done=approved")
    assert "Waits for a second person" not in text(ben)
    assert "Ada Solberg and Ben Okafor" in text(ben)


def test_a_refusal_and_a_stale_page_say_why(install: Install, people: People):
    """The gate's reason stands on the page with the draft; of two open pages the later loses."""
    (found,) = [it for it in install.world.command("case", "list") if it["customer"] == "C-0419"]
    tab, late = people(ADA), people(BEN)
    for it in (tab, late):
        it.go(f"/case/{found['reference']}")
    choose(tab, "Close one port out", 700, "my careful draft")
    alert = tab.page.get_by_role("alert").inner_text()
    assert "at most 168 hours" in alert
    assert tab.page.get_by_label("Reasons").input_value() == "my careful draft"
    choose(late, "Tell the customer", 1, "told too late")
    assert "the case has changed" in late.page.get_by_role("alert").inner_text()
    assert late.page.get_by_label("Reasons").input_value() == "told too late"


def test_an_inbox_item_is_taken_out(people: People):
    """A person reads what no parser could, and says what was done with it."""
    tab = people(ADA)
    tab.go("/inbox")
    tab.page.get_by_role("link", name="Complaint").click()
    assert "Somebody of yours is a bad person" in text(tab)
    tab.page.get_by_label("What did you do").fill("asked for log lines")
    tab.page.get_by_role("button", name="Mark as done").click()
    tab.page.wait_for_url("**/inbox?done")
    assert tab.page.get_by_role("link", name="Complaint").count() == 0


def test_both_banners_are_seen(install: Install, people: People):
    """Freezing and listening stand on every page, in both schemes, accessible."""
    world = install.world
    world.command("freeze", "--reason", "a drill <b>" + "x" * 300, "--as", ADA[0])
    world.command("listen", "on", "--reason", "a drill")
    try:
        for scheme in ("light", "dark"):
            tab = people(ADA, scheme)
            assert "Frozen since" in text(tab)
            assert "Listen mode." in text(tab)
            check(tab)
            tab.context.close()
    finally:
        world.command("thaw", "--reason", "over")
        world.command("listen", "off", "--reason", "over")


def test_looking_changes_nothing(install: Install, people: People, walked: Walked):
    """Every link of the console and of the letters by GET: not a row differs; none hangs."""
    tab = people(ADA)
    with install.still():
        before = install.digests()
        walked.update(_walk(tab))
        seen = walked | {path: _milliseconds(tab, path) for path in _letters(install)}
        assert install.digests() == before
    assert len(seen) > 25, seen
    slow = {path: ms for path, ms in seen.items() if ms > MOST_MS}
    assert {path: ms for path in slow if (ms := _milliseconds(tab, path)) > MOST_MS} == {}


@pytest.mark.parametrize(
    ("scheme", "most"),
    [
        ("light", 1),
        pytest.param("light", None, marks=pytest.mark.nightly("browser")),
        pytest.param("dark", 2, marks=pytest.mark.nightly("browser")),
    ],
)
def test_every_real_page_is_accessible(
    install: Install, people: People, walked: Walked, scheme: str, most: int | None
):
    """Hostile and long texts break neither axe's rules nor the edge of a narrow phone.

    The pages that most of the day is spent on, one of each kind; at night every page.
    """
    tab = people(ADA, scheme)
    kinds: dict[str, list[str]] = {}
    for path in (*(walked or _walk(tab)), *_letters(install)):
        if "=" not in path or path.endswith("view=closed"):
            kind = path.split("/")[1].partition("?")[0]
            if most != 1 or kind in DAILY:
                kinds.setdefault(kind, []).append(path)
    assert most != 1 or set(kinds) == DAILY, sorted(DAILY - set(kinds))
    for path in (path for paths in kinds.values() for path in paths[:most]):
        tab.go(path)
        assert tab.page.title() != "owned"
        check(tab)


def test_keys_move_open_and_find(install: Install, people: People):
    """None of 200 fast presses is lost, none acts inside a field; a person switches them off."""
    tab = people(ADA)
    tab.go("/queue?view=all")
    rows = tab.page.locator("table.rows .c-case a")
    last = rows.count() - 1
    assert last >= 3
    for key, count in (("j", 100), ("k", 98), ("k", 2)):
        for _ in range(count):
            tab.page.keyboard.press(key)
        at = rows.evaluate_all("links => links.indexOf(document.activeElement)")
        assert at == {"j": last}.get(key, 0)
    tab.page.keyboard.press("j")
    chosen = rows.nth(1).get_attribute("href")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(f"**{chosen}")
    tab.page.keyboard.press("?")
    assert tab.page.get_by_role("dialog", name="Keys").is_visible()
    check(tab)
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+k")
    tab.page.keyboard.type("jku?/")
    assert tab.page.locator("#find").input_value() == "jku?/"
    tab.go("/account")
    tab.page.get_by_role("button", name="Switch them off").click()
    tab.go("/queue?view=all")
    tab.page.keyboard.press("j")
    assert rows.evaluate_all("links => links.indexOf(document.activeElement)") == -1
    tab.go("/account")
    tab.page.get_by_role("button", name="Switch them on").click()


def _walk(tab: Guest) -> Walked:
    """Every address that the signed-in console links to, with how long it took in milliseconds.

    Each filter of a list alone: together they are a thousand.
    """
    waiting, seen = ["/queue"], dict[str, float]()
    while waiting:
        path = waiting.pop(0)
        begun = time.perf_counter()
        answer = tab.context.request.get(tab.base + path)
        seen[path] = (time.perf_counter() - begun) * 1000
        assert answer.status == 200, path
        links = re.findall(r'<a [^>]*href="([^"#]+)"', answer.text())
        base, asked, _ = path.partition("?")
        links = [it for it in links if not (asked and it.startswith("?"))]
        paths = [(base + it if it.startswith("?") else it).replace("&amp;", "&") for it in links]
        waiting += [it for it in dict.fromkeys(paths) if it not in (*seen, *waiting, "/")]
    return seen


def _letters(install: Install) -> list[str]:
    """The pages behind the letters' links, in both languages."""
    sent = (("drift@nordlys.example", "c"), ("noc@long.example", "c"), ("soc@uni.example", "r"))
    paths = [install.link_to(*it) for it in sent]
    return [f"{path}{language}" for path in paths for language in ("", "?language=nb")]


def _milliseconds(tab: Guest, path: str) -> float:
    """The best of two: what the server takes, not what else this machine does."""
    found = []
    for _ in range(2):
        start = time.perf_counter()
        tab.context.request.get(tab.base + path)
        found.append((time.perf_counter() - start) * 1000)
    return min(found)

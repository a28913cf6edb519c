"""The driver `libvirt` holds the contract: on a double, and at night on libvirt's test driver."""

import shutil
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from aupkeep.enforcement.domain_record import FILE
from aupkeep.enforcement.drivers import libvirt
from aupkeep.enforcement.drivers.libvirt import DRIVER
from aupkeep.enforcement.protect import NOTHING, read_protect
from aupkeep.model.action import ActionState
from aupkeep.model.errors import DriverRefused, Pending, Unavailable
from aupkeep.model.ladder import Measure
from enforcement.contract import Bench, Contract, bench_over, put
from enforcement.libvirt.double import Domain, DoubleLibvirt, TestDriver, aim, domain_of
from enforcement.orders import FOUR, SIX, order

SUSPEND = Measure.SUSPEND_RESOURCE
VM = domain_of(FOUR)


def bench_of(folder: Path, measure: Measure) -> Bench:
    return bench_over(
        DRIVER, folder, measure=measure, aim=aim, reaches=lambda measure: [], in_process=True
    )


@pytest.fixture
def double(monkeypatch) -> DoubleLibvirt:
    made = DoubleLibvirt()
    monkeypatch.setattr(libvirt.subprocess, "run", made.run)
    return made


@pytest.fixture
def bench(double, tmp_path) -> Bench:
    return bench_of(tmp_path, Measure.ISOLATE)


class TestDouble(Contract):
    """A libvirt in memory."""

    @pytest.fixture
    def bench(self, double, tmp_path) -> Bench:
        return bench_of(tmp_path, Measure.ISOLATE)


@pytest.mark.nightly("bgp")
class TestLibvirtsOwn(Contract):
    """Real virsh over libvirt's test driver, which cannot put a link down: suspensions alone."""

    @pytest.fixture
    def bench(self, monkeypatch, tmp_path):
        if not shutil.which("virsh"):
            pytest.skip("virsh: apt-get install libvirt-clients")
        names = [FOUR, SIX, *(ip_address(f"203.0.113.{10 + n}") for n in range(1, 20))]
        real = TestDriver(tmp_path, [domain_of(name) for name in names])
        monkeypatch.setattr(libvirt.subprocess, "run", real.run)
        monkeypatch.setattr(libvirt, "ABLE", replace(libvirt.ABLE, measures=frozenset({SUSPEND})))
        yield bench_of(tmp_path, SUSPEND)
        real.close()

    def test_invariant_05_never_wider(self, bench: Bench):
        """A field that a suspension cannot narrow by is refused."""
        for changes in ({"rate": 5}, {"url": "https://a.example"}, {"port": 22}):
            with pytest.raises(DriverRefused):
                bench.driver().plan(bench.order(aim=aim(SUSPEND, **changes)), {}, NOTHING)

    def test_a_link_cannot_be_put_down_there(self, bench: Bench):
        """The limit is libvirt's test driver's own, and is told."""
        able = frozenset({SUSPEND, Measure.ISOLATE})
        libvirt.ABLE = replace(libvirt.ABLE, measures=able)
        with pytest.raises(DriverRefused, match="not supported"):
            put(bench.driver(), bench.order(Measure.ISOLATE, aim=aim(Measure.ISOLATE)))
        assert bench.driver().observe() == ()


def test_every_interface_of_the_domain(bench: Bench, double: DoubleLibvirt):
    """Both are down while it is isolated; the one that was down before stays so after."""
    links = {"52:54:00:00:00:01": "up", "52:54:00:00:00:02": "down"}
    double.domains[VM] = Domain(links=dict(links))
    driver, action = bench.driver(), bench.order()
    place = put(driver, action)
    assert set(double.domains[VM].links.values()) == {"down"}
    driver.revert(place, action.id)
    assert double.domains[VM].links == links


def test_half_of_it_is_nothing(bench: Bench, double: DoubleLibvirt):
    """One link of two cannot be put down: the first goes up again, and nothing is held."""
    links = {"52:54:00:00:00:01": "up", "52:54:00:00:00:02": "up"}
    double.domains[VM] = Domain(links=dict(links))
    double.fixed.add("52:54:00:00:00:02")
    driver = bench.driver()
    with pytest.raises(DriverRefused, match="not supported"):
        put(driver, bench.order())
    assert (double.domains[VM].links, driver.observe()) == (links, ())


def test_a_domain_that_another_suspended_stays_so(bench: Bench, double: DoubleLibvirt):
    """We hold it too, and leave it as it was."""
    double.domains[VM] = Domain(state="paused")
    driver, action = bench.driver(), bench.order(SUSPEND, aim=aim(SUSPEND))
    driver.revert(put(driver, action), action.id)
    assert double.domains[VM].state == "paused"


def test_one_that_somebody_resumes_is_suspended_again(bench: Bench, double: DoubleLibvirt):
    """It is seen not to be whole, and put right by the next apply; then it goes back to running."""
    driver, action = bench.driver(), bench.order(SUSPEND, aim=aim(SUSPEND))
    place = put(driver, action)
    double.domains[VM].state = "running"
    (element,) = driver.observe()
    assert element.expires is None
    assert not driver.prove(action).seen
    put(driver, action)
    assert double.domains[VM].state == "paused"
    driver.revert(place, action.id)
    assert double.domains[VM].state == "running"


def test_one_that_is_off_is_pending(bench: Bench, double: DoubleLibvirt):
    """It cannot be suspended while it is off; it is not started by our giving back."""
    double.domains[VM] = Domain(state="shut off")
    driver, action = bench.driver(), bench.order(SUSPEND, aim=aim(SUSPEND))
    with pytest.raises(Pending, match="shut off"):
        put(driver, action)
    (element,) = driver.observe()
    driver.revert(element.place, action.id)
    assert double.domains[VM].state == "shut off"


def test_a_link_that_two_measures_need(bench: Bench, double: DoubleLibvirt):
    """It goes up with the last of them."""
    first = bench.order(number=1)
    second = bench.order(number=2, aim=aim(Measure.ISOLATE, SIX, resource=f"domain:{VM}"))
    driver = bench.driver()
    places = [put(driver, first), put(driver, second)]
    driver.revert(places[0], first.id)
    assert set(double.domains[VM].links.values()) == {"down"}
    driver.revert(places[1], second.id)
    assert set(double.domains[VM].links.values()) == {"up"}


def test_a_domain_that_is_gone(bench: Bench, double: DoubleLibvirt):
    """Before: refused. While it is held: its release is done, nothing is left to give back."""
    driver, action = bench.driver(), bench.order()
    double.missing.add(VM)
    with pytest.raises(DriverRefused, match="failed to get domain"):
        put(driver, action)
    double.missing.clear()
    place = put(driver, action)
    double.missing.add(VM)
    assert driver.revert(place, action.id).after is None
    assert driver.observe() == ()


def test_an_interface_that_is_attached_while_it_is_isolated(bench: Bench, double: DoubleLibvirt):
    """It is put down, too, and comes back as it was; one that is taken off holds nothing up."""
    driver, action = bench.driver(), bench.order()
    place = put(driver, action)
    links = double.domains[VM].links
    links["52:54:00:00:00:02"] = "up"
    (element,) = bench.driver().observe()
    assert element.expires is None
    put(bench.driver(), action)
    assert set(links.values()) == {"down"}
    gone = links.pop("52:54:00:00:00:01")
    (element,) = bench.driver().observe()
    assert element.expires == action.until
    put(bench.driver(), action)
    links["52:54:00:00:00:01"] = gone  # the same one, as it was taken off
    driver.revert(place, action.id)
    assert set(links.values()) == {"up"}
    place = put(driver, action)
    links.clear()
    driver.revert(place, action.id)
    assert driver.observe() == ()


def test_a_domain_that_cannot_be_read_keeps_no_other(bench: Bench, double: DoubleLibvirt):
    """It is taken to stand, and told; what is wanted of others begins, and ends."""
    driver, first = bench.driver(), bench.order(number=1)
    other = bench.order(number=2, aim=aim(Measure.ISOLATE, SIX))
    places = put(driver, first), put(driver, other)
    double.closed.add(VM)
    assert [x.expires for x in driver.observe()] == [first.until, other.until]
    assert "not read, taken to stand: libvirt: domif" in driver.unread
    driver.revert(places[1], other.id)
    assert set(double.domains[domain_of(SIX)].links.values()) == {"up"}
    put(driver, other)
    with pytest.raises(Unavailable, match="access denied"):
        driver.revert(places[0], first.id)
    double.closed.clear()
    driver.revert(places[0], first.id)
    assert [x.action for x in driver.observe()] == [other.id]


@pytest.mark.parametrize("measure", [Measure.ISOLATE, SUSPEND])
@pytest.mark.parametrize(
    "said",
    [
        {"dumpxml": "<filterref><parameter name='IP' value='203.0.113.53'/></filterref>"},
        {"dumpxml": '<interface><ip address="203.0.113.53" prefix="24"/></interface>'},
        {"domifaddr": " vnet0  52:54:00:00:00:01  ipv4  203.0.113.53/24\n"},
    ],
)
def test_a_domain_with_a_protected_address_is_left_alone(
    bench: Bench, double: DoubleLibvirt, measure: Measure, said: dict[str, str]
):
    """A domain is taken whole, whichever of its addresses is named."""
    driver, action = bench.driver(), bench.order(measure, aim=aim(measure))
    double.domains[VM] = Domain(said=said)
    plan = driver.plan(action, {}, read_protect(["203.0.113.53"]))
    with pytest.raises(DriverRefused, match=r"address 203\.0\.113\.53 is on the protect list"):
        driver.apply(plan)
    assert (double.domains[VM].state, driver.observe()) == ("running", ())
    assert set(double.domains[VM].links.values()) == {"up"}
    driver.apply(driver.plan(action, {}, read_protect(["203.0.113.54"])))


@pytest.mark.parametrize("measure", [Measure.ISOLATE, SUSPEND])
def test_invariant_04_a_domain_whose_other_address_is_protected_later_is_given_back(
    bench: Bench, double: DoubleLibvirt, measure: Measure
):
    """The scope names one address, the domain goes whole: the agent lifts it at its next step."""
    action = bench.order(measure, aim=aim(measure))
    double.domains[VM] = Domain(said={"dumpxml": "<ip address='203.0.113.53'/>"})
    assert bench.agent(action).step().actions[0].state is ActionState.APPLIED
    (bench.folder / "protect").write_text("203.0.113.53  # the pump\n")
    report = bench.agent(action).step()
    assert bench.driver().observe() == ()
    assert "address 203.0.113.53 is on the protect list" in (report.actions[0].proof or "")


def test_libvirt_is_away(bench: Bench, double: DoubleLibvirt):
    """Nothing is said to stand or to be gone; a record that cannot be read is no empty one."""
    driver, action = bench.driver(), bench.order()
    place = put(driver, action)
    double.down = True
    for ask in (driver.prepare, driver.observe, lambda: driver.revert(place, action.id)):
        with pytest.raises(Unavailable, match="failed to connect"):
            ask()
    double.down = False
    (bench.folder / FILE).write_text("{")
    with pytest.raises(Unavailable, match="readable record"):
        driver.observe()


@pytest.mark.parametrize("name", ["vm-7", "domain:vm-7", "domain:", f"domain:{VM} --config", VM])
def test_only_a_uuid_names_a_domain(bench: Bench, double: DoubleLibvirt, name: str):
    """No other word becomes one of a command's."""
    bench.driver()
    with pytest.raises(DriverRefused, match="domain:UUID"):
        bench.driver().plan(bench.order(aim=aim(Measure.ISOLATE, resource=name)), {}, NOTHING)
    assert {words[0] for words in double.said} == {"uri"}


def test_the_agent_dies_between_writing_down_and_doing(bench: Bench, double: DoubleLibvirt):
    """What it was is known; the release changes nothing that was never changed."""
    driver, action = bench.driver(), order(SUSPEND, driver="libvirt", aim=aim(SUSPEND))
    driver.driver._set = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        put(driver, action)
    (element,) = bench.driver().observe()
    assert element.expires is None
    bench.driver().revert(element.place, action.id)
    assert double.domains[VM].state == "running"


@pytest.mark.parametrize("measure", [SUSPEND, Measure.ISOLATE])
def test_a_domain_that_goes_on_sending(bench: Bench, double: DoubleLibvirt, measure):
    """It is told from the second look on, for as long as it sends."""
    driver, action = bench.driver(), bench.order(measure, aim=aim(measure))
    place = put(driver, action)
    assert driver.doubt(action) is None
    double.domains[VM].sent = 12
    assert (
        driver.doubt(action) == "libvirt counts 5 packets that the domain sent since the last look"
    )
    assert driver.doubt(action) is None
    driver.revert(place, action.id)
    double.domains[VM].sent = 90
    assert driver.doubt(action) is None


def test_a_libvirt_that_counts_nothing_raises_no_doubt(bench: Bench, double: DoubleLibvirt):
    """Nor does one that does not answer at that moment."""
    driver, action = bench.driver(), bench.order()
    put(driver, action)
    double.domains[VM].sent = None
    assert driver.doubt(action) is None
    double.down = True
    assert driver.doubt(action) is None

"""The extra driver `redirect` holds the contract, in the kernel of a namespace of its own."""

import subprocess
from datetime import UTC, datetime

import pytest
from aupkeep_intercept.redirect import DRIVER

from aupkeep.enforcement.driver import DriverContext
from aupkeep.model.errors import DriverRefused, Invalid
from aupkeep.model.ladder import Measure
from enforcement.contract import Contract, bench_over, put
from enforcement.orders import FOUR, PEER, SIX, scope

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.nightly("processes")]
SINKS = {"sink4": "192.0.2.1:8451", "sink6": "[2001:db8:f::1]:8451"}


def now():
    """The real clock."""
    return datetime.now(UTC)


def over(folder, options):
    """A bench over the kernel of this thread's namespace."""
    return bench_over(
        DRIVER, folder, options, now=now, measure=Measure.INTERCEPT, reaches=lambda _: []
    )


def ruleset():
    """All of the kernel's rules, without counts."""
    done = subprocess.run(["nft", "-s", "list", "ruleset"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.usefixtures("namespace")
class TestRedirect(Contract):
    """The whole suite."""

    @pytest.fixture
    def bench(self, tmp_path):
        """The kernel of a fresh namespace and the real clock."""
        return over(tmp_path, SINKS)

    def test_plan_names_what_it_touches(self, bench):
        """The address, its resource, and the peer of its connections."""
        plan = bench.driver().plan(bench.order(), {})
        assert set(plan.touches) == {str(FOUR), "vm-7", str(PEER[4])}
        assert plan.ops

    def test_state_after_is_state_before(self, bench):
        """After one came and went the ruleset is byte for byte what it was."""
        driver = bench.driver()
        before = ruleset()
        place = put(driver, bench.order())
        assert ruleset() != before
        driver.revert(place, bench.order().id)
        assert ruleset() == before

    @pytest.mark.parametrize(
        "edits",
        [
            "flush chain {0} divert",
            "insert rule {0} divert accept",
            "add rule {0} divert tcp dport 80 dnat ip to 192.0.2.99:80",
            "flush chain {0} divert; add rule {0} divert accept; add rule {0} divert accept",
            "add table {0} {{ flags dormant; }}",
            "add chain {0} more {{ type filter hook forward priority 0; policy drop; }}",
        ],
    )
    def test_rules_that_somebody_edits_are_put_back(self, bench, edits):
        """As many rules are not the same rules; what stands goes on, and it is told once."""
        driver = bench.driver()
        put(driver, bench.order())
        before = ruleset()
        subprocess.run(["nft", edits.format("inet aupkeep_redirect")], check=True)
        assert ruleset() != before
        assert driver.prepare() == ("laid the table aupkeep_redirect with its two rules",)
        assert driver.prepare() == ()
        assert sorted(ruleset().splitlines()) == sorted(before.splitlines())
        assert len(driver.observe()) == 1

    @pytest.mark.parametrize("address", [FOUR, SIX])
    def test_one_that_leads_elsewhere_is_set_anew(self, bench, address):
        """Somebody changed where it leads, under our words: it is not ours as it is."""
        order = bench.order(aim=scope(Measure.INTERCEPT, address))
        bench.bound()
        (bench.folder / "bounds").write_text("prefix 203.0.113.0/24\nprefix 2001:db8:a::/48\n")
        bench.agent(order).step()
        name, _, key = bench.driver().place(order).partition(" ")
        other = "198.51.100.9 . 80" if address is FOUR else "2001:db8:f::9 . 80"
        words = f'{key} timeout 1h comment "{order.reference} {order.id}" : {other}'
        for verb, element in (("delete", key), ("add", words)):
            command = f"{verb} element inet aupkeep_redirect {name} {{ {element} }}"
            subprocess.run(["nft", command], check=True)
        (element,) = bench.driver().observe()
        assert (element.action, element.expires) == (order.id, None)
        assert bench.agent(order).step().repaired == (order.id,)
        assert other not in ruleset()

    def test_without_a_sinkhole_of_that_version_it_refuses(self, tmp_path):
        """Nothing is diverted to nowhere."""
        bench = over(tmp_path, {"sink6": SINKS["sink6"]})
        with pytest.raises(DriverRefused, match="sink4"):
            put(bench.driver(), bench.order())


@pytest.mark.parametrize("options", [{"sink4": "192.0.2.1"}, {"sink4": "[::1]:1"}, {"to": "x"}])
def test_an_option_that_means_nothing_is_refused(tmp_path, options):
    """Before anything is laid."""
    with pytest.raises(Invalid):
        DRIVER.open(DriverContext(folder=tmp_path, now=now, options=options))

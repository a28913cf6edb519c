"""Overlapping address spaces: what is known of the site makes a report attributable."""

import dataclasses
import json
from datetime import timedelta

import pytest

from app.conftest import JUST_NOW, report, with_settings
from app.steps import enforce, follow, guess, post
from aupkeep.app.deciding.case_list import list_cases
from aupkeep.app.inventory.imports import import_assignments
from aupkeep.app.inventory.own_space import declare_space
from aupkeep.app.receiving.receive import RawEnvelope, receive
from aupkeep.app.telemetry.collector.delivery_queue import deliver
from aupkeep.config.settings import FeedSettings, FlowSettings
from aupkeep.model.raw import Channel
from aupkeep.store import actions, case_facets, raws, reports
from aupkeep.store.case_filter import CaseFilter

BOTH = "10.1.0.7"


@pytest.fixture
def overlapping(furnished):
    """The same private address at two sites: alder's in Berlin, birch's in Oslo."""
    for site in ("berlin", "oslo"):
        declare_space(furnished, "10.1.0.0/16", site)
    told = import_assignments(
        furnished,
        b"address,customer,resource,from,until,site\n"
        b"10.1.0.7,alder,vm-1,2026-01-01T00:00:00Z,,berlin\n"
        b"10.1.0.7,birch,vm-2,2026-01-01T00:00:00Z,,oslo\n",
        "csv",
    )
    assert not told.dead
    return furnished


def mailed(context, *recipients: str, channel=Channel.LMTP, site=None, at=JUST_NOW):
    """A mail about the address, and the customers of the cases it joined."""
    envelope = RawEnvelope(
        channel=channel,
        peer="127.0.0.1",
        sender="soc@cert.example",
        recipients=recipients,
        site=site,
    )
    receipt = receive(context, report(BOTH, at), envelope)
    return [case.customer for case in follow(context, receipt.raw)]


def test_report_without_a_site_is_nobodys(overlapping):
    """Two sites, two holders: the report waits in the inbox, disputed."""
    assert mailed(overlapping) == []
    (waiting,) = reports.inbox()
    assert "disputed between 2" in waiting.inbox_reason


@pytest.mark.parametrize(
    ("recipients", "holder"),
    [
        (("abuse@oslo.example",), ["birch"]),
        (("Abuse@Berlin.example",), ["alder"]),
        (("abuse@aupkeep.example",), ["alder"]),
        (("abuse@oslo.example", "abuse@berlin.example"), []),
    ],
)
def test_site_of_a_mail_channel(overlapping, recipients, holder):
    """The recipient says the site, else the channel; two recipients of two sites say nothing."""
    sites = ("lmtp=berlin", "abuse@oslo.example=oslo", "abuse@berlin.example = berlin", "nonsense")
    mail = dataclasses.replace(overlapping.settings.mail, sites=sites)
    assert mailed(with_settings(overlapping, mail=mail), *recipients) == holder


def test_site_of_a_file(overlapping):
    """A person says where it was seen."""
    assert mailed(overlapping, channel=Channel.FILE, site="oslo") == ["birch"]


def test_cases_are_listed_by_site(overlapping):
    """The same address is a case at each site, and each list has its own."""
    assert mailed(overlapping, channel=Channel.FILE, site="oslo")
    assert mailed(
        overlapping, channel=Channel.FILE, site="berlin", at=JUST_NOW - timedelta(hours=1)
    )
    listed = {
        site: {case.customer for case in list_cases(overlapping, {"site": site, "address": BOTH})}
        for site in ("oslo", "berlin", "paris")
    }
    assert listed == {"oslo": {"birch"}, "berlin": {"alder"}, "paris": set()}
    counted = case_facets.first_cases(CaseFilter(), 10, sites=True)
    assert {row.customer: row.held for row in counted} == {
        "alder": '["berlin"]',
        "birch": '["oslo"]',
    }
    assert not any(row.held for row in case_facets.first_cases(CaseFilter(), 10, sites=False))


def test_site_nobody_declared_says_nothing(overlapping):
    """A name that is no site is no reason to accuse either holder."""
    assert mailed(overlapping, site="paris") == []


def test_site_of_a_feed(overlapping):
    """The table of a feed names it."""
    context = with_settings(overlapping, feeds=FeedSettings(tables={"cert": {"site": "oslo"}}))
    envelope = RawEnvelope(channel=Channel.FEED, media_type="text/plain", sender="feed:cert")
    receipt = receive(context, b"a feed's rows", envelope)
    assert raws.get(receipt.raw).site == "oslo"


def test_site_of_posted_findings(overlapping):
    """Our own telemetry names the site beside the finding; the measure follows it."""
    (case,) = post(overlapping, guess(BOTH, JUST_NOW, site="berlin"))
    assert case.customer == "alder"
    enforce(overlapping)
    assert [action.scope.resource for action in actions.of_case(case.id)] == ["vm-1"]


def hits(*exporters: str) -> bytes:
    """A detector's document whose flows these exporters saw."""
    finding = {
        "kind": "connection/login_attack",
        "role": "offender",
        "address": BOTH,
        "at": JUST_NOW.isoformat(),
        "exact": 1.0,
        "confidence": 0.9,
        "count": 50,
        "target": {"port": 22, "protocol": "tcp"},
        "mode": "act",
    }
    rows = [{"exporter": exporter, "protocol": "ipfix", "src": BOTH} for exporter in exporters]
    document = {
        "detector": "ssh-guessing",
        "version": 1,
        "says": "guessed passwords",
        "rule": {},
        "findings": [finding],
        "flows": [rows],
    }
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("exporters", "holder"),
    [
        (("192.0.2.1",), ["alder"]),
        (("192.0.2.2", "192.0.2.2"), ["birch"]),
        (("192.0.2.1", "192.0.2.2"), []),
        (("192.0.2.3",), []),
        ((), []),
    ],
)
def test_site_of_an_exporter(overlapping, exporters, holder):
    """What one site's exporters saw is about it; both sites', or one without a site, nobody's."""
    tables = {
        "edge-b": {"address": "192.0.2.1", "site": "berlin"},
        "edge-o": {"address": "192.0.2.2", "site": "oslo"},
        "edge-x": {"address": "192.0.2.3"},
    }
    context = with_settings(overlapping, flows=FlowSettings(tables=tables))
    deliver(context, hits(*exporters))
    (raw,) = [item for item in raws.all() if item.channel is Channel.DETECTOR]
    assert [case.customer for case in follow(context, raw.id, weigh=False)] == holder

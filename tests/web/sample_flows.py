"""The flows page in every state: an exporter that is well, one that is blind, one unheard."""

from datetime import timedelta

from aupkeep.app.pages.flows.page import (
    DetectorRow,
    ExporterRow,
    FlowsPage,
    HitRow,
    RefusedRow,
    ThresholdRow,
)
from aupkeep.app.pages.frame.page import PageFrame

EVIL = "edge\u202e<script>alert(1)</script>"


def flows_page(frame: PageFrame, *, empty: bool) -> FlowsPage:
    """A collector that was silent for a while, or none."""
    if empty:
        return FlowsPage(frame=frame)
    now = frame.now
    return FlowsPage(
        frame=frame,
        listens=("192.0.2.10:2055",),
        at=now - timedelta(minutes=3),
        silent=True,
        exporters=(
            ExporterRow(
                name="edge", address="192.0.2.1", site="main", rate=12_403.5, datagrams=81_244,
                records=2_030_100, templates=3, template_age=41, acts=True, restarts=1,
                sampling=("netflow9, domain 0: 1 in 1,000 (options)",), last=now,
            ),
            ExporterRow(
                name=EVIL, address="2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", site="oslo", rate=3,
                records=1200, datagrams=60, lost=17, reordered=2, last=now - timedelta(hours=2),
                sampling=("ipfix, domain 4294967295: not known",),
            ),
            ExporterRow(name="new", address="192.0.2.3", site="main"),
        ),
        refused=(RefusedRow(address="198.51.100.7", datagrams=3_021),),
        troubles=("Flows are not kept: no space left on device. The windows go on.",),
        counts=(("Flow rows", 2_031_300), ("Dropped: no template", 12)),
        detectors=(
            DetectorRow(
                name="syn-flood", kind="connection/ddos", mode="act", by="detectors.yaml:12",
                says="One of our addresses sends SYN packets to one peer, without connecting.",
                minimum="1,000 SYN packets within two seconds",
                thresholds=(ThresholdRow(what="SYN packets a second", value=500, by="default"),),
            ),
            DetectorRow(
                name="beacon", kind="infrastructure/botnet", mode="observe", by="default",
                says="One of our addresses calls one peer at even intervals for hours.",
            ),
        ),
        hits=(
            HitRow(
                id="h-0123456789", at=now - timedelta(minutes=4), detector="syn-flood",
                subject="203.0.113.10", peer="to 192.0.2.77 port 80", mode="act", rows=200,
                told="packets 5,000, a second 2,500",
            ),
            HitRow(
                id="h-1123456789", at=now - timedelta(hours=4), detector="horizontal-scan",
                subject="2001:db8:a::10", peer="to any port 22", mode="notify", rows=31,
                told="hosts 250, failed share 0.99", rate_unknown=True,
            ),
        ),
    )  # fmt: skip

"""Exports of real devices: what their sources state about them, and what we count in them."""

import pytest

from telemetry.corpora import DATAGRAMS, MARKS, NETFLOW, SFLOW, TCPDUMP, Told

pytestmark = MARKS

# What a set of datagrams tells: the names before the marks, records, and what was dropped.
# `no_template` stands where the template is not among the files; the two invalid v5 datagrams
# state more records than any datagram holds.
COUNTED = {
    "ipfix.dat": (12, {}),
    "ipfix_test_barracuda_{tpl,data256}.dat": (8, {}),
    "ipfix_test_barracuda_extended_uniflow_{tpl256,data256}.dat": (2, {}),
    "ipfix_test_ixia_{tpldata256,tpldata271}.dat": (3, {}),
    "ipfix_test_juniper_mx240_junos151r6s3_{opttpl512,data512}.dat": (0, {}),
    "ipfix_test_mikrotik_{tpl,data258,data259}.dat": (46, {}),
    "ipfix_test_netscaler_{tpl,data}.dat": (3, {"no_template": 1}),
    "ipfix_test_nokia_bras_{tpl,data256}.dat": (1, {}),
    "ipfix_test_openbsd_pflow_{tpl,data}.dat": (26, {}),
    "ipfix_test_procera_{tpl52935,data52935}.dat": (8, {}),
    "ipfix_test_viptela_{tpl257,data257}.dat": (1, {}),
    "ipfix_test_vmware_vds_{tpl,data264,data266,data266_267}.dat": (5, {}),
    "ipfix_test_yaf_{tpl45841,tpls_option_tpl,data45841,data45873,data53248}.dat": (2, {}),
    "netflow5.dat": (30, {}),
    "netflow5_test_invalid01.dat": (0, {"bad_count": 1}),
    "netflow5_test_invalid02.dat": (0, {"bad_count": 1}),
    "netflow5_test_juniper_mx80.dat": (29, {}),
    "netflow5_test_microtik.dat": (30, {}),
    "netflow9_cisco_asr1001x_tpl259.dat": (25, {}),
    "netflow9_test_0length_fields_tpl_data.dat": (10, {}),
    "netflow9_test_cisco_1941K9.dat": (29, {}),
    "netflow9_test_cisco_aci_{tpl256-258,data256}.dat": (3, {}),
    "netflow9_test_cisco_asa_1_{tpl,data}.dat": (14, {}),
    "netflow9_test_cisco_asa_2_{tpl_26x,tpl_27x,data}.dat": (19, {}),
    "netflow9_test_cisco_asr9k_{opttpl256,opttpl257,opttpl334,tpl260,tpl266,data256,data260}.dat": (
        21,
        {},
    ),
    "netflow9_test_cisco_nbar_{opttpl260,tpl262,data262}.dat": (5, {}),
    "netflow9_test_cisco_wlc_8510_tpl_262.dat": (0, {}),
    "netflow9_test_cisco_wlc_{tpl,data261}.dat": (19, {}),
    "netflow9_test_field_layer2segmentid_{tpl,data}.dat": (1, {}),
    "netflow9_test_fortigate_fortios_521_{tpl,data256,data257}.dat": (1, {}),
    "netflow9_test_fortigate_fortios_542_appid_{tpl258-269,data258_262}.dat": (17, {}),
    "netflow9_test_h3c_{tpl3281,data3281}.dat": (16, {}),
    "netflow9_test_h3c_netstream_varstring_{tpl3281,data3281}.dat": (1, {}),
    "netflow9_test_huawei_netstream_{tpl,data}.dat": (1, {}),
    "netflow9_test_invalid01.dat": (2, {}),
    "netflow9_test_iptnetflow_reduced_size_encoding_tpldata260.dat": (12, {"no_template": 6}),
    "netflow9_test_juniper_srx_tplopt.dat": (0, {}),
    "netflow9_test_macaddr_{tpl,data}.dat": (29, {}),
    "netflow9_test_nprobe_{tpl,data}.dat": (1, {}),
    "netflow9_test_nprobe_dpi.dat": (1, {}),
    "netflow9_test_paloalto_81_{tpl256-263,data257_1flowset_in_large_zerofilled_packet}.dat": (
        1,
        {},
    ),
    "netflow9_test_paloalto_panos_{tpl,data}.dat": (8, {}),
    "netflow9_test_softflowd_tpl_data.dat": (7, {}),
    "netflow9_test_streamcore_{tpl_data256,tpl_data260}.dat": (4, {}),
    "netflow9_test_ubnt_edgerouter_{tpl,data1024,data1025}.dat": (16, {}),
    "netflow9_test_unknown_tpl266_292_data.dat": (2, {}),
    "netflow9_test_valid01.dat": (7, {}),
}


def spelled(pattern: str) -> list[str]:
    """The names that `head{a,b}tail` stands for, in that order."""
    head, _, rest = pattern.partition("{")
    middle, closed, tail = rest.partition("}")
    return [head + one + tail for one in middle.split(",")] if closed else [pattern]


@pytest.mark.parametrize(("pattern", "expected"), COUNTED.items())
def test_every_datagram_ends_in_records_or_in_a_reason(pattern, expected):
    told = Told(DATAGRAMS, *spelled(pattern))
    assert (len(told.flows), dict(told.dropped)) == expected


def test_no_datagram_is_left_out():
    """The table above names every file of its folder."""
    named = {name for pattern in COUNTED for name in spelled(pattern)}
    assert named == {path.name for path in DATAGRAMS.glob("*.dat")}


def test_options_give_their_rate_to_all_flows():
    told = Told(NETFLOW, "options-template.pcap", "options-data.pcap", "template.pcap", "data.pcap")
    assert [told.line(number) for number in range(4)] == [
        "198.38.121.178:443 > 91.170.143.87:19624 proto 6 flags 16 1p 1500B 1:30000",
        "198.38.121.219:443 > 88.122.57.97:2444 proto 6 flags 16 1p 1500B 1:30000",
        "173.194.190.106:443 > 37.165.129.20:53697 proto 6 flags 16 1p 1400B 1:30000",
        "74.125.100.234:443 > 88.120.219.117:52300 proto 6 flags 16 1p 1448B 1:30000",
    ]
    assert [(flow["input"], flow["output"]) for flow in told.flows[:2]] == [(335, 450), (335, 452)]
    assert not told.dropped


def test_data_before_its_template_in_one_datagram_is_read():
    """Eleven records come before their template, ten after it."""
    told = Told(NETFLOW, "data+templates.pcap")
    assert (told.datagrams, len(told.flows), dict(told.dropped)) == (1, 21, {})


def test_a_rate_is_joined_by_sampler():
    told = Told(NETFLOW, "samplingrate-template.pcap", "samplingrate-data.pcap")
    assert told.line(0) == (
        "232.131.215.65:13245 > 142.183.180.65:10907 proto 6 flags 0 1p 160B 1:2048"
    )
    assert (told.flows[0]["input"], told.flows[0]["vlan"]) == (13, 701)


def test_two_samplers_of_one_exporter_keep_their_rates():
    parts = ("options-template", "options-data", "template", "data")
    told = Told(NETFLOW, *(f"multiplesamplingrates-{part}.pcap" for part in parts))
    first = told.flows[0]
    assert told.each("sampling")[:2] == [4000, 2000]
    assert (first["packets"], first["bytes"]) == (18, 1348)
    assert (first["sport"], first["dport"]) == (443, 52616)
    assert ":" in first["src"]


@pytest.mark.parametrize(
    ("name", "count", "line"),
    [
        ("datalink", 1, "51.51.51.51:55501 > 52.52.52.52:11777 proto 17 flags None 1p 114B 1:None"),
        (
            "ethernet-over-mpls-with-control-word",
            10,
            "198.51.100.19:80 > 198.51.100.20:43908 proto 6 flags 16 1p 1458B 1:None",
        ),
        ("juniper-cpid", 1, "8.8.8.8:None > 213.36.140.101:None proto 1 flags None 1p 118B 1:None"),
        ("ipfix-srv6", 1, "8.8.8.8:None > 213.36.140.100:None proto 1 flags None 1p 118B 1:None"),
    ],
)
def test_a_flow_is_read_out_of_the_frame_it_holds(name, count, line):
    """IE 315, of variable length, below MPLS, SRv6 and a pseudowire's control word."""
    told = Told(NETFLOW, f"{name}-template.pcap", f"{name}-data.pcap")
    assert (len(told.flows), told.line(0), dict(told.dropped)) == (count, line, {})


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (("icmp-template.pcap", "icmp-data.pcap"), 4),
        (("nat.pcap",), 9),
        (("nfv5.pcap",), 29),
        (("physicalinterfaces.pcap",), 8),
        (("mpls.pcap",), 2),
        (("ipfixprobe-templates.pcap", "ipfixprobe-data.pcap"), 4),
    ],
)
def test_counts_of_records(names, count):
    told = Told(NETFLOW, *names)
    assert (len(told.flows), dict(told.dropped)) == (count, {})


def test_every_capture_of_exports_is_used_here():
    """The captures that the tests above read are all there are."""
    assert len(list(NETFLOW.glob("*.pcap"))) == 27
    assert len(list(SFLOW.glob("*.pcap"))) == 11


def test_samples_of_frames_are_rows():
    told = Told(SFLOW, "data-1140.pcap")
    assert told.each("sampling") == [1024] * 5
    assert told.line(1) == "104.26.8.24:443 > 45.90.161.46:56876 proto 6 flags 24 1p 439B 1:1024"
    assert told.each("vlan") == [100, None, 100, 100, 100]


@pytest.mark.parametrize("name", ["discard", "local", "multiple"])
def test_an_output_that_is_no_interface_is_absent(name):
    """Discarded, to the exporter itself, to several interfaces at once."""
    suffix = "interfaces" if name == "multiple" else "interface"
    (flow,) = Told(SFLOW, f"data-{name}-{suffix}.pcap").flows
    assert (flow["input"], flow["output"]) == (27, None)


SAMPLES = {
    "encap-vxlan": ("2001:db8:4::1:None > 2001:db8:4::3:None proto 58 flags None 172B 1:1", None),
    "icmpv4": ("203.0.113.4:None > 203.0.113.5:None proto 1 flags None 102B 1:1", None),
    "icmpv6": (
        "fe80::d05b:45ff:feee:5ecf:None > 2001:db8:::None proto 58 flags None 90B 1:1",
        None,
    ),
    "qinq": ("49.49.49.2:32017 > 49.49.49.109:443 proto 6 flags 16 106B 1:4096", 1062),
    "sflow-expanded-sample": (
        "52.52.52.52:22 > 53.53.53.53:52237 proto 6 flags 24 126B 1:1000",
        809,
    ),
    "sflow-ipv4-data": (
        "50.50.50.50:46622 > 51.51.51.51:58631 proto 17 flags None 1390B 1:256",
        None,
    ),
    "sflow-raw-ipv4": ("69.58.92.107:None > 92.222.186.1:None proto 1 flags None 50B 1:1", None),
}


@pytest.mark.parametrize(("name", "expected"), SAMPLES.items())
def test_each_form_of_a_sample(name, expected):
    """Within VXLAN, doubly tagged, expanded, without a link layer, read by the exporter itself."""
    told = Told(SFLOW, f"data-{name}.pcap")
    assert told.each("packets") == [1] * len(told.flows)
    assert (told.line(0).replace("1p ", ""), told.flows[0]["vlan"]) == expected
    assert not told.dropped


@pytest.mark.parametrize(
    ("name", "count", "dropped"),
    [
        ("sflow-print-v6.pcap", 13, {}),
        ("sflow_expanded.pcap", 1, {}),
        ("sflow_multiple_counter_30_pdus.pcap", 7, {}),
        ("sflow_print-segv.pcap", 0, {"short_header": 1}),
    ],
)
def test_captures_with_an_expected_text(name, count, dropped):
    """As many flow samples or v5 records as the text states; the damaged one is counted."""
    told = Told(TCPDUMP, name)
    assert (len(told.flows), dict(told.dropped)) == (count, dropped)


def test_what_is_no_export_is_counted():
    told = Told(TCPDUMP, "dns_udp.pcap", "ntp.pcap")
    assert (told.flows, dict(told.dropped)) == ([], {"unknown_version": told.datagrams})

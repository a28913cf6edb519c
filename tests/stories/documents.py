"""The documents of machine formats with the canaries in them."""

import json

from stories.canaries import ACCUSED, CANARIES

C = CANARIES
WHO = {
    "ReporterOrg": C["organisation"],
    "ReporterOrgDomain": C["reporter domain"],
    "ReporterOrgEmail": f"{C['reporter mailbox']}@{C['reporter domain']}",
    "ReporterContactName": C["reporter name"],
    "ReporterContactPhone": C["phone"],
}
XARF3 = json.dumps(
    {
        "Version": "3",
        "ReporterInfo": WHO,
        "Disclosure": True,
        "Report": {
            "ReportClass": "Activity",
            "ReportType": "LoginAttack",
            "Date": "2026-03-01T11:50:00Z",
            "SourceIp": ACCUSED,
            "SourcePort": 40022,
            "DestinationIp": C["victim address"],
            "DestinationPort": int(C["victim port"]),
            "Username": C["user name"],
            "Samples": [
                {
                    "ContentType": "text/plain",
                    "Base64Encoded": False,
                    "Description": C["attachment name"],
                    "Payload": f"login as {C['user name']} on {C['syslog host']}",
                }
            ],
        },
    }
)
XARF1 = json.dumps(
    {
        "Version": "1",
        "ReporterInfo": WHO,
        "Disclosure": True,
        "Report": {
            "ReportClass": "Content",
            "ReportType": "Phishing",
            "Date": "2026-03-01T11:50:00Z",
            "SourceIp": ACCUSED,
            "SourceUrl": f"http://{ACCUSED}/login?u={C['victim mailbox']}@{C['reporter domain']}",
        },
    }
)
IODEF = f"""<?xml version="1.0" encoding="UTF-8"?>
<IODEF-Document version="2.00" xml:lang="en" xmlns="urn:ietf:params:xml:ns:iodef-2.0">
 <Incident purpose="reporting" restriction="private">
  <IncidentID name="{C["reporter domain"]}">{C["ticket number"]}</IncidentID>
  <DetectTime>2026-03-01T11:50:00Z</DetectTime>
  <GenerationTime>2026-03-01T11:55:00Z</GenerationTime>
  <Description xml:lang="en">SSH brute force as {C["user name"]}</Description>
  <Contact role="creator" type="organization">
   <ContactName>{C["organisation"]}</ContactName>
   <Email><EmailTo>{C["reporter mailbox"]}@{C["reporter domain"]}</EmailTo></Email>
   <Telephone><TelephoneNumber>{C["phone"]}</TelephoneNumber></Telephone>
  </Contact>
  <EventData>
   <Flow>
    <System category="source" spoofed="no">
     <Node><Address category="ipv4-addr">{ACCUSED}</Address></Node>
     <Service ip-protocol="6"><Port>40210</Port></Service>
     <Counter type="count" unit="event">57</Counter>
    </System>
    <System category="target">
     <Node><DomainData system-status="innocent-hacked"><Name>{C["victim host"]}</Name></DomainData>
      <Address category="ipv4-addr">{C["victim address"]}</Address>
      <Address category="mac">{C["hardware address"]}</Address></Node>
     <Service ip-protocol="6"><Port>{C["victim port"]}</Port></Service>
    </System>
   </Flow>
  </EventData>
 </Incident>
</IODEF-Document>"""
STIX = json.dumps(
    {
        "type": "bundle",
        "id": "bundle--5b7ab9dc-1e0f-4a49-9a1d-5d6f1d5a0001",
        "objects": [
            {
                "type": "identity",
                "id": "identity--5b7ab9dc-1e0f-4a49-9a1d-5d6f1d5a0009",
                "name": C["organisation"],
                "contact_information": C["phone"],
            },
            {
                "type": "indicator",
                "spec_version": "2.1",
                "id": "indicator--5b7ab9dc-1e0f-4a49-9a1d-5d6f1d5a0002",
                "created": "2026-03-01T11:50:00.000Z",
                "modified": "2026-03-01T11:50:00.000Z",
                "name": f"Command server of {C['user name']}",
                "description": f"{C['victim host']} {C['ticket number']}",
                "indicator_types": ["malicious-activity"],
                "confidence": 80,
                "pattern": f"[network-traffic:dst_ref.type = 'ipv4-addr' AND"
                f" network-traffic:dst_ref.value = '{ACCUSED}'"
                " AND network-traffic:dst_port = 8443]",
                "pattern_type": "stix",
                "valid_from": "2026-03-01T11:50:00Z",
                "kill_chain_phases": [
                    {"kill_chain_name": C["database"], "phase_name": "command-and-control"}
                ],
            },
        ],
    }
)
MISP = json.dumps(
    {
        "Event": {
            "id": C["ticket number"],
            "info": f"Phishing wave at {C['organisation']}",
            "date": "2026-03-01",
            "Tag": [{"name": 'rsit:fraud="phishing"'}],
            "Attribute": [
                {
                    "type": "url",
                    "category": "Network activity",
                    "to_ids": True,
                    "timestamp": "1772365800",
                    "value": f"http://{ACCUSED}/wave/{C['spam recipient']}@x.example/y",
                    "comment": f"seen by {C['reporter name']} on {C['victim host']}",
                }
            ],
        }
    }
)
CSV = (
    "timestamp,src_ip,src_port,category,dst_ip,dst_host,username,comment\n"
    f"2026-03-01T11:50:00Z,{ACCUSED},40001,brute-force,{C['victim address']},"
    f"{C['victim host']},{C['user name']},{C['ticket number']} {C['phone']}\n"
)
SHADOWSERVER = (
    '"timestamp","protocol","src_ip","src_port","src_asn","src_geo","src_hostname","dst_ip",'
    '"dst_port","dst_hostname","public_source","infection","service","username","password"\n'
    f'"2026-03-01 11:50:00","tcp","{ACCUSED}",40001,64512,"ZZ","{C["victim host"]}",'
    f'"{C["victim address"]}",22,"{C["address in a name"]}","{C["organisation"]}",'
    f'"ssh-brute-force","ssh","{C["user name"]}","{C["password"]}"\n'
)
ALERTS = json.dumps(
    {
        "report": C["ticket number"],
        "alerts": [
            {
                "id": 1,
                "alert": {"type": "Botnet", "severity": "high", "note": C["database"]},
                "source": {"ip": ACCUSED, "port": 49800},
                "destination": {
                    "ip": C["victim address"],
                    "port": int(C["victim port"]),
                    "hostname": C["victim host"],
                },
                "protocol": "tcp",
                "timestamp": "2026-03-01T11:50:00Z",
                "hits": 12,
            }
        ],
    }
)
PAIRS = (
    f"srcip={ACCUSED} srcport=40100 dstip={C['victim address']} dstport={C['victim port']}"
    f' user={C["user name"]} host={C["victim host"]} type="ssh brute-force"'
    " timestamp=2026-03-01T11:50:00Z count=9\n"
)
TABLE = f"""
Time                 Source          Target           User
2026-03-01 11:50:01  {ACCUSED}    {C["victim address"]}    {C["user name"]}
2026-03-01 11:50:02  {ACCUSED}    {C["victim address"]}    {C["user name"]}

SSH brute force.
"""
RECORD = f"""
IP address: {ACCUSED}
Target: {C["victim host"]} ({C["victim address"]})
User: {C["user name"]}
Type: SSH brute force
Time: 2026-03-01 11:50:01 UTC
Ticket: {C["ticket number"]}
"""

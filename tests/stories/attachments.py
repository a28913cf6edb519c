"""What hangs on mails beside reports, with the canaries in it: cards, calendars, archives."""

import base64
import io
import json
import zipfile

from stories.canaries import ACCUSED, CANARIES

C = CANARIES
CALENDAR = f"""\
BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Call about {ACCUSED}
ATTENDEE;CN={C["reporter name"]}:mailto:{C["calendar attendee"]}@{C["reporter domain"]}
END:VEVENT
END:VCALENDAR
"""
CARD = f"""\
BEGIN:VCARD
FN:{C["address card"]}
ORG:{C["organisation"]}
TEL:{C["phone"]}
EMAIL:{C["reporter mailbox"]}@{C["reporter domain"]}
END:VCARD
"""
DOCUMENT = (
    f"{{\\rtf1 {{\\info {{\\author {C['document author']}}}}} Seen by {C['reporter name']}.}}"
)
XML = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<report by="{C["organisation"]}" ticket="{C["ticket number"]}">
 <incident>
  <type>brute force</type>
  <source_ip>{ACCUSED}</source_ip>
  <target><ip>{C["victim address"]}</ip><port>{C["victim port"]}</port></target>
  <username>{C["user name"]}</username>
  <sensor>{C["victim host"]}%{C["zone of an address"]}</sensor>
  <contact>https://{C["user in a link"]}@{C["reporter domain"]}/</contact>
  <time>2026-03-01T11:50:00Z</time>
 </incident>
</report>
"""
CODED = json.dumps(
    {
        "type": "ssh brute force",
        "src_ip": ACCUSED,
        "time": "2026-03-01T11:50:00Z",
        "victim": base64.b64encode(C["victim host"].encode()).decode(),
        "who": base64.b64encode(C["reporter name"].encode()).decode(),
        "sensor": C["address in octal"],
        "mail": f"{C['victim mailbox']}@{C['international name']}",
    }
)


def zipped(log: str) -> tuple[str, str]:
    """A log in an archive, under a name of the reporter's."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(f"{C['archive member']}.log", log)
    head = (
        f'Content-Type: application/zip; name="{C["attachment name"]}.zip"\n'
        "Content-Transfer-Encoding: base64"
    )
    return head, base64.encodebytes(data.getvalue()).decode()

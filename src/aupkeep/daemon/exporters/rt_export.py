"""Request Tracker's tickets as an mbox for `aupkeep import mbox`, by its REST 2.0 interface.

It needs Python 3.11 and nothing else, anywhere RT can be reached:

    python3 rt_export.py --url https://rt.example.com --token-file token --queue Abuse > abuse.mbox

Of each ticket it writes the mail that opened it, the oldest ticket first. RT keeps a mail in parts,
decoded and with its text in UTF-8; from these the mail is put together again, so that a signature
in it holds no more. The token is of a person who may see the queue. Nothing is changed in RT.
"""

import argparse
import base64
import json
import re
import ssl
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PAGE = 100  # items in one answer
QUIET = 60  # seconds without an answer
HERE = ("http://127.0.0.1", "http://localhost", "http://[::1]")
GONE = ("content-transfer-encoding:", "content-length:", "x-rt-original-encoding:")
FOLDED = re.compile(r"\n(?![ \t])")  # the end of a header field, RFC 5322 section 2.2.3
PARTLY = 3  # the exit code where a ticket could not be written
Part = dict[str, Any]


class Rt:
    """Asks one RT; an error raises `OSError`, an answer that is no JSON `ValueError`."""

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url.rstrip("/") + "/REST/2.0", token
        self._tls = ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    def ask(self, place: str, **query: str | int) -> dict[str, Any]:
        """The JSON of one answer."""
        address = f"{self._url}/{place}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"token {self._token}", "Accept": "application/json"}
        asked = Request(address, headers=headers)  # noqa: S310 - https or loopback, by `main`
        with urlopen(asked, timeout=QUIET, context=self._tls) as answer:  # noqa: S310 - the same
            value: dict[str, Any] = json.load(answer)
            return value

    def items(self, place: str, **query: str | int) -> Iterator[dict[str, Any]]:
        """The items of all pages of a list."""
        page = 1
        while True:
            answer = self.ask(place, per_page=PAGE, page=page, **query)
            yield from answer["items"]
            if page * PAGE >= int(answer.get("total") or 0):
                return
            page += 1


def first_mail(rt: Rt, ticket: int) -> str | None:
    """The mail that opened a ticket; None where there is none."""
    history = rt.items(f"ticket/{ticket}/history", fields="Type,Created")
    opened = next((entry for entry in history if entry.get("Type") == "Create"), None)
    if opened is None:
        return None
    listed = rt.items(f"transaction/{opened['id']}/attachments")
    parts = [rt.ask(f"attachment/{item['id']}") for item in listed]
    top = next((part for part in parts if not parent_of(part)), None)
    if top is None:
        return None
    head, body = written(top, parts)
    if not re.search(r"^date:", head, re.IGNORECASE | re.MULTILINE):
        head += f"Date: {as_mail_date(opened['Created'])}\n"
    return f"X-RT-Ticket: {ticket}\n{head}\n{body}"


def parent_of(part: Part) -> int:
    """The id of the part around a part, 0 for the mail itself."""
    parent = part.get("Parent") or 0
    return int(parent["id"] or 0) if isinstance(parent, dict) else int(parent)


def written(part: Part, parts: Sequence[Part]) -> tuple[str, str]:
    """Header and body of a part, with the parts in it."""
    inner = [other for other in parts if parent_of(other) == int(part["id"])]
    kind = str(part.get("ContentType") or "text/plain")
    given = str(part.get("Headers") or "").replace("\r", "").strip("\n")
    fields = [it for it in FOLDED.split(given) if it and not it.lower().startswith(GONE)]
    if not inner:
        if not any(field.lower().startswith("content-type:") for field in fields):
            fields.append(f"Content-Type: {kind}; charset=utf-8")
        fields.append("Content-Transfer-Encoding: base64")
        content = base64.b64decode(part.get("Content") or "")
        return _header(fields), base64.encodebytes(content).decode()
    if kind.startswith("message/"):
        return _header(fields), "\n".join(written(inner[0], parts))
    mark = f"=_rt_{part['id']}"
    fields = [field for field in fields if not field.lower().startswith("content-type:")]
    fields.append(f'Content-Type: {kind}; boundary="{mark}"')
    body = "".join(f"--{mark}\n" + "\n".join(written(mail, parts)) + "\n" for mail in inner)
    return _header(fields), f"{body}--{mark}--\n"


def _header(fields: Sequence[str]) -> str:
    return "\n".join(fields) + "\n"


def as_mail_date(moment: str) -> str:
    """RT's moment as a mail's header has it.

    >>> as_mail_date("2026-02-03T09:00:00Z")
    'Tue, 03 Feb 2026 09:00:00 +0000'
    """
    return format_datetime(datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))


def ticket_query(queue: str, since: str | None) -> str:
    """What to ask for, in RT's own language.

    >>> ticket_query("Abuse", "2024-01-31")
    "Queue = 'Abuse' AND Created >= '2024-01-31'"
    """
    name = queue.replace("\\", "\\\\").replace("'", "\\'")
    return f"Queue = '{name}'" + (f" AND Created >= '{since}'" if since else "")


def tell(line: str) -> None:
    """A line for the person who runs it."""
    sys.stderr.write(f"{line}\n")


def main() -> int:
    """Write every ticket of the queue to standard output; 3 where one could not be written."""
    words = argparse.ArgumentParser(description="Request Tracker's tickets as an mbox.")
    for option in ("--url", "--token-file", "--queue"):
        words.add_argument(option, required=True)
    words.add_argument("--since", type=lambda day: str(datetime.fromisoformat(day).date()))
    given = words.parse_args()
    if not given.url.startswith(("https://", *HERE)):
        words.error("--url: expected https, since a token is sent")
    rt = Rt(given.url, Path(given.token_file).read_text("ascii").strip())
    count = failed = 0
    query = ticket_query(given.queue, given.since)
    for ticket in rt.items("tickets", query=query, orderby="id", order="ASC"):
        try:
            mail = first_mail(rt, int(ticket["id"]))
        except (OSError, ValueError, KeyError) as error:
            tell(f"ticket {ticket['id']}: {error}")
            failed += 1
            continue
        if mail is None:
            tell(f"ticket {ticket['id']}: no mail opened it")
            continue
        quoted = re.sub(r"^(>*From )", r">\1", mail, flags=re.MULTILINE)
        sys.stdout.write(f"From rt@localhost Thu Jan  1 00:00:00 1970\n{quoted}\n\n")
        count += 1
    tell(f"{count} tickets written, {failed} failed")
    return PARTLY if failed else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())

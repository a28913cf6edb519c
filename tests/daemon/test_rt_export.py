"""RT's tickets come out as an mbox whose mails say what RT was sent, and go in as closed cases."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from aupkeep.daemon.units import exporter_source
from aupkeep.intake.history import mbox_mails

pytestmark = pytest.mark.network
MAIL = (
    "From: soc@cert.example\nSubject: ssh guessing\nMessage-ID: <1@cert.example>\n"
    "Date: Tue, 03 Feb 2026 09:00:00 +0000\n"
)
PARTS = {  # as RT 5 answers: content decoded, headers as they were, the part around each
    11: {"Parent": 0, "ContentType": "multipart/mixed", "Content": "",
         "Headers": MAIL + 'Content-Type: multipart/mixed;\n boundary="was"\n'},
    12: {"Parent": {"id": "11"}, "ContentType": "text/plain", "Content": "From us\n",
         "Headers": 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n'
                    "X-RT-Original-Encoding: iso-8859-1\n"},
    13: {"Parent": {"id": "11"}, "ContentType": "text/csv", "Content": "ip,kind\n192.0.2.1,ssh\n",
         "Headers": "Content-Type: text/csv; name=a.csv\nContent-Disposition: attachment\n"},
    21: {"Parent": 0, "ContentType": "text/plain", "Content": "blåbær\n",
         "Headers": "Subject: web\n"},
}  # fmt: skip
TICKETS = {1: (101, (11, 12, 13)), 2: (102, (21,)), 3: (None, ()), 4: (104, (99,))}


def answer(path: str, query: dict[str, list[str]]) -> object:
    """What RT says at a place below /REST/2.0/."""
    words = path.removeprefix("/REST/2.0/").split("/")
    if words[0] == "tickets":
        assert query["query"] == ["Queue = 'Ab\\'use'"]
        page, most = int(query["page"][0]), 3
        ids = list(TICKETS)[(page - 1) * most : page * most] if page == 1 else list(TICKETS)[3:]
        return {"items": [{"id": str(it)} for it in ids], "total": 104 if page == 1 else 4}
    if words[-1] == "history":
        opened = TICKETS[int(words[1])][0]
        rows = [{"id": "1", "Type": "EmailRecord"}]
        if opened:
            rows.append({"id": str(opened), "Type": "Create", "Created": "2026-02-03T09:00:00Z"})
        return {"items": rows, "total": len(rows)}
    if words[-1] == "attachments":
        parts = next(parts for opened, parts in TICKETS.values() if str(opened) == words[1])
        return {"items": [{"id": str(part)} for part in parts], "total": len(parts)}
    part = PARTS[int(words[1])]
    return {
        **part,
        "id": int(words[1]),
        "Content": base64.b64encode(part["Content"].encode()).decode(),
    }


@contextmanager
def tracker() -> Iterator[str]:
    """An RT, as far as the exporter asks one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            try:
                allowed = self.headers["Authorization"] == "token 1-14-abc"
                status, value = 200 if allowed else 401, answer(parts.path, parse_qs(parts.query))
            except KeyError:
                status, value = 404, {"message": "Not Found"}
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def exported(folder: Path, url: str) -> subprocess.CompletedProcess[bytes]:
    """The program as it is printed, on its own: nothing of ours can be imported."""
    program = folder / "rt_export.py"
    program.write_text(exporter_source("rt"))
    (folder / "token").write_text("1-14-abc\n")
    words = ["--url", url, "--token-file", str(folder / "token"), "--queue", "Ab'use"]
    return subprocess.run(
        [sys.executable, "-I", "-S", str(program), *words], check=False, capture_output=True
    )


def test_a_ticket_comes_out_as_the_mail_that_opened_it(tmp_path):
    """Parts, names and letters are as they were sent; a ticket that fails is named."""
    with tracker() as url:
        done = exported(tmp_path, url)
    assert done.returncode == 3, "ticket 4 names a part that is gone"
    assert b"ticket 4: " in done.stderr
    assert b"ticket 3: no mail opened it" in done.stderr
    assert b"2 tickets written, 1 failed" in done.stderr
    (tmp_path / "abuse.mbox").write_bytes(done.stdout)
    with (tmp_path / "abuse.mbox").open("rb") as file:
        first, second = (message_from_bytes(mail, policy=default) for mail in mbox_mails(file))
    assert (first["X-RT-Ticket"], first["Message-ID"]) == ("1", "<1@cert.example>")
    text, table = first.iter_parts()
    assert text.get_content() == "From us\n"
    assert (table.get_filename(), table.get_content()) == ("a.csv", "ip,kind\n192.0.2.1,ssh\n")
    assert (second.get_content(), second["Date"]) == ("blåbær\n", "Tue, 03 Feb 2026 09:00:00 +0000")


def test_a_token_goes_nowhere_in_the_clear(tmp_path):
    done = exported(tmp_path, "http://rt.example.com")
    assert done.returncode == 2
    assert b"expected https" in done.stderr

"""Where web servers write their client, and what stands in its place that a client chose."""

import re

from aupkeep.intake.side_words import OTHER_SCORE, VICTIM_SCORE

LEADING_SCORE = 8  # on the scale of `direction`
CLIENT_WINDOW = 72  # characters before an address
ACCESS = re.compile(r"[\])\"']{0,2}(?: [^\s\[]{1,64}){1,3} \[\d|\s(?:- ){1,3}")
LINE_START = re.compile(r"[\s\"'\[(>*|]{0,8}(?:[A-Za-z0-9.-]{1,64}(?::\d{1,5})?\s)?", re.ASCII)
# X-Forwarded-For in the client's place: whom it names first the client wrote, so it names nobody
FORWARDERS = re.compile(
    r"[\s\"'\[(>*|]{0,8}(?:[\da-fA-F:.]{2,45}, ?){1,8}[\da-fA-F:.]{2,45}[\"']? "
    r"\S{1,64} \S{1,64} \[\d"
)
# IIS and others in W3C's extended format: date time [site] server method path … client agent
SERVER_FIRST = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?:\S{1,64} ){0,2}", re.ASCII
)
METHOD = re.compile(r" (?:GET|POST|HEAD|PUT|DELETE|OPTIONS|PROPFIND|TRACE|DEBUG|RPC_\w{1,20}) /")
CLIENT_LAST = re.compile(r" \d{1,5} \S{1,64} $", re.ASCII)
OUTCOME = re.compile(r" \S{1,400}(?: \S{1,400})? \d{3} \d{1,5} \d{1,10}\b", re.ASCII)


def client_weight(line: str, start: int, end: int) -> int:
    """How much its place in a web server's log speaks for an address being the client; 0: nothing.

    The client first (common and combined format), or W3C's fields.
    """
    listed = FORWARDERS.match(line)
    if listed and start < listed.end():
        return OTHER_SCORE
    if ACCESS.match(line, end) and LINE_START.fullmatch(line, 0, start):
        return LEADING_SCORE
    if METHOD.match(line, end) and SERVER_FIRST.fullmatch(line, 0, start):
        return VICTIM_SCORE
    if CLIENT_LAST.search(line, max(0, start - CLIENT_WINDOW), start) and OUTCOME.match(line, end):
        return LEADING_SCORE
    return 0

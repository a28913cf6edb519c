"""Who visits, asks and sends, one question at a time; the answer is one line.

python -m aupkeep.lab.edge.questions COMMAND ARGUMENTS

page ADDRESS PORT HOST PATH   the status of a page, and who blocks it
name SERVER NAME              the addresses of a name
banner ADDRESS PORT SOURCE     the first line that a peer says to one of our addresses
store ADDRESS PORT PATHS       the last status as buckets (/NAME) and objects are put into an S3
mail SERVER LOGIN             how a mail of that login is answered
"""

import sys
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from socket import create_connection

PATIENCE = 5.0  # seconds
OK = 200
TAKEN = 250  # RFC 5321
DOOR = 2525  # of the relay


def page(address: str, port: str, host: str, path: str) -> str:
    """`200`; `451 <https://provider.example/>; rel="blocked-by"`; `none` where nobody answers."""
    connection = HTTPConnection(address, int(port), timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return f"{answer.status} {answer.getheader('Link', '')}".rstrip()
    except (OSError, HTTPException):
        return "none"
    finally:
        connection.close()


def name(server: str, asked: str) -> str:
    """`192.0.2.10`; empty where the name has no address."""
    import dns.exception
    import dns.message
    import dns.query
    import dns.rdatatype

    query = dns.message.make_query(asked, dns.rdatatype.A)
    try:
        answer = dns.query.tcp(query, server, timeout=PATIENCE)
    except (OSError, EOFError, dns.exception.DNSException):
        return "none"
    texts = (data.to_text() for row in answer.answer for data in row)
    return " ".join(sorted(texts))


def banner(address: str, port: str, source: str) -> str:
    """`SSH-2.0-lab`, or whatever else answers there; `none` where nobody does."""
    try:
        with create_connection((address, int(port)), PATIENCE, (source, 0)) as peer:
            return peer.recv(200).decode("ascii", "replace").partition("\r\n")[0] or "none"
    except OSError:
        return "none"


def store(address: str, port: str, *paths: str) -> str:
    """`200` once all are there, and everybody may read them; `none` where nobody answers."""
    connection = HTTPConnection(address, int(port), timeout=PATIENCE)
    try:
        status = OK
        for path in paths:
            body = b"a page" if path.count("/") > 1 else None
            connection.request("PUT", path, body, {"x-amz-acl": "public-read"})
            answer = connection.getresponse()
            answer.read()
            if (status := answer.status) != OK:
                break
        return str(status)
    except (OSError, HTTPException):
        return "none"
    finally:
        connection.close()


def mail(server: str, login: str) -> str:
    """`250` once it is taken, or the code that refuses it; `none` where nobody answers."""
    import smtplib  # a third of what a question costs

    try:
        with smtplib.SMTP(server, DOOR, "pc.example", PATIENCE) as smtp:
            smtp.ehlo()
            smtp.docmd("XCLIENT", f"LOGIN={login}")
            smtp.ehlo()
            smtp.mail(f"{login}@customers.example")
            code = smtp.rcpt("somebody@world.example")[0]
            if code == TAKEN:
                code = smtp.data(b"Subject: an offer\r\n\r\nBuy now.\r\n")[0]
            return str(code)
    except (OSError, smtplib.SMTPException):
        return "none"


COMMANDS: dict[str, Callable[..., str]] = {
    "page": page,
    "name": name,
    "banner": banner,
    "store": store,
    "mail": mail,
}

if __name__ == "__main__":
    print(COMMANDS[sys.argv[1]](*sys.argv[2:]))  # noqa: T201 - the answer

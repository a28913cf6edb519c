"""What others see of this install: the registry's abuse contact, security.txt, where the MX leads.

Each question goes out; one without an answer is told as that, and never as good.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.intake.auth.dns_lookup import Lookup
from aupkeep.model.counted import counted
from aupkeep.model.errors import AupkeepError, Invalid, Unavailable
from aupkeep.model.holding import Network
from aupkeep.model.moments import parse_moment

Ask = Callable[[str], bytes]
"""The body at an address. Raises `AupkeepError` where nothing comes."""
FILE = "file:"
MOST = 3  # prefixes and hosts that are named
DEEPEST = 4  # entities inside entities (RFC 9083 section 5.1)
TO_CONTACT = "have your registry name {sender} as the abuse contact of {prefix}"
TO_RDAP = "aupkeep settings set inventory.rdap https://RDAP.YOUR-REGISTRY"
TO_PROXY = "have the proxy pass /.well-known/security.txt to web, as each other path"
TO_MX = "point the MX of {domain} at your relay, or read its mailbox: [[mail.mailboxes]]"


def contacts_check(
    prefixes: Iterable[Network], senders: Iterable[str], source: str, ask: Ask
) -> tuple[DoctorCheck, ...]:
    """Whether the registry leads who looks a prefix up to this desk (RFC 9082, RFC 9083).

    `source` is the base of an RDAP service, or `file:PATH` of a JSON object from prefix to answer.
    """
    listed = sorted(prefixes, key=str)
    if not listed or not source:
        return ()
    known = {sender.lower() for sender in senders}
    wrong, remedy = [], ""
    for prefix in listed:
        try:
            contacts = abuse_contacts(_answer(prefix, source, ask))
        except AupkeepError as error:
            wrong.append(f"{prefix}: not looked up: {error}")
            remedy = remedy or TO_RDAP
            continue
        if not known & set(contacts):
            wrong.append(f"{prefix}: {', '.join(contacts[:MOST]) or 'no abuse contact'}")
            correction = TO_CONTACT.format(sender=min(known), prefix=prefix)
            remedy = correction if remedy in {"", TO_RDAP} else remedy
    more = f" and {len(wrong) - MOST} more" if len(wrong) > MOST else ""
    words = f"{'; '.join(wrong[:MOST])}{more}"
    good = f"the registry leads from {counted(len(listed), 'prefix', 'prefixes')} to us"
    return (_check("abuse-contacts", wrong=words, good=good, remedy=remedy),)


def abuse_contacts(answer: Mapping[str, Any]) -> list[str]:
    """The mail addresses of entities with the role abuse, at any depth; in small letters.

    >>> abuse_contacts({"entities": [{"roles": ["abuse"], "vcardArray": ["vcard", [
    ...     ["fn", {}, "text", "Desk"], ["email", {}, "text", "Abuse@fjord.example"]]]}]})
    ['abuse@fjord.example']
    """
    return list(dict.fromkeys(_contacts(answer, DEEPEST)))


def _contacts(answer: Mapping[str, Any], depth: int) -> Iterator[str]:
    inside = answer.get("entities")
    for entity in inside if isinstance(inside, list) and depth else ():
        if isinstance(entity, dict):
            yield from _mailboxes(entity)
            yield from _contacts(entity, depth - 1)


def _mailboxes(entity: Mapping[str, Any]) -> list[str]:
    """The addresses on the card of an entity with the role abuse (jCard, RFC 7095)."""
    roles, card = entity.get("roles"), entity.get("vcardArray")
    lines = card[1] if isinstance(card, list) and len(card) > 1 else None
    if not (isinstance(roles, list) and "abuse" in roles and isinstance(lines, list)):
        return []
    emails = [line[-1] for line in lines if isinstance(line, list) and line[:1] == ["email"]]
    return [text.strip().lower() for text in emails if isinstance(text, str)]


def _answer(prefix: Network, source: str, ask: Ask) -> Mapping[str, Any]:
    if source.startswith(FILE):
        try:
            known = json.loads(Path(source.removeprefix(FILE)).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Unavailable(f"{source}: expected a JSON file, found {error}") from error
        answer = known.get(str(prefix)) if isinstance(known, dict) else None
        if answer is None:
            raise Unavailable(f"{source} has no answer for it")
    else:
        try:
            answer = json.loads(ask(f"{source.rstrip('/')}/ip/{prefix}"))
        except ValueError as error:
            raise Unavailable("expected JSON, found something else") from error
    if not isinstance(answer, dict):
        raise Unavailable("expected an object, found something else")
    return answer


def security_txt_check(url: str, ask: Ask, now: datetime) -> tuple[DoctorCheck, ...]:
    """Whether whoever finds a weakness finds whom to tell (RFC 9116); none on loopback."""
    if not url.startswith("https://"):
        return ()
    place = f"{url.rstrip('/')}/.well-known/security.txt"
    wrong = ""
    try:
        lines = ask(place).decode("utf-8", "replace").splitlines()
        fields = dict(line.partition(": ")[::2] for line in lines if ": " in line)
        ends = parse_moment(fields.get("Expires", ""))
        if ends <= now:
            wrong = f"{place} expired {fields['Expires']}"
        elif "Contact" not in fields:
            wrong = f"{place} names no contact"
    except Invalid:
        wrong = f"{place} is no security.txt: it says no Expires"
    except AupkeepError as error:
        wrong = f"not read: {error}"
    return (_check("security-txt", wrong=wrong, good=f"{place} names us", remedy=TO_PROXY),)


def mx_check(
    senders: Iterable[str], own: Iterable[Network], lookup: Lookup | None, *, mailboxes: int
) -> tuple[DoctorCheck, ...]:
    """Whether mail to our domains comes to our own space; none where a mailbox is read."""
    domains = sorted({sender.rpartition("@")[2].lower() for sender in senders})
    domains = [domain for domain in domains if not domain.endswith(".example")]
    if lookup is None or mailboxes or not domains:
        return ()
    prefixes, wrong, remedy = list(own), [], ""
    for domain in domains:
        try:
            hosts = [text.split()[-1].rstrip(".") for text in lookup(domain, "MX")]
            places = [it for host in hosts for kind in ("A", "AAAA") for it in lookup(host, kind)]
        except TimeoutError:
            wrong.append(f"{domain}: not looked up: the DNS does not answer")
            continue
        if not any(ip_address(place) in prefix for place in places for prefix in prefixes):
            wrong.append(f"{domain}: {', '.join(hosts[:MOST]) or 'no MX'}, not in our prefixes")
            remedy = remedy or TO_MX.format(domain=domain)
    remedy = remedy or "aupkeep settings set mail.nameservers ADDRESS"
    good = f"mail to {', '.join(domains)} comes to our own prefixes"
    return (_check("mx", wrong="; ".join(wrong[:MOST]), good=good, remedy=remedy),)


def _check(name: str, *, wrong: str, good: str, remedy: str) -> DoctorCheck:
    return DoctorCheck(
        check=name, ok=not wrong, found=wrong or good, remedy=remedy if wrong else ""
    )

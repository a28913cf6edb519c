"""A desk on a fresh home, on each engine, with a clock that stands until it is moved."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app import kernel
from aupkeep.app.context import AppContext
from aupkeep.config.home import Home
from aupkeep.config.settings import (
    MailSettings,
    NoticeSettings,
    ProviderSettings,
    Settings,
)
from aupkeep.config.targets import EnforcementSettings
from enrol import enrol

PEOPLE = ("ada", "bea", "bo", "bob", "cid", "ada@aupkeep.example", "bea@aupkeep.example")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JUST_NOW = NOON - timedelta(minutes=5)
STAMP = "Authentication-Results: mx.aupkeep.example; dkim=pass header.d={domain}\r\n"
MAIL = """\
From: Night shift <soc@{domain}>\r
To: abuse@aupkeep.example\r
Subject: password guessing\r
Date: {sent:%a, %d %b %Y %H:%M:%S} +0000\r
Message-ID: <{number}@{domain}>\r
Content-Type: text/plain; charset=utf-8\r
\r
Your host keeps guessing passwords here. All times are UTC.\r
\r
{lines}\r
"""
LINE = (
    "{at:%Y-%m-%d %H:%M:%S} +0000 gate sshd[{n}]: "
    "Failed password for root from {address} port {port} ssh2"
)


@dataclass
class Clock:
    """A clock that stands."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        """Each look is a moment later, so that nothing happens twice at once."""
        self.at += timedelta(microseconds=1)
        return self.at


@pytest.fixture
def now() -> Clock:
    """The desk's clock."""
    return Clock()


@pytest.fixture
def context(home: Home, now: Clock) -> AppContext:
    """An install that believes its own exchanger on loopback, with people who may do everything."""
    opened = context_of(home, now)
    enrol(opened, *PEOPLE)
    return opened


def context_of(home: Home, now: Clock) -> AppContext:
    """The context of the install at that home, with the settings of these tests."""
    mail = MailSettings(
        trusted_relays=("127.0.0.1",), authserv_ids=("mx.aupkeep.example",), nameservers=("none",)
    )
    settings = Settings(
        provider=ProviderSettings(listen=False),
        mail=mail,
        notices=NoticeSettings(bits=6),  # a solution is found at once
        enforcement=EnforcementSettings(driver=kernel.NAME, target="main"),
    )
    return AppContext(home=home, settings=settings, now=now, noise=os.urandom)


def with_settings(context: AppContext, **sections) -> AppContext:
    """The context with other settings: each a whole section, or a dict of the options changed."""
    old = context.settings
    changed = {
        name: replace(getattr(old, name), **section) if isinstance(section, dict) else section
        for name, section in sections.items()
    }
    return replace(context, settings=replace(old, **changed))


@pytest.fixture
def furnished(context: AppContext) -> AppContext:
    """Two customers; .70 moved from alder to birch an hour before noon, alder is at .10 since."""
    return furnish(context)


def furnish(context: AppContext) -> AppContext:
    """Declare the space; import the customers and what they hold."""
    from aupkeep.app.inventory.imports import import_assignments, import_customers
    from aupkeep.app.inventory.own_space import declare_space

    declare_space(context, "203.0.113.0/24", "main")
    import_customers(
        context,
        b"customer,name,contact,language,tags,since\n"
        b"alder,Alder,noc@alder.example,nb,,2024-01-01\n"
        b"birch,Birch,abuse@birch.example,en,,2024-01-01\n"
        b"clinic,Clinic,it@clinic.example,en,protected,2024-01-01\n",
    )
    import_assignments(
        context,
        b"address,customer,resource,from,until\n"
        b"203.0.113.70,alder,vm-a,2026-01-01T00:00:00Z,2026-03-01T11:00:00Z\n"
        b"203.0.113.70,birch,vm-b,2026-03-01T11:00:00Z,\n"
        b"203.0.113.10,alder,vm-a,2026-03-01T11:00:00Z,\n"
        b"203.0.113.200,clinic,vm-c,2026-01-01T00:00:00Z,\n",
        "csv",
    )
    return context


def report(
    address: str,
    last: datetime,
    *,
    domain: str = "cert.example",
    proven: bool = True,
    lines: int = 6,
) -> bytes:
    """A mail about SSH guessing, stamped by our exchanger where it is proven."""
    log = [
        LINE.format(at=last - timedelta(seconds=lines - n), n=n, address=address, port=40000 + n)
        for n in range(lines)
    ]
    mail = MAIL.format(
        domain=domain, sent=NOON, number=f"{last:%H%M%S}{lines}{proven}", lines="\r\n".join(log)
    )
    return ((STAMP.format(domain=domain) if proven else "") + mail).encode()

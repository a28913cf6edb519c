"""`aupkeep.toml`: every option has a default that works; an unknown option is an error."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any, get_type_hints

from aupkeep.config.alerts import AlertSettings, AlertTargetSettings
from aupkeep.config.brands import BrandSettings
from aupkeep.config.flows import FlowSettings
from aupkeep.config.heartbeat import HeartbeatSettings
from aupkeep.config.home import Home
from aupkeep.config.interception import InterceptionSettings
from aupkeep.config.inventory import InventorySettings, InventorySourceSettings
from aupkeep.config.mailboxes import MailboxSettings
from aupkeep.config.office import OfficeSettings
from aupkeep.config.oidc import OidcSettings
from aupkeep.config.passkeys import passkey_ground
from aupkeep.config.probes import ProbeSettings
from aupkeep.config.restraint import RestraintSettings
from aupkeep.config.targets import EnforcementSettings, TargetSettings
from aupkeep.config.tickets import TicketSettings
from aupkeep.config.webhooks import WebhookSettings
from aupkeep.model.errors import Invalid
from aupkeep.model.moments import parse_zone
from aupkeep.model.roles import ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """The provider that runs this install, as named in mails and on pages."""

    name: str = "Example Hosting"
    origin: str = "aupkeep.example/journal"  # the journal's name in its checkpoints
    url: str = "http://127.0.0.1:8017"  # where people reach the pages
    language: str = "en"
    zone: str = "UTC"  # the IANA time zone that times are told in beside UTC, e.g. Europe/Oslo
    listen: bool = True  # nothing leaves: no mail, no measure; `aupkeep listen off` ends it

    def __post_init__(self) -> None:
        """Raises `Invalid` for a zone that does not exist."""
        parse_zone(self.zone, "[provider] zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Mail in and out. `trusted` are the authserv-ids of our own relays with their addresses."""

    sender: str = "abuse@aupkeep.example"
    sender_name: str = "Abuse desk"
    relay_host: str = "127.0.0.1"
    relay_port: int = 25
    relay_starttls: bool = False
    host: str = "127.0.0.1"  # where mailin listens
    lmtp_port: int = 8024
    smtp_port: int = 0  # 0 = no SMTP listener
    tls_certificate: str = ""  # PEM file and its chain: mailin offers STARTTLS; empty = it does not
    tls_key: str = ""  # PEM file of its private key; empty = it is in the same file
    tls_required: bool = False  # take no mail from another machine without TLS
    maildir: str = ""  # a Maildir to read; empty = none
    mailboxes: tuple[MailboxSettings, ...] = ()  # [[mail.mailboxes]], read by IMAP
    max_bytes: int = 50 * 1024 * 1024
    trusted_relays: tuple[str, ...] = ()  # addresses or prefixes whose results we believe
    authserv_ids: tuple[str, ...] = ()  # the names those relays sign their results with
    arc_sealers: tuple[str, ...] = ()  # domains of forwarders whose ARC seals we believe
    nameservers: tuple[str, ...] = ()  # empty = the machine's own; "none" = look nothing up
    receipts_a_day: int = 1  # automatic mails to one reporter address in 24 hours
    notices_a_day: int = 20  # automatic mails to one customer in 24 hours
    sites: tuple[str, ...] = ()  # "lmtp=berlin", "abuse@oslo.example=oslo": what such mail is about
    return_tags: bool = False  # a notice's own return path, desk+n-ID@domain; needs plus addresses

    def __post_init__(self) -> None:
        """Raises `Invalid` where TLS is asked for without a certificate, and for equal names."""
        if self.tls_required and not self.tls_certificate:
            raise Invalid("[mail] tls_required: expected a tls_certificate beside it, found none")
        names = [mailbox.name for mailbox in self.mailboxes]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise Invalid(f"[[mail.mailboxes]]: expected each name once, found {twice!r}")

    def mailbox_named(self, name: str) -> MailboxSettings:
        """The mailbox of this name. Raises `Invalid` for an unknown one."""
        known = {mailbox.name: mailbox for mailbox in self.mailboxes}
        if name not in known:
            expected = ", ".join(known) or "a table [[mail.mailboxes]] in aupkeep.toml"
            raise Invalid(f"mailbox: expected {expected}, found {name[:60]!r}")
        return known[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where the pages listen."""

    host: str = "127.0.0.1"
    port: int = 8017
    workers: int = 1
    proxies: tuple[str, ...] = ()  # addresses or prefixes whose X-Forwarded-For we believe
    hosts: tuple[str, ...] = ()  # further names it answers to, such as an address of your network
    api_a_minute: int = 1200  # requests of the API by one token; 0 = any number
    api_network_a_minute: int = 6000  # by all tokens of one /24 or /56; 0 = any number
    metrics_loopback: bool = False  # this machine reads /metrics without a token
    passkey_roles: tuple[str, ...] = ()  # whose bearers sign in by a passkey alone, e.g. "senior"

    def __post_init__(self) -> None:
        """Raises `Invalid` for a number of requests below 0, and for an unknown role."""
        unknown = sorted(set(self.passkey_roles) - set(ROLES))
        if unknown:
            expected = ", ".join(ROLES)
            raise Invalid(f"[web] passkey_roles: expected {expected}, found {unknown[0][:40]!r}")
        for name in ("api_a_minute", "api_network_a_minute"):
            if getattr(self, name) < 0:
                raise Invalid(f"[web] {name}: expected 0 or more, found {getattr(self, name)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """The public notice form and its API; limits for one network, price and size."""

    open: bool = True  # False = no form and no API without a token
    an_hour: int = 30  # notices from one /24 or /56
    a_day: int = 10  # notices with one mail address
    uploads_an_hour: int = 20  # files from one /24 or /56
    upload_bytes: int = 10 * 1024 * 1024  # of all files of one notice
    bits: int = 17  # of the proof of work, when all is quiet; one more doubles the work
    delay: int = 5  # seconds to wait without a script, when all is quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingSettings:
    """Windows and limits; the safety invariants themselves cannot be configured away."""

    tolerance: int = 120  # seconds around a change of holder that are disputed
    window_hours: int = 24  # findings of one kind about one resource join one incident
    breaker_l3: int = 20  # automatic narrow blocks an hour
    breaker_l4: int = 5  # automatic isolations an hour
    breaker_share: float = 0.005  # of customers touched by automation in a day, at least one
    protected: tuple[str, ...] = ()  # addresses or prefixes no driver may ever touch

    def __post_init__(self) -> None:
        """Raises `Invalid` for a share below 0 or `nan`, and for what is no address or prefix."""
        if not self.breaker_share >= 0:
            share = self.breaker_share
            raise Invalid(f"[deciding] breaker_share: expected a share from 0 up, found {share}")
        for text in self.protected:
            try:
                ip_network(text, strict=False)
            except ValueError as error:
                expected = "[deciding] protected: expected addresses or prefixes"
                raise Invalid(f"{expected}, found {text[:60]!r}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """Lists we fetch; all off by default. `tables` are the options by feed, `[feeds.<name>]`."""

    enabled: tuple[str, ...] = ()  # see: aupkeep feeds
    inside: tuple[str, ...] = ()  # hosts of feeds that may lie inside our own or a private network
    ca_file: str = ""  # certificates of such hosts, besides the machine's own
    resolve: bool = False  # look up the hosts of listed URLs and domains
    share: float = 0.05  # of what we have assigned; a feed that lists more anew waits for a person
    least: int = 20  # items about us that are never too many
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeSettings:
    """Schemas that parsers read besides their own tables; paths are relative to the home."""

    shadowserver_schema: str = ""  # reports.json or intelmq.json of the publisher; empty = none
    shadowserver_schema_url: str = ""  # where the worker fetches one daily; empty = nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """Sources: how the track record is counted, and the rule on misuse (DSA Art. 23)."""

    half_life_days: int = 180  # after it a judged claim counts half
    good_precision: float = 0.8  # at least so many claims right, to be read first
    good_count: int = 20  # of at least so many judged
    ask_record: bool = True  # who was never right is no second witness beside others like that
    shared: tuple[str, ...] = (  # mailbox providers: there each address is a source of its own
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com",
        "icloud.com", "me.com", "aol.com", "gmx.net", "gmx.de", "web.de", "mail.com", "mail.ru",
        "yandex.ru", "proton.me", "protonmail.com", "fastmail.com", "qq.com", "163.com",
    )  # fmt: skip
    origins: tuple[str, ...] = ()  # "mail:a.example = feed:x": whose findings a source passes on
    misuse_count: int = 10  # manifestly unfounded reports before a warning is proposed
    misuse_share: float = 0.5  # and this share of all its reports
    misuse_days: int = 90  # within so many days
    misuse_again: int = 3  # more after the warning, before a further step
    warning_days: int = 7  # between a warning and a further step
    longest_days: int = 180  # that the slow lane or a suspension may last

    def __post_init__(self) -> None:
        """Raises `Invalid` for a value with which nothing could be counted or passed on."""
        for name in ("half_life_days", "good_count", "misuse_count", "misuse_days", "longest_days"):
            if getattr(self, name) < 1:
                raise Invalid(f"[sources] {name}: expected at least 1, found {getattr(self, name)}")
        for line in self.origins:
            source, _, origin = (part.strip() for part in line.partition("="))
            if not (source and origin):
                raise Invalid(
                    f"[sources] origins: expected 'mail:a.example = feed:x', found {line[:60]!r}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessSettings:
    """Who cosigns our checkpoints, and whose we cosign (C2SP tlog-witness); docs/journal.md."""

    name: str = ""  # ours as a witness; empty = the first part of provider.origin, and "/witness"
    logs: tuple[str, ...] = ()  # "ORIGIN KEY": whose checkpoints we cosign, a line for each key
    witnesses: tuple[str, ...] = ()  # "URL KEY": who cosigns ours; below URL is /add-checkpoint
    quorum: int = 0  # so many of them must have cosigned every entry that is older than ...
    within_hours: int = 24  # ... this; else `aupkeep verify` says that the journal does not hold
    every: int = 60  # seconds between two checkpoints that one witness is asked to cosign

    def __post_init__(self) -> None:
        """Raises `Invalid` for lines of another form, and for a quorum that cannot be met."""
        for name in ("logs", "witnesses"):
            for line in getattr(self, name):
                if len(line.split(" ")) != 2:  # noqa: PLR2004 - two words
                    raise Invalid(f"[witness] {name}: expected two words, found {line[:60]!r}")
        most = len({line.split(" ")[1] for line in self.witnesses})
        if not 0 <= self.quorum <= most:
            raise Invalid(f"[witness] quorum: expected 0 to {most} witnesses, found {self.quorum}")
        if min(self.within_hours, self.every) < 1:
            raise Invalid("[witness] within_hours, every: expected at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All sections of aupkeep.toml."""

    database: str = ""  # empty = SQLite in the home; else postgresql://user:password@host:port/name
    provider: ProviderSettings = field(default_factory=ProviderSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    restraint: RestraintSettings = field(default_factory=RestraintSettings)
    office: OfficeSettings = field(default_factory=OfficeSettings)
    brands: BrandSettings = field(default_factory=BrandSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    tickets: TicketSettings = field(default_factory=TicketSettings)
    intake: IntakeSettings = field(default_factory=IntakeSettings)
    web: WebSettings = field(default_factory=WebSettings)
    oidc: OidcSettings = field(default_factory=OidcSettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    deciding: DecidingSettings = field(default_factory=DecidingSettings)
    enforcement: EnforcementSettings = field(default_factory=EnforcementSettings)
    feeds: FeedSettings = field(default_factory=FeedSettings)
    inventory: InventorySettings = field(default_factory=InventorySettings)
    sources: SourceSettings = field(default_factory=SourceSettings)
    flows: FlowSettings = field(default_factory=FlowSettings)
    witness: WitnessSettings = field(default_factory=WitnessSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    heartbeat: HeartbeatSettings = field(default_factory=HeartbeatSettings)
    probes: ProbeSettings = field(default_factory=ProbeSettings)
    interception: InterceptionSettings = field(default_factory=InterceptionSettings)

    def __post_init__(self) -> None:
        """Raises `Invalid` where passkeys are asked for and the address allows none."""
        if self.web.passkey_roles and passkey_ground(self.provider.url) is None:
            raise Invalid(
                "[web] passkey_roles: expected https and a name in provider.url, or localhost; "
                f"found {self.provider.url[:80]!r}, where no browser makes a passkey"
            )

    @property
    def senders(self) -> tuple[str, ...]:
        """Every address that we write from: the desk's, and those of brands."""
        return (self.mail.sender, *self.brands.senders())


SECTIONS: dict[str, type] = {
    name: section for name, section in get_type_hints(Settings).items() if name != "database"
}
TABLES = "tables"  # the field of a section that takes tables of any name
LISTED = {  # the fields that take a list of tables
    tuple[MailboxSettings, ...]: MailboxSettings,
    tuple[TargetSettings, ...]: TargetSettings,
    tuple[InventorySourceSettings, ...]: InventorySourceSettings,
    tuple[AlertTargetSettings, ...]: AlertTargetSettings,
}


def load(home: Home) -> Settings:
    """Read the home's aupkeep.toml; `$AUPKEEP_DATABASE` overrides `database`.

    Raises `Invalid` that names the file, the option, what was expected and what was found.
    """
    text = home.settings.read_text("utf-8") if home.settings.exists() else ""
    settings = parse(text, str(home.settings))
    database = os.environ.get("AUPKEEP_DATABASE", settings.database)
    return Settings(**{**_values(settings), "database": database})


def parse(text: str, file: str) -> Settings:
    """Read the text of an aupkeep.toml. Raises `Invalid`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{file}: expected TOML, found: {error}") from error
    values: dict[str, Any] = {}
    for name, value in data.items():
        if name == "database":
            values[name] = _typed(value, str, f"{file}: database")
        elif name in SECTIONS:
            values[name] = _section(SECTIONS[name], value, f"{file}: [{name}]")
        else:
            known = ", ".join(["database", *SECTIONS])
            raise Invalid(f"{file}: expected one of {known}, found {name!r}")
    return Settings(**values)


def _section(kind: type, data: object, where: str) -> Any:  # noqa: ANN401 - one of SECTIONS
    if not isinstance(data, dict):
        raise Invalid(f"{where}: expected a table, found {type(data).__name__}")
    hints = get_type_hints(kind)
    tables: dict[str, Any] = {}
    if TABLES in hints:
        hints.pop(TABLES)
        tables = {TABLES: {name: value for name, value in data.items() if isinstance(value, dict)}}
        data = {name: value for name, value in data.items() if not isinstance(value, dict)}
    for name in data:
        if name not in hints:
            raise Invalid(f"{where}: expected one of {', '.join(hints)}, found {name!r}")
    typed = {name: _typed(value, hints[name], f"{where} {name}") for name, value in data.items()}
    return kind(**typed, **tables)


def _typed(value: object, hint: object, where: str) -> object:
    if hint == tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise Invalid(f"{where}: expected a list of texts, found {_kind(value)}")
    if hint in LISTED:
        rows = value if isinstance(value, list) else [value]
        return tuple(_section(LISTED[hint], row, f"{where}[{n}]") for n, row in enumerate(rows))
    if hint == Mapping[str, Any] and isinstance(value, dict):
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise Invalid(f"{where}: expected {getattr(hint, '__name__', hint)}, found {_kind(value)}")


def _kind(value: object) -> str:
    """What a value is, without it: it may be a secret in the wrong place."""
    inside = {type(item).__name__ for item in value} if isinstance(value, list) else set()
    return (
        f"{type(value).__name__} of {' and '.join(sorted(inside))}"
        if inside
        else (type(value).__name__)
    )


def _values(settings: Settings) -> dict[str, Any]:
    return {item.name: getattr(settings, item.name) for item in fields(settings)}


def write_sample(path: Path) -> None:
    """Write a commented settings file to start from. Raises `OSError`, also for one there."""
    lines = ["# Aupkeep's settings. Every line is optional; what is shown is the default.", ""]
    for name, kind in SECTIONS.items():
        lines.append(f"[{name}]")
        hints = get_type_hints(kind)
        shown = [x for x in fields(kind) if x.name != TABLES and hints[x.name] not in LISTED]
        lines += [*(f"# {item.name} = {_toml(getattr(kind(), item.name))}" for item in shown), ""]
    with path.open("x", encoding="utf-8") as file:
        file.write("\n".join(lines))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)

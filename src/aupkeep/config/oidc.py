"""The section [oidc]: the desk's people sign in at the provider's own issuer (OpenID Connect)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from aupkeep.config.secrets import opened
from aupkeep.model.errors import Invalid
from aupkeep.model.roles import ROLES

LOCAL = ("everybody", "unbound", "nobody")
LONGEST_CHECK = 15  # minutes; after them nobody stays in without the issuer's word


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """Whose word lets a person in, and which of its groups have which roles; empty = no issuer."""

    issuer: str = ""  # https://…, exactly as it calls itself; empty = nobody signs in so
    client_id: str = ""
    client_secret: str = ""  # file:PATH or env:NAME; empty = a public client, by PKCE alone
    name: str = ""  # on the button; empty = the issuer's host
    scopes: tuple[str, ...] = ("openid", "email", "profile", "offline_access")
    groups_claim: str = "groups"  # dots lead into it: "realm_access.roles"
    roles: tuple[str, ...] = ()  # "GROUP = role", a line for each role that a group has
    unverified_addresses: bool = False  # believe addresses without email_verified
    acr: str = ""  # how strongly the issuer must have asked, e.g. "phr"; empty = as it likes
    local: str = "unbound"  # who may use a passkey or a mailed link: everybody, unbound, nobody
    check_minutes: int = 5  # between two questions whether a person may stay in, 15 at most
    ca_file: str = ""  # certificates of the issuer, besides the machine's own

    def __post_init__(self) -> None:
        """Raises `Invalid` for an address in the clear, an unknown role or another form."""
        if self.issuer and not is_safe(self.issuer):
            given = self.issuer.partition(":")[0][:20]
            raise Invalid(f"[oidc] issuer: expected https, or loopback, found {given!r}")
        if self.local not in LOCAL:
            expected = ", ".join(LOCAL)
            raise Invalid(f"[oidc] local: expected one of {expected}, found {self.local[:40]!r}")
        if not 1 <= self.check_minutes <= LONGEST_CHECK:
            given = str(self.check_minutes)
            raise Invalid(f"[oidc] check_minutes: expected 1 to {LONGEST_CHECK}, found {given}")
        if "openid" not in self.scopes:
            raise Invalid("[oidc] scopes: expected openid among them")
        for line in self.roles:
            group, role = parsed_line(line)
            if not group or role not in set(ROLES):
                expected = f"'GROUP = ROLE' with one of {', '.join(ROLES)}"
                raise Invalid(f"[oidc] roles: expected {expected}, found {line[:80]!r}")

    @property
    def enabled(self) -> bool:
        """Whether people can sign in at the issuer."""
        return bool(self.issuer and self.client_id)

    @property
    def shown_name(self) -> str:
        """The issuer as people know it."""
        return self.name or urlsplit(self.issuer).hostname or ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups that have a role, each once."""
        return tuple(dict.fromkeys(parsed_line(line)[0] for line in self.roles))

    def roles_of(self, groups: frozenset[str]) -> tuple[str, ...]:
        """The roles that these groups have, in the order of the table; () for none.

        A group of the top is the same with the path that Keycloak writes, `/abuse-desk`; one below
        another group is not: whoever may make groups there would make themselves one of ours.
        """
        named = map(parsed_line, self.roles)
        held = {role for group, role in named if not groups.isdisjoint({group, f"/{group}"})}
        return tuple(role.value for role in ROLES if role in held)

    def open_secret(self) -> str:
        """The client's secret, "" for a public client. Raises `Invalid`."""
        return str(opened("client_secret", self.client_secret, "[oidc]"))


def parsed_line(line: str) -> tuple[str, str]:
    """The group and the role of a line; a group's name may hold `=`, as in a directory.

    >>> parsed_line("cn=abuse,ou=groups = senior")
    ('cn=abuse,ou=groups', 'senior')
    """
    group, _, role = line.rpartition("=")
    return group.strip(), role.strip()


def is_safe(url: str) -> bool:
    """Whether an address is HTTPS with a host, or plain HTTP that stays on this machine.

    >>> [is_safe(url) for url in ("https://id.example", "http://id.example", "http://[::1]:9")]
    [True, False, True]
    """
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    sound = bool(parts.hostname) and parts.username is None and not parts.fragment
    return sound and (parts.scheme == "https" or (parts.scheme == "http" and here))

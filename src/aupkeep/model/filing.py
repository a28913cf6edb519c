"""A notice filed by the public form or its API: what it is about, and how far its filer is known.

"Notice" is what Regulation (EU) 2022/2065 (DSA) Article 16 calls it; in this house that word is
taken by what we write to others, so what others file with us is a filing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Matter(StrEnum):
    """What a filing is about, in the plain words of the form's first page."""

    PHISHING = "phishing"
    MALWARE = "malware"
    SPAM = "spam"
    BREAK_IN = "break-in"
    SCAN = "scan"
    FLOOD = "flood"
    FRAUD = "fraud"
    COPYRIGHT = "copyright"
    BRAND = "brand"
    PRIVACY = "privacy"
    INTIMATE = "intimate"
    HARASSMENT = "harassment"
    DEFAMATION = "defamation"
    HATE = "hate"
    THREAT = "threat"
    TERROR = "terror"
    CHILD = "child"
    GOODS = "goods"
    OTHER = "other"


KIND_OF: dict[Matter, str] = {
    Matter.PHISHING: "content/phishing",
    Matter.MALWARE: "content/malware",
    Matter.SPAM: "messaging/spam",
    Matter.BREAK_IN: "connection/login_attack",
    Matter.SCAN: "connection/port_scan",
    Matter.FLOOD: "connection/ddos",
    Matter.FRAUD: "content/fraud",
    Matter.COPYRIGHT: "copyright/copyright",
    Matter.BRAND: "content/brand_infringement",
    Matter.PRIVACY: "content/exposed_data",
    Matter.INTIMATE: "content/intimate_images",
    Matter.HARASSMENT: "content/harassment",
    Matter.DEFAMATION: "content/defamation",
    Matter.HATE: "content/hate_speech",
    Matter.THREAT: "content/incitement",
    Matter.TERROR: "content/terrorist",
    Matter.CHILD: "content/csam",
    Matter.GOODS: "content/prohibited_goods",
    Matter.OTHER: "law/unspecified",
}
# DSA Article 16(2)(c): offences of Articles 3 to 7 of Directive 2011/93/EU need no name or address
ANONYMOUS = frozenset({Matter.CHILD})
# acts of a machine at a moment: without the time nobody can say who held the address
TIMED = frozenset({Matter.SPAM, Matter.BREAK_IN, Matter.SCAN, Matter.FLOOD})
# what is shown by lines or mails; a filing about children never takes files: the material itself
# must not be sent to us
PROVEN_BY_FILES = frozenset({Matter.SPAM, Matter.BREAK_IN, Matter.SCAN, Matter.FLOOD,
                             Matter.PHISHING, Matter.MALWARE, Matter.FRAUD})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """`reference` is told outside; `digest` and `confirm` are those of the two tokens.

    `key` is the hash of an Idempotency-Key (or of the form's challenge), `content` the SHA-256 of
    what was filed without the challenge: together they tell a repeat from a new filing. `token` is
    the API token that filed it; then nobody needs to confirm anything. `report` is None until it
    was read, `told_at` until the filer heard what came of it.
    """

    id: str
    raw: str
    reference: str
    matter: Matter
    language: str
    digest: str
    made_at: datetime
    expires_at: datetime
    content: str
    key: str | None = None
    email: str | None = None
    confirm: str | None = None
    confirmed_at: datetime | None = None
    token: str | None = None
    report: str | None = None
    told_at: datetime | None = None

    @property
    def known(self) -> bool:
        """Whether it is proven who filed it: a confirmed address, or an API token."""
        return self.confirmed_at is not None or self.token is not None

"""`[webhooks]`: where events may be sent besides the public network."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """The webhooks themselves are made by `aupkeep webhook add`, its page and the API."""

    inside: tuple[str, ...] = ()  # hosts within our own or a private network; http is enough there
    ca_file: str = ""  # certificates of such hosts, besides the machine's own

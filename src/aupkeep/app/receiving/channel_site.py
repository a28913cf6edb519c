"""The site of the network that a channel's reports are about, by the settings.

Address spaces of two sites may overlap. A report that names an address of both is attributable only
where its site is known.
"""

from aupkeep.app.context import AppContext
from aupkeep.model.raw import MAIL_CHANNELS, Channel


def channel_site(
    context: AppContext, channel: Channel, sender: str | None, recipients: tuple[str, ...]
) -> str | None:
    """The site that the settings name for what came in so; None where they name none, or several.

    A recipient says more than its channel.
    """
    if channel is Channel.FEED:
        name = (sender or "").removeprefix("feed:")
        return str(context.settings.feeds.tables.get(name, {}).get("site") or "") or None
    if channel not in MAIL_CHANNELS:
        return None
    pairs = [entry.partition("=") for entry in context.settings.mail.sites]
    named = {key.strip().lower(): site.strip() for key, _, site in pairs if site.strip()}
    addressed = {named[x.lower()] for x in recipients if x.lower() in named}
    chosen = addressed or {named[word] for word in (channel.value,) if word in named}
    return chosen.pop() if len(chosen) == 1 else None

"""What is known of sources when claims are weighed: doubted, ever confirmed, same origin."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from aupkeep.app.context import AppContext
from aupkeep.casework.evidence_level import Trust, claimant
from aupkeep.casework.incidents import JoinRules
from aupkeep.model.case import Claim
from aupkeep.model.errors import AupkeepError
from aupkeep.model.origin import OriginChannel
from aupkeep.store import sources


def rules_of(context: AppContext, claims: Iterable[Claim]) -> JoinRules:
    """How these claims are joined and weighed at this moment."""
    return JoinRules(
        window=timedelta(hours=context.settings.deciding.window_hours),
        trust=trust_of(context, claims),
    )


def trust_of(context: AppContext, claims: Iterable[Claim]) -> Trust:
    """What is known now of the sources of these claims."""
    claims = tuple(claims)
    chosen, feeds, now = context.settings.sources, feed_origins(context), context.now()
    keys = {claimant(claim) for claim in claims}
    return Trust(
        known=frozenset({*feeds, *reporters_of(claims)}),
        origin={**feeds, **configured_origins(chosen.origins)},
        doubted=frozenset(source.key for source in sources.held_back(now)),
        confirmed=frozenset(sources.confirmed(keys, now)) if chosen.ask_record else None,
    )


def reporters_of(claims: Iterable[Claim]) -> Iterator[str]:
    """The sources proven to be a reporter with a profile; they are no newcomers.

    The profile that read a claim stands behind the parser in the finding's maker; it counts only
    when the proven domain is one that the profile names.
    """
    from aupkeep.intake.profiles.registry import profile_registry  # costs every list its start

    profiles = profile_registry().profiles
    for claim in claims:
        source = claim.finding.source
        profile = profiles.get(claim.finding.maker.partition("+")[2])
        by_mail = source.channel is OriginChannel.MAIL and source.proven
        if profile is not None and by_mail and profile.proven(source.identity):
            yield str(source)


def feed_origins(context: AppContext) -> dict[str, str]:
    """The source of each feed, and the origin it shares with feeds that resell the same data."""
    from aupkeep.intake.feed import feeds as plugins  # as above
    from aupkeep.intake.feed_client.subscription import subscribe

    chosen = context.settings.feeds
    origins = {}
    for name in {*plugins(), *chosen.tables, *chosen.enabled}:
        try:
            feed = subscribe(name, chosen.tables.get(name, {}))
        except AupkeepError:  # its options are shown as wrong where feeds are listed
            continue
        origins[str(feed.source)] = f"feed:{feed.origin}"
    return origins


def configured_origins(lines: Iterable[str]) -> dict[str, str]:
    """The setting `sources.origins`, "source = origin" a line."""
    pairs = (line.partition("=") for line in lines)
    return {source.strip(): origin.strip() for source, _, origin in pairs}

"""What sampling hides: how many of a number are seen at 1:N, and how likely it is to see enough.

An exporter that samples one packet in N sees a target that got k packets with probability
p = 1 - (1 - 1/N)^k. Of n such targets it sees a binomial number. A threshold of n becomes n·p seen,
but never fewer than `FEWEST`: one sampled packet proves nothing. `chance` is the probability that
something exactly as large as the threshold is seen; 1.0 without sampling.

The ratio of two sampled counts, such as answers to requests, is known within bounds only. A ratio
accuses only where the whole interval exceeds the threshold: what is unknown accuses nobody.
"""

import math
from typing import NamedTuple

FEWEST = 5  # things seen, at least, before sampled data says anything
SURE = 25  # sampled things that carry more than a telling; a ratio needs more
SPREADS = 3.0  # standard deviations within which a ratio is looked for: wrong in 1 of 700 at most
EXACT = 2000  # terms summed; beyond, the normal distribution does


class SampledThreshold(NamedTuple):
    """How many must be seen, the share that is seen, and how likely that is at the threshold."""

    seen: float
    share: float
    chance: float


def sampled_threshold(
    threshold: float, rate: int, packets_each: float = 1.0, spreads: float = 0.0
) -> SampledThreshold:
    """For `threshold` things of `packets_each` packets, at 1:`rate`.

    With `spreads`, so many standard deviations more: then it is known that there were as many.

    >>> sampled_threshold(20, 1)
    SampledThreshold(seen=20, share=1.0, chance=1.0)
    >>> sampled_threshold(20, 1000, 3).seen
    5
    """
    if rate <= 1:
        return SampledThreshold(threshold, 1.0, 1.0)
    share = -math.expm1(max(packets_each, 1.0) * math.log1p(-1 / rate))
    seen = threshold * share + spreads * math.sqrt(threshold * share)
    seen = min(max(seen, float(min(FEWEST, threshold))), threshold)
    at_least = math.ceil(seen - 1e-9)
    return SampledThreshold(at_least, share, round(reached(at_least, threshold, share), 4))


def enough_to_act(seen: float, rate: int, least: float = SURE) -> bool:
    """Whether so many things seen, as exported, are enough to ask or act upon.

    >>> enough_to_act(5, 1), enough_to_act(5, 100), enough_to_act(30, 100)
    (True, False, True)
    """
    return rate <= 1 or seen >= least


class RatioBounds(NamedTuple):
    """Between what a ratio lies."""

    least: float
    most: float


def ratio(first: float, second: float, rate: int) -> RatioBounds:
    """Bounds of `first` divided by `second`; both counts as exported, at 1:`rate`.

    Of all packets sampled, the share that are of the one kind is binomial: its bounds are the score
    interval of Wilson (1927), which holds for few and for none as well.

    >>> ratio(3, 2, 1)
    RatioBounds(least=1.5, most=1.5)
    >>> [round(bound, 3) for bound in ratio(0, 90, 100)]
    [0.0, 0.1]
    >>> ratio(0, 0, 100)
    RatioBounds(least=0.0, most=inf)
    """
    if rate <= 1:
        exact = first / second if second else math.inf
        return RatioBounds(exact, exact)
    total, square = first + second, SPREADS * SPREADS
    if total <= 0:
        return RatioBounds(0.0, math.inf)
    centre = first + square / 2
    spread = SPREADS * math.sqrt(first * second / total + square / 4)
    low, high = max(centre - spread, 0.0), min(centre + spread, total + square)
    return RatioBounds(low / (total + square - low), high / max(total + square - high, 1e-12))


def reached(least: int, count: float, share: float) -> float:
    """The probability that of `count` things, each seen with `share`, at least `least` are.

    >>> round(reached(1, 10, 0.1), 4)
    0.6513
    >>> reached(0, 10, 0.1), reached(3, 10, 1.0)
    (1.0, 1.0)
    """
    if least <= 0:
        return 1.0
    if count < least:
        return 0.0
    if share >= 1.0:  # many packets each: none is missed
        return 1.0
    mean, spread = count * share, math.sqrt(count * share * (1 - share)) or 1e-12
    if least > EXACT:
        return 0.5 * math.erfc((least - 0.5 - mean) / (spread * math.sqrt(2)))
    below = sum(math.exp(_log_term(count, some, share)) for some in range(least))
    return min(max(1.0 - below, 0.0), 1.0)


def _log_term(count: float, some: int, share: float) -> float:
    """The logarithm of the binomial probability of exactly `some`; `count` may be fractional."""
    ways = math.lgamma(count + 1) - math.lgamma(some + 1) - math.lgamma(count - some + 1)
    return ways + some * math.log(share) + (count - some) * math.log1p(-share)

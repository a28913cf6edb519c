"""How long a peer may take: for a head, for a body and for reading an answer.

A body or an answer has a first span, and then as long as the least pace takes for its bytes so far.
So a large upload over a slow line gets through, and one byte a second does not.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds, and bytes a second."""

    head: float = 10.0  # from the first byte of a head to its end
    idle: float = 30.0  # until a head begins
    span: float = 20.0  # for the first bytes of a body or an answer
    pace: int = 8 * 1024  # the least, after that
    longest: float = 900.0
    linger: float = 2.0  # for reading on after a refusal, so that the peer hears it

    def left(self, begun: float, moved: int, now: float) -> float:
        """Seconds until a transfer that began then and moved so much is too slow.

        >>> limits = Deadlines()
        >>> limits.left(0.0, 0, 5.0), limits.left(0.0, 10 * 8192, 25.0), limits.left(0.0, 3, 30.0)
        (15.0, 5.0, 0.0)
        """
        allowed = min(self.longest, self.span + moved // self.pace)
        return max(0.0, begun + allowed - now)

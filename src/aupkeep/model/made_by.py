"""By what measures were made, so that all of one faulty version are found (invariant 11)."""

from dataclasses import asdict, dataclass

from aupkeep.model.errors import Invalid

SHORTEST = 8  # digits of a policy's hash that name it


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """Versions, and the driver, that actions have in common; None for any.

    `policy` is the hash of a policy version or its beginning; `detector` is `NAME` or
    `NAME/VERSION`. `automatic`: rules' work alone.
    """

    rule: str | None = None
    policy: str | None = None
    detector: str | None = None
    attribution: str | None = None
    driver: str | None = None
    automatic: bool = False

    def __post_init__(self) -> None:
        """Raises `Invalid` for a beginning of a hash that is too short."""
        if self.policy is not None and len(self.policy) < SHORTEST:
            raise Invalid(
                f"policy: expected at least {SHORTEST} digits of its hash, found {self.policy!r}"
            )

    @property
    def words(self) -> str:
        """`rule intrusion-1, policy 0123abcd`."""
        named = {name: value for name, value in asdict(self).items() if name != "automatic"}
        return ", ".join(f"{name} {value[:60]}" for name, value in named.items() if value)

    def __bool__(self) -> bool:
        """Whether anything is named."""
        return bool(self.words)

"""What the signer process signs: new entries, and desired states that pass its own checks."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aupkeep.app.context import AppContext
from aupkeep.app.signing.decided import DecidedMeasures, LearntEntry, learning
from aupkeep.config.home import Home
from aupkeep.config.keys import (
    KEY_NAME,
    SIGNING,
    WITNESS,
    has_key,
    public_keys,
    signing_key,
)
from aupkeep.enforcement.action_checks import refusal
from aupkeep.enforcement.desired import VALID_FOR, DesiredState, read_plain, sign
from aupkeep.enforcement.durable_file import write_durably
from aupkeep.enforcement.local_bounds import LocalBounds, own_bounds
from aupkeep.enforcement.protect import ProtectList, own_protect
from aupkeep.evidence import checkpoint
from aupkeep.evidence.cosignature import cosign
from aupkeep.evidence.merkle import Frontier
from aupkeep.evidence.signer_memory import SignerMemory, read_memory
from aupkeep.evidence.verify import Keys, LogLeaf
from aupkeep.evidence.witness import (
    WitnessedTree,
    WitnessRefusal,
    check_extends,
    check_signed,
    read_request,
)
from aupkeep.model.counted import counted
from aupkeep.model.errors import Conflict, Invalid, Missing, Unavailable

__all__ = ["MEMORY", "Signer", "StateUnfit", "WitnessRefusal", "load_memory"]
MEMORY = "memory.json"
MOST_TARGETS = 10_000  # whose serials are remembered
MOST_AT_ONCE = 20_000  # entries under one checkpoint
EMPTY = Frontier().to_bytes()
CLOCKS = timedelta(minutes=1)  # how far the worker's clock and ours may be apart


class Signer:
    """Signs for the home of `context` with the keys and the memory in the folder `own`."""

    def __init__(self, context: AppContext, own: Home) -> None:
        """Raises `Missing` without a memory, `Unreadable` for a damaged one.

        `Invalid` where the home lacks the public half of a key: what it signs proves nothing.
        """
        self._context = context
        self._own = own
        self._keys = {name: signing_key(own, name) for name in SIGNING}
        for name, key in self._keys.items():
            _require_published(context.home, name, key)
        self.memory = load_memory(own)
        self._decided = DecidedMeasures()
        self._walked = False

    def sign_new(self) -> int:
        """Sign what was written since, if anything; returns how many entries that were.

        Raises `Conflict` and `Unreadable` where the log does not extend what was signed: nothing
        is signed from then on, until a person looks (`aupkeep signer remember`).
        """
        from aupkeep.store import log, refresh

        refresh()  # the database may have been away
        self._reload_if_replaced()
        before = self.memory.frontier.size
        size, tree = log.state()
        if size < before:
            raise Conflict(
                f"journal: expected the {before} entries that were signed, found {size}; "
                "if a backup was restored: aupkeep signer remember --own ... --reason ..."
            )
        self._walk_again()
        self._publish()
        learnt: list[LearntEntry] = []
        memory = self._after(self.memory, size, learnt) if size > before else self.memory
        if size > before == memory.frontier.size:
            raise Conflict(f"journal: expected entry {before}, found none though it counts {size}")
        if memory.frontier.size == size and memory.frontier.to_bytes() != (tree or EMPTY):
            raise Conflict(
                f"journal: expected its tree to extend the {before} entries that were signed, "
                "found it grown on others; aupkeep verify names the first"
            )
        if size == before:
            return 0
        self._require_same_origin()
        self._remember(memory)
        self._decided.learn(learnt, self._context.now())
        self._publish()
        return memory.frontier.size - before

    def sign_state(self, data: bytes) -> bytes:
        """The state signed. Raises `StateUnfit` for one that must not be, `Unreadable`."""
        while self.sign_new() == MOST_AT_ONCE:  # what it serves may be behind many others
            continue
        state = read_plain(data)
        self._require_fit(state)
        signed = sign(state, self._keys["desired"])
        serials = {**self.memory.serials, state.target: state.serial}
        self._remember(replace(self.memory, serials=serials))
        return signed

    def cosign(self, body: bytes, name: str, logs: Mapping[str, Keys]) -> str:
        """The line that cosigns another log's checkpoint, as the witness `name`.

        Raises `WitnessRefusal`, and `Unavailable` without a key for it.
        """
        request = read_request(body)
        check_signed(request, logs)
        self._reload_if_replaced()
        checkpoint, seen = request.checkpoint, self.memory.witnessed
        check_extends(request, seen.get(checkpoint.origin, WitnessedTree()))
        if not has_key(self._own, WITNESS):
            raise Unavailable("key witness: expected it, found none: aupkeep signer rotate witness")
        tree = WitnessedTree(checkpoint.size, checkpoint.root)
        if seen.get(checkpoint.origin) != tree:
            self._remember(self.memory.with_cosigned(checkpoint.origin, tree))
        return cosign(checkpoint.text, name, signing_key(self._own, WITNESS), self._context.now())

    def _reload_if_replaced(self) -> None:
        """Read the memory again where `aupkeep signer remember` replaced its file."""
        stands = load_memory(self._own)
        if stands != self.memory:
            self.memory, self._walked, self._decided = stands, False, DecidedMeasures()

    def _walk_again(self) -> None:
        """Once after a start: the entries that were signed, as they stand, for their decisions."""
        if self._walked:
            return
        walked, signed = SignerMemory(origin=self.memory.origin), self.memory.frontier
        decided = DecidedMeasures()
        while walked.frontier.size < signed.size:
            before = walked.frontier.size
            learnt: list[LearntEntry] = []
            walked = self._after(walked, signed.size, learnt)
            decided.learn(learnt, self._context.now())
            if walked.frontier.size == before:
                break
        if walked.frontier != signed:
            raise Conflict(
                f"journal: expected the {signed.size} entries as they were signed, found others; "
                "aupkeep verify names the first"
            )
        self._walked, self._decided = True, decided

    def _after(self, memory: SignerMemory, size: int, learnt: list[LearntEntry]) -> SignerMemory:
        """The memory with further leaves, up to a size; in `learnt` what they decide."""
        from aupkeep.store import log

        start = memory.frontier.size
        with closing(log.leaves(start)) as stored:
            leaves = islice((LogLeaf(*leaf) for leaf in stored), min(size - start, MOST_AT_ONCE))
            return memory.extended(learning(leaves, learnt))

    def _require_same_origin(self) -> None:
        name = self._context.settings.provider.origin
        if name != self.memory.origin:
            raise Conflict(
                f"provider.origin: expected {self.memory.origin!r}, as signed so far, "
                f"found {name!r}"
            )

    def _remember(self, memory: SignerMemory) -> None:
        """Durable before anything leaves: what was signed once is never signed otherwise.

        Raises `Conflict` where somebody set it anew since it was read.
        """
        with locked(self._own):
            if load_memory(self._own) != self.memory:
                raise Conflict("signer memory: expected it as it was read, found it set anew")
            write_durably(self._own.path / MEMORY, memory.to_json())
        self.memory = memory

    def _publish(self) -> None:
        """Write the newest checkpoint where it is missing: a crash came after it was remembered."""
        from aupkeep.store import checkpoints

        tree = self.memory.frontier
        if not tree.size or checkpoints.has(tree.size):
            return
        key = self._keys["journal"]
        text = checkpoint.make(self.memory.origin, tree.size, tree.root(), KEY_NAME, key)
        checkpoints.append(self._context.home.checkpoints, text)
        checkpoints.add(tree.size, text)

    def _require_fit(self, state: DesiredState) -> None:
        """Raise `StateUnfit` unless the state may be signed."""
        now = self._context.now()
        last = self.memory.serials.get(state.target, 0)
        if not last and len(self.memory.serials) >= MOST_TARGETS:
            raise StateUnfit(f"target: expected one of {MOST_TARGETS} known, found a further one")
        newest = int((now + CLOCKS).timestamp() * 1000)
        if not last < state.serial <= max(newest, last + 1):
            raise StateUnfit(
                f"serial: expected one above {last}, at most the time, found {state.serial}"
            )
        if abs(state.made_at - now) > CLOCKS:
            raise StateUnfit(f"made_at: expected the time within a minute, found {state.made_at}")
        if state.valid_until is None or state.valid_until > state.made_at + VALID_FOR:
            raise StateUnfit(f"valid_until: expected within {VALID_FOR}, found {state.valid_until}")
        bounds, protect = own_bounds(self._own.path), own_protect(self._own.path)
        unfit = dict(self._unfit(state, bounds, protect))
        unfit |= bounds.surplus(action for action in state.actions if action.id not in unfit)
        if unfit:
            first = next(iter(unfit.values()))
            raise StateUnfit(
                f"{len(unfit)} of {counted(len(state.actions), 'action')}: {first}", unfit
            )

    def _unfit(
        self, state: DesiredState, bounds: LocalBounds, protect: ProtectList
    ) -> Iterator[tuple[str, str]]:
        """Each action that must not be signed, and why."""
        undecided = self._decided.refusals(state.actions, self._context.now())
        for action in state.actions:
            reason = (
                refusal(action, state.target, action.driver)
                or protect.against(action)
                or bounds.against(action)
                or undecided.get(action.id)
            )
            if reason:
                yield action.id, reason


class StateUnfit(Invalid):
    """A state that is not signed; `actions` says why by action where single ones are the reason."""

    def __init__(self, reason: str, actions: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.actions = actions or {}


@contextmanager
def locked(own: Home) -> Iterator[None]:
    """Hold the signer's folder while its memory is written: nobody writes over what another set."""
    descriptor = os.open(own.path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def load_memory(own: Home) -> SignerMemory:
    """The signer's memory. Raises `Missing` before it was begun, `Unreadable` for a damaged one."""
    try:
        return read_memory((own.path / MEMORY).read_bytes())
    except FileNotFoundError as error:
        raise Missing(
            f"{own.path / MEMORY}: expected the signer's memory, found none; begin it with: "
            "aupkeep signer take, or after a restore: aupkeep signer remember --reason ..."
        ) from error


def _require_published(home: Home, purpose: str, key: Ed25519PrivateKey) -> None:
    """Raise `Invalid` unless the home has the key's public half."""
    ours = key.public_key().public_bytes_raw()
    if all(half.public_bytes_raw() != ours for half in public_keys(home, purpose)):
        raise Invalid(
            f"{home.keys}: expected the public half of the signer's newest key {purpose}, found "
            "none; put the .pub files there that aupkeep signer take or rotate wrote"
        )

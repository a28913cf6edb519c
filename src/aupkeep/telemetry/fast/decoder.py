"""Batches of datagrams become rows: by the kernels, and by the general decoder what is odd."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from aupkeep.model.subject import Address
from aupkeep.telemetry.datagram import Datagram
from aupkeep.telemetry.fast import kernel_state
from aupkeep.telemetry.fast.batch import Batch, gather, sender
from aupkeep.telemetry.fast.decode_batch import decode_batch
from aupkeep.telemetry.fast.kernel_state import Cursor
from aupkeep.telemetry.fast.mirror import Mirror
from aupkeep.telemetry.fast.row_words import words
from aupkeep.telemetry.rows import Rows, copied, empty, joined
from aupkeep.telemetry.wire.decoder import Decoder

ROOM = 16_384  # rows that one walk may write: 1.8 MB
MOST_STRANGERS = 4096  # exporters where any may send


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedSender:
    """A sender that is not on the list; None stands for all that were too many to remember."""

    sender: Address | None
    datagrams: int
    last: int  # milliseconds since 1970, UTC


class FastDecoder:
    """Decodes batches in the order they came; never raises over what they hold.

    `allowed` are the exporters whose datagrams are taken; None takes those of the first 4,096
    senders. The general decoder keeps templates, rates and sequences; `sync` brings its counts
    up to date.
    """

    def __init__(
        self, general: Decoder, allowed: Iterable[Address] | None, *, room: int = ROOM
    ) -> None:
        self.general = general
        self.mirror = Mirror(general, open_to_all=allowed is None)
        self._allowed: set[Address] = set()
        self._buffer = empty(room)
        self._words = words(self._buffer)
        self._cursor = Cursor(np.zeros(kernel_state.CURSOR, np.int64), np.zeros(4, np.uint64))
        self._too_many = RefusedSender(sender=None, datagrams=0, last=0)
        for address in allowed or ():
            self.allow(address)

    @property
    def allowed(self) -> frozenset[Address]:
        """The exporters whose datagrams are taken now."""
        return frozenset(self._allowed)

    def allow(self, exporter: Address) -> None:
        """Take an exporter's datagrams from now on."""
        self._allowed.add(exporter)
        self.mirror.put_sender(exporter)

    def refuse(self, exporter: Address) -> None:
        """Take them no more."""
        self._allowed.discard(exporter)
        self.mirror.drop_sender(exporter)

    def take(self, batch: Batch, at: int) -> Rows:
        """The rows of a batch that was received at `at`, ms since 1970; the caller's own."""
        return joined([copied(rows) for rows in self.parts(batch, at)])

    def parts(self, batch: Batch, at: int) -> Iterator[Rows]:
        """The same as they are decoded; each part is good until the next one is asked for."""
        where = self._cursor.at
        where[:] = 0
        where[kernel_state.WITHIN] = self.general.state.inner is not False
        done = False
        while not done:
            why = decode_batch(batch, at, self.mirror.tables, self._words, self._cursor)
            done = why == kernel_state.DONE
            if why == kernel_state.GAP:
                slot, number, units, uptime = (
                    int(where[column])
                    for column in (
                        kernel_state.SLOT, kernel_state.ODD_NUMBER, kernel_state.ODD_UNITS,
                        kernel_state.ODD_UPTIME,
                    )
                )  # fmt: skip
                self.mirror.judge(slot, number, units, uptime)
                continue
            count, where[kernel_state.ROW] = int(where[kernel_state.ROW]), 0
            if count:
                yield self._buffer[:count]
            if why == kernel_state.STRANGER:
                self._meet(batch.sender(int(where[kernel_state.NEXT])), at)
            elif why == kernel_state.ODD or (why == kernel_state.FULL and not count):
                yield self._general(batch.datagram(int(where[kernel_state.NEXT]), at))

    def _general(self, datagram: Datagram) -> Rows:
        """Have one datagram taken by the general decoder, and go on behind it."""
        where = self._cursor.at
        slot, number = int(where[kernel_state.SLOT]), int(where[kernel_state.SENDER])
        known = bool(self._cursor.key[0])  # which stream it is of, though it may be a new one
        if slot >= 0:
            self.mirror.give_back(slot)
        elif not known:
            self.mirror.give_all_back()
        rows = self.general.take(datagram)
        if known:
            self.mirror.follow(self._cursor.key)
        else:
            self.mirror.follow_all(datagram.exporter)
        counts = self.mirror.exporters[number]
        if not counts[kernel_state.SEEN_DATAGRAMS]:
            counts[kernel_state.FIRST_AT] = datagram.at
        counts[kernel_state.SEEN_DATAGRAMS] += 1
        counts[kernel_state.GENERAL] += 1
        counts[kernel_state.SEEN_ROWS] += len(rows)
        counts[kernel_state.LAST_AT] = datagram.at
        where[kernel_state.NEXT] += 1
        return rows

    def _meet(self, exporter: Address, at: int) -> None:
        """Take on a sender where any may send; one too many is refused and counted."""
        if len(self._allowed) < MOST_STRANGERS:
            self.allow(exporter)
            return
        count = self._too_many.datagrams + 1
        self._too_many = RefusedSender(sender=None, datagrams=count, last=at)
        self._cursor.at[kernel_state.NEXT] += 1

    def refused(self) -> list[RefusedSender]:
        """Who was refused, those with the most datagrams first."""
        rows = self.mirror.refused
        senders = [
            RefusedSender(
                sender=sender(int(high), int(low)) if place < kernel_state.REFUSED else None,
                datagrams=int(count),
                last=int(last),
            )
            for place, (high, low, count, last) in enumerate(rows)
            if count
        ]
        senders += [self._too_many] if self._too_many.datagrams else []
        return sorted(senders, key=lambda refused: -refused.datagrams)

    def sync(self) -> None:
        """Bring the general decoder's sequences and rates up to date with the kernels' counts."""
        self.mirror.give_all_back()

    def warm(self) -> None:
        """Compile the kernels before the first datagram: some seconds, or read from the cache."""
        nothing = gather(())
        decode_batch(nothing, 0, self.mirror.tables, self._words, self._cursor)

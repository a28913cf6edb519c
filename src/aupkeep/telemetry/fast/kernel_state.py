"""What kernels know between datagrams: arrays that Python made, their columns by name."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# A stream is what one exporter counts in one sequence: version, domain, for sFlow its agent.
(
    EXPECTED,  # the number the next datagram should have; -1: any
    UPTIME,  # of the last datagram, -1: its protocol tells none
    NUMBER, UNITS,  # of the last datagram: its number, how many numbers it used up
    DATAGRAMS, ROWS,  # since Python last looked
    FIXED,  # the operator's override of the rate; -1: none
    PLAIN,  # the rate of a record that names no sampler; 0: unknown
    NAMED,  # the rate of a record that names one which nothing was told of
    TOLD,  # 1: rates are told by sampler, by interface or by template
    BOOT,  # when the exporter started, as its options told; -1: not told
    OWN, HEADER, SAMPLER, INTERFACE, TEMPLATE,  # what the last record said of sampling
) = range(16)  # fmt: skip
STREAM = 16

# A plan is how the records of a template are read.
SIZE, STEPS, WITH, KIN, GUESS_ICMP, RATED, SAMPLER_AT, SAMPLER_SHIFT = range(8)
PLAN = 8
MOST_STEPS = 32

# An exporter's counts since the start.
SEEN_DATAGRAMS, SEEN_ROWS, GENERAL, FIRST_AT, LAST_AT = range(5)
EXPORTER = 5
REFUSED = 1024  # places for senders that are not on the list; half of them are used


class KernelTables(NamedTuple):
    """All of it. Pairs of keys and values are a `LookupTable`; `refused` is empty if nobody is."""

    sender_keys: NDArray[np.uint64]
    sender_values: NDArray[np.int64]
    stream_keys: NDArray[np.uint64]
    stream_values: NDArray[np.int64]
    template_keys: NDArray[np.uint64]
    template_values: NDArray[np.int64]
    rate_keys: NDArray[np.uint64]
    rate_values: NDArray[np.int64]
    streams: NDArray[np.int64]
    plans: NDArray[np.int64]
    steps: NDArray[np.int32]
    exporters: NDArray[np.int64]
    refused: NDArray[np.uint64]  # high, low, datagrams, last at; last: others


class Cursor(NamedTuple):
    """Where a walk stands: its columns are below; and the key of the stream it stopped at."""

    at: NDArray[np.int64]
    key: NDArray[np.uint64]


# The columns of a cursor. A walk stops because it is done, because the rows are full, because a
# datagram is not plain, because one had another number than expected (it was decoded), or because
# one's sender is not known where any may send.
NEXT, ROW, SLOT, SENDER, ODD_NUMBER, ODD_UNITS, ODD_UPTIME, WITHIN = range(8)
CURSOR = 8
DONE, FULL, ODD, GAP, STRANGER = 0, -1, -2, -3, -4

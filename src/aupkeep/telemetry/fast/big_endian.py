"""Numbers out of datagrams, most significant byte first, as kernels read them.

Places are judged by whoever calls: these do not look at the end of the data.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aupkeep.telemetry.jit import inlined

SHIFTS = tuple(np.uint64(56 - 8 * index) for index in range(8))
ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN = (np.uint64(index) for index in range(1, 8))


@inlined
def signed(value: Any) -> int:  # noqa: ANN401 - any of numpy's integers
    """A number that takes part in reckoning; a mixture of signed and unsigned would be a float."""
    return np.int64(value)  # type: ignore[return-value]


@inlined
def load8(data: NDArray[np.uint8], at: int) -> Any:  # noqa: ANN401 - numpy's uint64
    """Eight bytes.

    Written out so that the compiler makes one load of it; a signed place might count from the end.
    """
    place = np.uint64(at)
    return (
        np.uint64(data[place]) << SHIFTS[0]
        | np.uint64(data[place + ONE]) << SHIFTS[1]
        | np.uint64(data[place + TWO]) << SHIFTS[2]
        | np.uint64(data[place + THREE]) << SHIFTS[3]
        | np.uint64(data[place + FOUR]) << SHIFTS[4]
        | np.uint64(data[place + FIVE]) << SHIFTS[5]
        | np.uint64(data[place + SIX]) << SHIFTS[6]
        | np.uint64(data[place + SEVEN]) << SHIFTS[7]
    )


@inlined
def load4(data: NDArray[np.uint8], at: int) -> int:
    """Four bytes."""
    place = np.uint64(at)
    return signed(
        np.uint32(data[place]) << np.uint32(24)
        | np.uint32(data[place + ONE]) << np.uint32(16)
        | np.uint32(data[place + TWO]) << np.uint32(8)
        | np.uint32(data[place + THREE])
    )


@inlined
def load2(data: NDArray[np.uint8], at: int) -> int:
    """Two bytes."""
    place = np.uint64(at)
    return signed(data[place]) << 8 | signed(data[place + ONE])

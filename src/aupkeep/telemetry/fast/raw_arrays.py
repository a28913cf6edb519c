"""Arrays without their counts of references.

numba counts a reference whenever a kernel hands an array to another one, with an atomic operation
that costs as much as the work of ten instructions; a walk hands on a dozen of them for each
datagram. A bare array is a place and a shape. It is good as long as the array it was made of lives,
which is the case within one call from Python.
"""

from typing import Any

from numba import types
from numba.core.cgutils import voidptr_t
from numba.extending import intrinsic
from numba.np.numpy_support import carray
from numpy.typing import NDArray

from aupkeep.telemetry.jit import inlined


@intrinsic
def pointer(_typing: Any, _address: Any) -> Any:  # noqa: ANN401 - numba's own
    """A number as a pointer."""

    def write(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:  # noqa: ANN401 - the same
        return builder.inttoptr(values[0], voidptr_t)

    return types.voidptr(types.intp), write


@inlined
def raw_array(array: NDArray[Any]) -> NDArray[Any]:
    """The same memory; the array must be contiguous."""
    return carray(pointer(array.ctypes.data), array.shape, array.dtype)  # type: ignore[call-arg]

"""Compiles the few inner loops; each has an oracle in plain Python that tests compare it with.

    @kernel
    def add(rows, count, out): ...

A kernel takes numpy arrays and numbers only, allocates nothing, and is bounded by their sizes. The
machine code is kept beside the module or, where that cannot be written, in numba's own cache
folder (`NUMBA_CACHE_DIR`), so that only the first start after an install compiles.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def kernel(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The function as machine code: no Python objects, the interpreter's lock released."""
    compiled: Callable[Given, Answer] = njit(cache=True, nogil=True)(function)
    return compiled


def inlined(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """The same for a small function that kernels call."""
    compiled: Callable[Given, Answer] = njit(cache=True, nogil=True, inline="always")(function)
    return compiled

"""libnftables by ctypes: text batches in, JSON out (libnftables(3), libnftables-json(5)).

Debian's Python binding is tied to the system's own Python; the C library is not, so this works in
any virtual environment. One handle is used by one thread at a time.
"""

import ctypes
import json
from typing import Any

from aupkeep.model.errors import Unavailable

LIBRARY = "libnftables.so.1"
JSON = 1 << 4  # NFT_CTX_OUTPUT_JSON, nftables/libnftables.h
NUMERIC_PROTO = 1 << 7  # NFT_CTX_OUTPUT_NUMERIC_PROTO: 6, not tcp
TERSE = 1 << 11  # NFT_CTX_OUTPUT_TERSE: sets without their elements


def missing() -> str | None:
    """What to install before a handle can be opened, None where nothing is missing."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError as error:
        return f"expected {LIBRARY} (Debian and Ubuntu: libnftables1), found {error}"
    return None


class Nftables:
    """An open handle. Raises `Unavailable` naming the library when it is not installed."""

    def __init__(self) -> None:
        if lacks := missing():
            raise Unavailable(lacks)
        library = ctypes.CDLL(LIBRARY)
        library.nft_ctx_new.restype = ctypes.c_void_p
        library.nft_ctx_new.argtypes = [ctypes.c_uint32]
        for name in ("nft_ctx_free", "nft_ctx_buffer_output", "nft_ctx_buffer_error"):
            getattr(library, name).argtypes = [ctypes.c_void_p]
        for name in ("nft_ctx_get_output_buffer", "nft_ctx_get_error_buffer"):
            getattr(library, name).restype = ctypes.c_char_p
            getattr(library, name).argtypes = [ctypes.c_void_p]
        library.nft_ctx_output_set_flags.argtypes = [ctypes.c_void_p, ctypes.c_uint]
        library.nft_run_cmd_from_buffer.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self._library = library
        self._handle = library.nft_ctx_new(0)
        if not self._handle:
            raise Unavailable(f"expected a handle from {LIBRARY}, found none")
        library.nft_ctx_buffer_output(self._handle)
        library.nft_ctx_buffer_error(self._handle)

    def __del__(self) -> None:
        """Give the handle back."""
        if getattr(self, "_handle", None):
            self._library.nft_ctx_free(self._handle)

    def run(self, commands: str) -> str | None:
        """Run one atomic batch; None when it was done, else the first line of the error."""
        done = self._library.nft_run_cmd_from_buffer(self._handle, commands.encode())
        error: bytes = self._library.nft_ctx_get_error_buffer(self._handle) or b""
        self._library.nft_ctx_get_output_buffer(self._handle)
        if done == 0:
            return None
        return error.decode(errors="replace").partition("\n")[0] or f"error {done}"

    def show(self, command: str) -> str | None:
        """Run a query; the text it answers, or None when there is no such thing.

        Raises `Unavailable` when the kernel does not let us look.
        """
        return self._ask(command, NUMERIC_PROTO)

    def read(self, command: str, *, terse: bool = False) -> list[dict[str, Any]] | None:
        """Run a listing; the objects under `nftables`, or None when there is no such thing.

        `terse` leaves the elements of sets out. Raises `Unavailable` when the kernel does not let
        us look, or the library was built without JSON.
        """
        text = self._ask(command, JSON | NUMERIC_PROTO | (TERSE if terse else 0))
        if text is None:
            return None
        try:
            objects: list[dict[str, Any]] = json.loads(text)["nftables"]
        except (ValueError, KeyError) as error:
            raise Unavailable(f"nftables: expected JSON, found {text[:60]!r}") from error
        return objects

    def _ask(self, command: str, flags: int) -> str | None:
        self._library.nft_ctx_output_set_flags(self._handle, flags)
        done = self._library.nft_run_cmd_from_buffer(self._handle, command.encode())
        output: bytes = self._library.nft_ctx_get_output_buffer(self._handle) or b""
        error: bytes = self._library.nft_ctx_get_error_buffer(self._handle) or b""
        if done == 0:
            return output.decode(errors="replace")
        first = error.decode(errors="replace").partition("\n")[0]
        if "No such file or directory" in first:
            return None
        raise Unavailable(f"nftables: expected to read with CAP_NET_ADMIN, found {first}")

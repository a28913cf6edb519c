"""Check an Aupkeep journal export without Aupkeep: `verify.py EXPORT [--keep FILE] [--key KEY]`.

Written after docs/journal.md, RFC 6962, C2SP tlog-checkpoint and tlog-cosignature. Exit code: 0 ok,
1 a bad entry, 2 unreadable. `--keep`, `--key` and `--witness` were kept elsewhere; without `--key`
its own keys are believed. `--quorum N`: so many of these witnesses must have cosigned it.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f\\ud800-\\udfff]")  # no signed note has it
HASH, NOTE = 32, re.compile(r".*?\n\n(?:\u2014 [^\n]*\n)+", re.DOTALL)  # one checkpoint of many
P = 2**255 - 19  # and the y of the points with which anybody signs (RFC 8032 section 5.1.7)
EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL = {0, 1, P - 1, EIGHT, P - EIGHT}
D = -121665 * pow(121666, -1, P) % P  # of the curve, section 5.1
LATEST = 253402214400  # seconds that a time of Aupkeep can say


class Bad(Exception):
    """Arguments: the first bad entry, and why."""


def need(condition: object, entry: int, reason: str) -> None:
    """Go on when the condition holds, else name the entry."""
    if not condition:
        raise Bad(entry, reason)


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def canonical(value: object) -> bytes:
    """Sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_line(line: bytes, fields: set[str], entry: int) -> dict:
    """An object with exactly these fields, written in its only form."""
    try:
        value = json.loads(line)
        same = canonical(value) + b"\n" == line
    except (ValueError, RecursionError) as error:
        raise Bad(entry, f"line is not JSON: {error}") from error
    need(same and isinstance(value, dict) and set(value) == fields, entry, "line is not canonical")
    return value


def plain(text: object, entry: int) -> bytes:
    """Base64 in its only form."""
    try:
        raw = base64.b64decode(str(text), validate=True)
    except ValueError:
        raw = b""
    need(base64.b64encode(raw).decode() == text, entry, "not base64")
    return raw


def read_key(text: str, kind: int = 1) -> tuple[str, bytes, Ed25519PublicKey]:
    """Name, key id and key of a verifier key; kind 4 is a witness's."""
    name, known, encoded = (*text.split("+", 2), "", "")[:3]
    raw = plain(encoded, 0)
    short = sha(name.encode() + b"\n" + raw)[:4]
    need(len(raw) == HASH + 1 and raw[0] == kind and short.hex() == known, 0, f"not a key: {text}")
    y = int.from_bytes(raw[1:], "little") % 2**255
    need(y % P not in SMALL, 0, "anybody signs with it")
    point = pow((y * y - 1) * (D * y * y + 1) % P, (P - 1) // 2, P) == 1
    need(y < P and point and named(name), 0, f"not a key: {text}")
    return name, short, Ed25519PublicKey.from_public_bytes(raw[1:])


def named(name: str) -> bool:
    """Whether a key may bear this name."""
    return bool(name) and not any(sign.isspace() or sign == "+" for sign in name)


def read_note(text: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Text and signature lines (name, key id, the rest) of a signed note; Bad for what is none."""
    body, blank, tail = text.rpartition("\n\n")
    need(blank and tail[-1:] == "\n" and not CONTROL.search(text), 0, "checkpoint is not plain")
    lines = []
    for line in tail[:-1].split("\n"):
        name, _, encoded = line[2:].partition(" ")
        raw = plain(encoded, 0)
        right = line[:2] == "\N{EM DASH} " and named(name) and raw[4:]
        need(right, 0, "checkpoint has a line that is no signature")
        lines.append((name, raw[:4], raw[4:]))
    return body + "\n", lines


def holds(signature: bytes, message: bytes, key: Ed25519PublicKey) -> bool:
    """Whether this key signed this message."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def cosigned(texts: Iterable[str], witness: tuple) -> int:
    """The largest size that a witness cosigned. Raises Bad for a line of its that does not hold."""
    name, short, key = witness
    largest = 0
    for text in texts:
        body, lines = read_note(text)
        size = int(body.split("\n")[1])
        for raw in [rest for *of, rest in lines if of == [name, short]]:
            at = int.from_bytes(raw[:8], "big")
            fits = holds(raw[8:], f"cosignature/v1\ntime {at}\n{body}".encode(), key)
            need(
                fits and 0 < at <= LATEST,
                max(size - 1, 0),
                f"is under a line of {name} that does not hold",
            )
            largest = max(largest, size)
    return largest


def read_checkpoint(text: str, keys: list, origin: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint that holds; raises Bad, ValueError or IndexError."""
    body, signatures = read_note(text)
    lines = body[:-1].split("\n")
    size, root = int(lines[1]), plain(lines[2], 0)
    need(lines[0] == origin, 0, f"checkpoint {size} is of another log")
    right = str(size) == lines[1] and size >= 0 and len(root) == HASH and all(lines)
    need(right, 0, "checkpoint is not plain")
    made = [
        holds(rest, body.encode(), key)
        for name, short, key in keys
        for *of, rest in signatures
        if of == [name, short]
    ]
    need(made and all(made), 0, f"checkpoint {size}: a known key did not sign it, or not this")
    return size, root


def read_checkpoints(texts: Iterable[str], keys: list, origin: str) -> tuple[dict, Bad | None]:
    """Root by size, and the first checkpoint that does not hold, at the size before it."""
    roots: dict[int, bytes] = {}
    first, last = None, 0
    for text in texts:
        try:
            size, root = read_checkpoint(text, keys, origin)
            need(roots.setdefault(size, root) == root, 0, f"two roots were signed for size {size}")
            last = size
        except (Bad, ValueError, IndexError) as error:
            first = first or Bad(last, error.args[-1])
    return roots, first


def read_entry(line: bytes, entry: int, bare: dict[str, int]) -> tuple[bytes, bool]:
    """A line's leaf, and whether it is erased; `bare` are those whose erasure no entry names."""
    row = read_line(line, {"erased", "index", "leaf", "payload", "salt"}, entry)
    number = row["index"]
    need(number == entry and type(number) is int, entry, f"has index {number}")
    leaf = plain(row["leaf"], entry)
    header = read_line(leaf + b"\n", {"at", "commitment", "id", "type"}, entry)
    gone = row["salt"] is None and row["payload"] is None
    need(row["erased"] is gone, entry, "is erased, or marked as erased, but not both")
    if not gone:
        digest = sha(plain(row["salt"], entry) + canonical(row["payload"])).hex()
        need(digest == header["commitment"], entry, "payload does not fit its commitment")
        need(type(row["payload"]) is dict, entry, "payload is not an object")
        if header["type"] == "entries-erased" and type(row["payload"].get("erases")) is list:
            for name in row["payload"]["erases"]:
                bare.pop(str(name), None)
    else:
        bare[header["id"]] = entry
    return leaf, gone


def grow(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Append a leaf to the complete subtrees of a tree (RFC 6962 section 2.1)."""
    node = sha(b"\x00" + leaf)
    while size & 1:
        node, size = sha(b"\x01" + peaks.pop() + node), size >> 1
    peaks.append(node)


def root_of(peaks: list[bytes]) -> bytes:
    """The root over complete subtrees, the largest first."""
    return reduce(lambda right, left: sha(b"\x01" + left + right), reversed(peaks))


def walk(lines: Iterator[bytes], roots: dict[int, bytes]) -> tuple[int, int]:
    """Read every entry; how many, and how many are erased. Raises Bad at the first wrong one."""
    peaks: list[bytes] = []
    bare: dict[str, int] = {}
    size = held = erased = 0
    need(roots.get(0, sha(b"")) == sha(b""), 0, "an empty log was signed under another root")
    for line in lines:
        leaf, gone = read_entry(line, size, bare)
        grow(peaks, size, leaf)
        size, erased = size + 1, erased + gone
        if size in roots:
            need(roots[size] == root_of(peaks), held, f"the root of {held} to {size - 1} differs")
            held = size
    need(size >= max(roots, default=0), size, "is missing: more entries were signed")
    need(size == held, held, "stands under no checkpoint")
    need(not bare, min(bare.values(), default=0), "is erased, and no later entry says so")
    return size, erased


def check(
    lines: Iterable[bytes],
    kept: Iterable[str] = (),
    keys: Iterable[str] = (),
    witnesses: Iterable[str] = (),
    quorum: int = 0,
) -> tuple:
    """How many entries an export that holds has, and how many are erased. Raises Bad.

    After them the size that each witness cosigned, by its key.
    """
    head = read_line(next(rest := iter(lines), b""), {"checkpoints", "format", "keys", "origin"}, 0)
    need(head["format"] == "aupkeep-journal/1", 0, "not an export in format aupkeep-journal/1")
    for texts in (head["keys"], head["checkpoints"]):
        need(type(texts) is list and {*map(type, texts)} <= {str}, 0, "not a list of text")
    own = head["keys"]
    need(own and len({*own}) == len(own), 0, "names no key, or one twice")
    for key in own:
        read_key(key)
    trusted = [key.strip() for key in keys] or own
    need(set(own) <= set(trusted), 0, "the file names a key that is not trusted")
    known = [read_key(key) for key in trusted]
    texts = [*head["checkpoints"], *kept]
    need(texts, 0, "has no checkpoint: nothing shows it whole")
    roots, broken = read_checkpoints(texts, known, head["origin"])
    try:
        counted = walk(rest, roots)
    except Bad as error:
        raise min((error, broken or error), key=lambda bad: bad.args[0]) from None
    need(not broken, *(broken.args if broken else (0, "")))
    sizes = {key: cosigned(texts, read_key(key, 4)) for key in witnesses}
    need(sum(map(bool, sizes.values())) >= quorum, 0, f"is not cosigned by {quorum} witnesses")
    return (*counted, sizes) if sizes else counted


def kept_in(file: Path) -> list[str]:
    """The checkpoints of a file: one after the other, or each as JSON in a line of its own."""
    text = file.read_text("utf-8")
    notes = NOTE.findall("".join(map(json.loads, text.splitlines())) if text[:1] == '"' else text)
    if not notes:
        raise ValueError(f"{file} holds no checkpoint")
    return notes


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("export", type=Path)
    parser.add_argument("--keep", type=Path, action="append", default=[])
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--witness", action="append", default=[])
    parser.add_argument("--quorum", type=int, default=0)
    given = parser.parse_args()
    try:
        kept = [text for file in given.keep for text in kept_in(file)]
        with given.export.open("rb") as lines:
            counted = check(lines, kept, given.key, given.witness, given.quorum)
        for key, size in dict(*counted[2:]).items():
            print(f"witness {key.partition('+')[0]} cosigned {size} entries")
        return print("ok: {} entries, {} erased".format(*counted)) or 0
    except Bad as error:
        return print("bad: first bad entry {}: {}".format(*error.args)) or 1
    except (OSError, ValueError) as error:
        return print(f"cannot read: {error}", file=sys.stderr) or 2


if __name__ == "__main__":
    sys.exit(main())

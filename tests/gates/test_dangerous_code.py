"""What could run, load or believe a stranger's bytes is named in known files only, for a reason.

A file that is new, or that names it no more, fails: the table is what there is.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "aupkeep"
DANGEROUS = {
    "text run as code": r"(builtins\.)?(eval|exec|compile|__import__)",
    "objects made of bytes": r"(c?[pP]ickle|marshal|shelve|dill|joblib|jsonpickle)(\.\w+)*",
    "a shell": r"os\.(system|popen|exec\w+|spawn\w+)|subprocess\.get\w*output|shell=True",
    "a weak digest": r"hashlib\.(md5|sha1|new)|.*\.hashes\.(MD5|SHA1)",
    "numbers that can be guessed": r"random(\.\w+)*|numpy\.random(\.\w+)*|uuid\.uuid[134]",
    "a certificate that is not checked": (
        r"ssl\.(CERT_NONE|CERT_OPTIONAL|_create_\w+)|(.*\.)?unchecked_context"
    ),
    "a TLS version of one's own": r"ssl\.(PROTOCOL_\w+|TLSVersion(\.\w+)?|OP_NO_\w+)",
    "a reader of XML": r"xml(\.\w+)+|lxml(\.\w+)*|defusedxml(\.\w+)*",
    "YAML": r"(ruamel\.)?yaml(\.\w+)*",
    "markup taken as it is": r"(.*\.)?(mark_safe|SafeString|SafeData|format_html|html_safe)",
    "an archive unpacked to disk": r"(.*\.)?(extractall|extractfile|unpack_archive|mktemp)",
    "SQL in words": r"(.*\.)?(RawSQL|objects\.raw|cursor\.execute|engine\.execute)|.*\.extra",
    "a template made of text": r"(.*\.)?(from_string|Template)",
    "machine memory": r"ctypes",
    "a form without the cross-site check": r"(.*\.)?csrf_exempt",
}
OWN_WORDS = "statements of our own, values bound (ruff S608 refuses any other)"
KNOWN = {
    "a shell": {
        "daemon/bgp.py": "execve of ExaBGP with its words apart, no shell",
        "intake/confine.py": "execv of a fixed program with its words apart, no shell",
    },
    "a TLS version of one's own": dict.fromkeys(
        ("config/tls.py", "daemon/exporters/rt_export.py"), "1.2 as the lowest, no highest"
    ),
    "a certificate that is not checked": {
        "config/tls.py": "makes it; whoever calls it is below",
        "enforcement/maps/page_door.py": "this machine's own server, on loopback alone",
        "probes/connection.py": "the address of a case is asked, whoever answers there",
        "notify/channels/smtp.py": "TLS that a relay offers and nobody asked for (RFC 7435)",
    },
    "a reader of XML": {
        "enforcement/bgp/junos.py": "expat, ended by any document type",
        "intake/formats/strict_xml.py": "expat, ended by any document type",
        "inventory/virsh.py": "expat, ended by any document type, deep and long ones refused",
    },
    "YAML": {
        "config/yaml.py": "read as events alone: no tag makes an object; plain data is written"
    },
    "markup taken as it is": {"web/templatetags/page.py": "format_html around a time of ours"},
    "an archive unpacked to disk": {
        "app/backup/archive.py": "a backup: plain files below one folder, no path or link out",
    },
    "SQL in words": dict.fromkeys(
        (
            *("store/apps.py", "store/copying.py", "store/desired_states.py", "store/health.py"),
            *("store/below.py", "store/agent_keys.py", "store/prepared.py"),
            *("store/row_insert.py", "store/postgresql/base.py"),
            *("store/journal.py", "store/opening.py", "store/retention.py", "store/staff.py"),
            *("store/table_shapes.py", "store/odd_values.py"),
            *("store/shared_counters.py", "telemetry/history/engine.py"),
            *("telemetry/history/parquet.py", "telemetry/history/retention.py"),
        ),
        OWN_WORDS,
    ),
    "machine memory": {
        "app/steady_clock.py": "adjtimex, with a buffer of zeros that asks",
        "config/supervised.py": "prctl, with numbers",
        "enforcement/libnftables.py": "libnftables: a text in, a text out",
        "intake/confine.py": "Landlock, seccomp, prctl",
        "telemetry/receive/messages.py": "recvmmsg into buffers of a fixed size",
    },
    "a form without the cross-site check": {
        "web/views/customer.py": "a single-use token of the page; no cookie",
        "web/views/report.py": "anybody may file: there is nobody's authority to borrow",
        "web/views/witness.py": "the checkpoint's own signature says whose it is; no cookie",
    },
}


def names(tree: ast.Module) -> Iterator[str]:
    """Every name that a module imports or uses, written out to where it comes from."""
    real: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            real |= {(name.asname or name.name): name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            real |= {(n.asname or n.name): f"{node.module}.{n.name}" for n in node.names}
    yield from real.values()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            words = dotted(node)
            first, dot, rest = words.partition(".")
            yield real.get(words) or f"{real.get(first, first)}{dot}{rest}"
        elif isinstance(node, ast.keyword) and node.arg:
            yield f"{node.arg}={getattr(node.value, 'value', '()')}"


def dotted(node: ast.expr) -> str:
    """A name as it stands; what it is taken from is `()` where that is no name, but a call."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "()"


@cache
def named(package: Path) -> dict[str, set[str]]:
    """The names in each file of a package."""
    return {
        str(path.relative_to(package)): set(names(ast.parse(path.read_text("utf-8"))))
        for path in package.rglob("*.py")
        if "migrations" not in path.parts
    }


def places(danger: str, package: Path = PACKAGE) -> set[str]:
    """The files that name it."""
    word = re.compile(DANGEROUS[danger])
    return {file for file, words in named(package).items() if any(map(word.fullmatch, words))}


@pytest.mark.slow
@pytest.mark.parametrize("danger", DANGEROUS)
def test_it_is_called_where_the_table_says(danger):
    assert places(danger) == set(KNOWN.get(danger, {}))


@pytest.mark.parametrize(
    ("danger", "text"),
    [
        ("text run as code", "eval(word)"),
        ("objects made of bytes", "from pickle import loads\nloads(b'')"),
        ("a shell", "import subprocess as s\ns.run('x', shell=True)"),
        ("a weak digest", "import hashlib as h\nh.md5(b'')"),
        ("a certificate that is not checked", "from ssl import CERT_NONE"),
        ("a reader of XML", "from xml.etree import ElementTree"),
        ("markup taken as it is", "from django.utils.safestring import mark_safe as m"),
    ],
)
def test_a_planted_call_is_seen(danger, text, tmp_path):
    (tmp_path / "planted.py").write_text(text)
    assert places(danger, tmp_path) == {"planted.py"}

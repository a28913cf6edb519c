"""Reads a reporter's file strictly: an unknown key or value is an error with its line."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aupkeep.config.yaml import YamlNode, read_yaml
from aupkeep.intake.formats.columns import folded as header_name
from aupkeep.intake.profiles.placeholders import SLOTS
from aupkeep.intake.profiles.profile import TRUST, MailSort, Profile, ProfileMarks, ReadingRule
from aupkeep.intake.profiles.template import LineTemplate, compile_template, folded
from aupkeep.intake.zones import read_zone
from aupkeep.model.errors import Invalid
from aupkeep.model.finding import Role
from aupkeep.model.report import ReadingOutcome
from aupkeep.model.taxonomy import KINDS, Kind

T = TypeVar("T")
NAME = re.compile(r"[a-z][a-z0-9-]{1,40}")
ADDRESS = re.compile(r"[^@\s]{1,64}@[a-z0-9][a-z0-9.-]{1,250}")
DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}(\.[a-z0-9-]{1,63}){1,10}")
LANGUAGE = re.compile(r"[a-z]{2}")
MARKS = ("subject", "body", "attachment", "header", "feedback")
SORT = ("container", "kind", "kinds", "role", "trust", "zone", "dates", "language", "read",
        "adds", "outcome")  # fmt: skip
TOP = ("name", "title", "homepage", "from", "proof", "mails")
RULE = ("in", "after", "until", "under", "lines", "text", "columns", "separator", "needs", "kind",
        "role", "otherwise")  # fmt: skip
PLAIN = frozenset({"address", "url"})  # known by their form: they may stand alone in a line
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
ENDS = (ReadingOutcome.IGNORED, ReadingOutcome.INBOX)


@lru_cache(maxsize=256)  # one reading takes some 10 ms, and what ships is read for every home
def read_profile(text: str | bytes, file: str) -> Profile:
    """The reporter that a file describes. Raises `BadYaml` with the line of what is wrong."""
    root = read_yaml(text, file)
    top = _mapping(root, (*TOP, *MARKS, *SORT), "a reporter: name, title, from, …")
    name = _matching(_need(root, top, "name"), NAME, "a name such as example-cert")
    exact, domains = _senders(top.get("from"))
    proof = _all(top.get("proof"), _domain)
    marks = _marks(top)
    sorts = _sorts(top)
    if not exact and not domains:
        _recognisable(root, marks, sorts)
    return Profile(
        name=name,
        title=_need(root, top, "title").text("a title"),
        homepage=_text(top.get("homepage")),
        exact=exact,
        domains=domains,
        proof=proof or tuple(dict.fromkeys([*(a.rpartition("@")[2] for a in exact), *domains])),
        marks=marks,
        sorts=sorts,
        file=file,
    )


def _recognisable(root: YamlNode, marks: ProfileMarks, sorts: tuple[MailSort, ...]) -> None:
    """A profile for any sender is looked at for every mail: it needs a mark that is cheap."""
    for profile_marks in [marks] if marks.weight else [sort.marks for sort in sorts]:
        if not (
            profile_marks.subject
            or profile_marks.header
            or profile_marks.feedback
            or profile_marks.attachment
        ):
            raise root.bad("`from`, or a subject, header, feedback or attachment mark")


def _mapping(node: YamlNode, registry: tuple[str, ...], what: str) -> Mapping[str, YamlNode]:
    mapping = node.mapping(what)
    for key, value in mapping.items():
        if key not in registry:
            line = node.lines.get(key, value.line)
            bad = YamlNode(key, node.file, line)
            raise bad.bad(f"one of {', '.join(registry)}")
    return mapping


def _need(root: YamlNode, top: Mapping[str, YamlNode], key: str) -> YamlNode:
    if key not in top:
        raise root.bad(f"a reporter with the key {key!r}")
    return top[key]


def _text(node: YamlNode | None) -> str:
    return node.text() if node else ""


def _matching(node: YamlNode, pattern: re.Pattern[str], what: str) -> str:
    text = node.text(what)
    if not pattern.fullmatch(text):
        raise node.bad(what)
    return text


def _all(node: YamlNode | None, read: Callable[[YamlNode], T]) -> tuple[T, ...]:
    """Each of a list, or the one that stands there without a list."""
    if node is None:
        return ()
    return tuple(read(item) for item in (node.items() if isinstance(node.value, tuple) else [node]))


def _domain(node: YamlNode) -> str:
    return _matching(node, DOMAIN, "a domain in lower case, such as example.org")


def _senders(node: YamlNode | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The whole addresses, and the domains (`@example.org` covers its subdomains)."""
    exact, domains = [], []
    for sender in node.items("a list of addresses and @domains") if node else ():
        text = sender.text("an address or @domain")
        if text.startswith("@") and DOMAIN.fullmatch(text[1:]):
            domains.append(text[1:])
        elif ADDRESS.fullmatch(text) and text == text.lower():
            exact.append(text)
        else:
            raise sender.bad("an address a@example.org or a domain @example.org, in lower case")
    return tuple(exact), tuple(domains)


def _template(node: YamlNode) -> LineTemplate:
    try:
        return compile_template(node.text("a template in quotes"))
    except Invalid as error:
        raise node.bad(str(error).partition("expected ")[2].partition(", found")[0]) from error


def _marks(keys: Mapping[str, YamlNode]) -> ProfileMarks:
    return ProfileMarks(
        subject=_all(keys.get("subject"), _template),
        body=_all(keys.get("body"), lambda node: " ".join(folded(node.text()).split())),
        attachment=_all(keys.get("attachment"), lambda node: folded(node.text())),
        header=_pairs(keys.get("header")),
        feedback=_pairs(keys.get("feedback")),
    )


def _pairs(node: YamlNode | None) -> dict[str, str] | None:
    if node is None:
        return None
    mapping = node.mapping('names with words of their values; "" for any value')
    return {
        folded(k): folded(v.value) if isinstance(v.value, str) else "" for k, v in mapping.items()
    }


def _sorts(top: Mapping[str, YamlNode]) -> tuple[MailSort, ...]:
    """What `mails` lists, each with what the file says above it; without a list one sort."""
    above = {key: node for key, node in top.items() if key in SORT}
    if "mails" not in top:
        return (_sort(above, "", ProfileMarks()),)
    sorts = []
    for node in top["mails"].items("a list of sorts of mail"):
        keys = _mapping(node, ("name", *MARKS, *SORT), "a sort of mail: name, marks, what it means")
        name = _matching(_need(node, keys, "name"), NAME, "a name such as summary")
        sort = _sort({**above, **{k: v for k, v in keys.items() if k in SORT}}, name, _marks(keys))
        sorts.append(replace(sort, kind_by_marks="kind" in keys))
    return tuple(sorts)


def _sort(keys: Mapping[str, YamlNode], name: str, marks: ProfileMarks) -> MailSort:
    kinds = _kinds(keys.get("kinds"))
    longest = sorted(kinds, key=len, reverse=True)
    words = "|".join(re.escape(word) for word in longest)
    return MailSort(
        name=name,
        marks=marks,
        container=_text(keys.get("container")) or None,
        kind=_kind(keys["kind"]) if "kind" in keys else None,
        kinds=kinds,
        role=_role(keys["role"]) if "role" in keys else None,
        trust=_share(keys["trust"]) if "trust" in keys else TRUST,
        zone=_zone(keys["zone"]) if "zone" in keys else None,
        dates=_one_of(keys["dates"], ("dmy", "mdy")) if "dates" in keys else "",
        language=_matching(keys["language"], LANGUAGE, "two letters") if "language" in keys else "",
        read=_all(keys.get("read"), _rule),
        adds=_all(keys.get("adds"), _rule),
        outcome=_outcome(keys["outcome"]) if "outcome" in keys else None,
        words=re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])") if words else None,
    )


def _kinds(node: YamlNode | None) -> dict[str, Kind]:
    mapping = node.mapping("words and the kind each means") if node else {}
    return {" ".join(word.lower().split()): _kind(kind) for word, kind in mapping.items()}


def _kind(node: YamlNode) -> Kind:
    name = node.text("a kind of the taxonomy")
    if name not in KINDS:
        raise node.bad("a kind of the taxonomy, such as messaging/spam (docs/policy.md)")
    return KINDS[name]


def _role(node: YamlNode) -> Role:
    return Role(_one_of(node, tuple(role.value for role in Role)))


def _one_of(node: YamlNode, registry: tuple[str, ...]) -> str:
    if node.value not in registry:
        raise node.bad(f"one of {', '.join(registry)}")
    return str(node.value)


def _share(node: YamlNode) -> float:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise node.bad("a number above 0 and up to 1")
    return float(value)


def _zone(node: YamlNode) -> tzinfo:
    """`Europe/Berlin`, `UTC` or an offset such as `+02:00`."""
    text = node.text("a zone")
    offset = read_zone(text) if text[0] in "+-" else None
    if offset is not None:
        return timezone(timedelta(seconds=offset.total_seconds()))
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise node.bad("a time zone such as Europe/Berlin, UTC or +02:00") from error


def _outcome(node: YamlNode) -> tuple[ReadingOutcome, str]:
    mapping = node.mapping("`ignored:` or `inbox:` with the reason")
    for end in ENDS:
        if set(mapping) == {end.value}:
            return end, mapping[end.value].text("a reason")
    raise node.bad("one of `ignored:` and `inbox:` with the reason")


def _rule(node: YamlNode) -> ReadingRule:
    keys = _mapping(node, RULE, "a rule: lines, text or columns")
    columns, headers = _columns(keys.get("columns"))
    rule = ReadingRule(
        where=_text(keys.get("in")) or "body",
        start=folded(_text(keys.get("after"))),
        stop=folded(_text(keys.get("until"))),
        under=_all(keys.get("under"), _template),
        lines=_all(keys.get("lines"), _template),
        text=_all(keys.get("text"), _template),
        columns=columns,
        headers=headers,
        separator=_separator(keys.get("separator")),
        needs=_all(keys.get("needs"), lambda value: _one_of(value, tuple(SLOTS))),
        kind=_kind(keys["kind"]) if "kind" in keys else None,
        role=_role(keys["role"]) if "role" in keys else None,
        otherwise=_flag(keys["otherwise"]) if "otherwise" in keys else False,
    )
    if bool(rule.columns) == bool(rule.lines or rule.text):
        raise node.bad("`lines` or `text`, or `columns`")
    for template in rule.text:
        if not template.first:
            raise node.bad(f"a text that begins with a word, not {template.source!r}")
    for template in (*rule.lines, *rule.under):
        if not (template.anchor or rule.start or PLAIN.intersection(template.holes)):
            raise node.bad(f"`after`, or a word beside the placeholder of {template.source!r}")
    return ReadingRule.anchored(rule)


def _flag(node: YamlNode) -> bool:
    if not isinstance(node.value, bool):
        raise node.bad("true or false")
    return node.value


def _separator(node: YamlNode | None) -> str:
    return SEPARATORS[_one_of(node, tuple(SEPARATORS))] if node else ","


def _columns(node: YamlNode | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Placeholders in the order of the columns; or those of the columns the header row names."""
    if node is None:
        return (), ()
    if isinstance(node.value, tuple):
        return tuple(_one_of(item, tuple(SLOTS)) for item in node.items()), ()
    what = "a list of placeholders, or placeholders with the names of their columns"
    mapping = _mapping(node, tuple(SLOTS), what)
    return tuple(mapping), tuple(
        header_name(value.text("the name of a column")) for value in mapping.values()
    )

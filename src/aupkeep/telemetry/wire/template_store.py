"""The templates that exporters have told, kept by exporter, version, domain and id.

Bounded: of one exporter, of all, and in fields; the oldest gives way. Kept over a restart as JSON.
Sources: RFC 3954 section 9, RFC 7011 sections 8, 8.1 and 8.4.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from aupkeep.model.errors import Invalid
from aupkeep.model.subject import Address, parse_address
from aupkeep.telemetry.wire.template import VARIABLE, FlowTemplate, TemplateField, TemplateKey

MOST_EACH = 4096  # templates of one exporter
MOST_FIELDS = 1 << 20  # of all templates together: some 100 MB at worst
LIFETIME_MS = 24 * 3600 * 1000  # exporters resend within minutes to an hour
VERSION = 1  # of the JSON

Kind: TypeAlias = tuple[Address | None, int, int, bool]  # a domain's templates of one use
Listener: TypeAlias = Callable[
    [TemplateKey, FlowTemplate | None], None
]  # None: withdrawn, expired, gave way


@dataclass(slots=True)
class KnownTemplate:
    """A template, and when it first and last came: milliseconds since 1970."""

    template: FlowTemplate
    since: int
    last: int


class Templates:
    """The store. `listeners` are told of every template that is new, changed or gone."""

    def __init__(self, *, most_each: int = MOST_EACH, most_fields: int = MOST_FIELDS) -> None:
        self.listeners: list[Listener] = []
        self._by: dict[Address | None, dict[TemplateKey, KnownTemplate]] = {}
        self._kinds: dict[Kind, set[TemplateKey]] = {}
        self._fields = 0
        self._most_each = most_each
        self._most_fields = most_fields

    def __len__(self) -> int:
        return sum(map(len, self._by.values()))

    def __iter__(self) -> Iterator[tuple[TemplateKey, KnownTemplate]]:
        for known in self._by.values():
            yield from known.items()

    def get(self, key: TemplateKey) -> FlowTemplate | None:
        """The template that holds now."""
        known_template = self._by.get(key.exporter, {}).get(key)
        return known_template.template if known_template else None

    def of(self, exporter: Address | None) -> Mapping[TemplateKey, KnownTemplate]:
        """What one exporter has told."""
        return self._by.get(exporter, {})

    def learn(self, key: TemplateKey, template: FlowTemplate, now_ms: int) -> bool:
        """Keep a template; whether it says something new."""
        mine = self._by.setdefault(key.exporter, {})
        known = mine.pop(key, None)
        if known and known.template == template:
            known.last = now_ms
            mine[key] = known  # at the end: the one that was told last
            return False
        self._fields += len(template.fields) - (len(known.template.fields) if known else 0)
        if known:
            self._unlist(key, known.template)
        mine[key] = KnownTemplate(template, now_ms, now_ms)
        self._kinds.setdefault((*key[:3], template.options), set()).add(key)
        self._give_way(key)
        self._tell(key, template)
        return True

    def withdraw(self, key: TemplateKey) -> bool:
        """Forget one template; whether there was one."""
        mine = self._by.get(key.exporter, {})
        known = mine.pop(key, None)
        if known is None:
            return False
        if not mine:
            del self._by[key.exporter]
        self._fields -= len(known.template.fields)
        self._unlist(key, known.template)
        self._tell(key, None)
        return True

    def withdraw_all(self, like: TemplateKey, *, options: bool) -> int:
        """Forget all templates of a domain, those for data or those for options; how many."""
        return sum(map(self.withdraw, list(self._kinds.get((*like[:3], options), ()))))

    def expire(self, now_ms: int, lifetime_ms: int = LIFETIME_MS) -> int:
        """Forget what was not told for so long; how many. A clock set back expires nothing."""
        gone = [key for key, known in self if now_ms - known.last > lifetime_ms]
        return sum(map(self.withdraw, gone))

    def to_json(self) -> dict[str, Any]:
        """Everything, as JSON."""
        return {"version": VERSION, "templates": [_told(key, known) for key, known in self]}

    def restore(self, value: object) -> None:
        """Take in what `to_json` gave; `Invalid` when it is anything else, and nothing is taken."""
        if not isinstance(value, Mapping) or value.get("version") != VERSION:
            raise Invalid(f"templates: expected version {VERSION}, found {str(value)[:60]}")
        try:
            read = [_read(entry) for entry in value["templates"]]
        except (KeyError, TypeError, ValueError) as error:
            raise Invalid(f"templates: expected what was kept, found {error!r}") from error
        for key, known in sorted(read, key=lambda pair: pair[1].last):
            self.learn(key, known.template, known.last)

    def _give_way(self, newest: TemplateKey) -> None:
        """Forget the oldest until the bounds hold; first those of the one who floods."""
        mine = self._by[newest.exporter]
        while len(mine) > self._most_each:
            self.withdraw(next(iter(mine)))
        while self._fields > self._most_fields and len(self) > 1:
            self.withdraw(next(key for key, _ in self if key != newest))

    def _unlist(self, key: TemplateKey, template: FlowTemplate) -> None:
        kind = (*key[:3], template.options)
        self._kinds[kind].remove(key)
        if not self._kinds[kind]:
            del self._kinds[kind]

    def _tell(self, key: TemplateKey, template: FlowTemplate | None) -> None:
        for listener in self.listeners:
            listener(key, template)


def _told(key: TemplateKey, known: KnownTemplate) -> dict[str, Any]:
    return {
        "exporter": None if key.exporter is None else str(key.exporter),
        "version": key.version,
        "domain": key.domain,
        "id": key.id,
        "fields": [list(field) for field in known.template.fields],
        "scopes": known.template.scopes,
        "options": known.template.options,
        "last": known.last,
    }


def _read(value: Any) -> tuple[TemplateKey, KnownTemplate]:  # noqa: ANN401 - JSON
    exporter = None if value["exporter"] is None else parse_address(value["exporter"])
    key = TemplateKey(exporter, int(value["version"]), int(value["domain"]), int(value["id"]))
    fields = tuple(TemplateField(*map(int, field)) for field in value["fields"])
    if any(not 0 <= field.length <= VARIABLE for field in fields):
        raise ValueError("a field's length")
    template = FlowTemplate(fields, scopes=int(value["scopes"]), options=bool(value["options"]))
    return key, KnownTemplate(template, int(value["last"]), int(value["last"]))

"""URLhaus of abuse.ch: URLs that spread malware, as CSV below remarks; times are UTC.

The columns stand in the last remark before the rows; without one they are those of the export.
"""

from collections.abc import Iterator

from aupkeep.intake.feed import SURE, Feed, FetchedList, ListedItem, Options, ParsedRow
from aupkeep.intake.formats.list_rows import cells, lines
from aupkeep.model.report import RejectedRow

URL = "https://urlhaus.abuse.ch/downloads/csv_online/"
COLUMNS = ("id", "dateadded", "url", "url_status", "last_online", "threat", "tags")
KINDS = {"malware_download": "content/malware", "phishing": "content/phishing"}


def parse(copy: FetchedList, options: Options) -> Iterator[ParsedRow]:
    """Each URL; one that is offline only where the option `offline` asks for it."""
    columns = _columns(copy.text)
    for number, line in lines(copy.text, ("#",)):
        row = cells(line)
        said = dict(zip(columns, row, strict=False))
        if len(row) < len(COLUMNS) - 1 or not said.get("url"):
            yield RejectedRow(row=number, reason=f"expected {len(columns)} cells, found {len(row)}")
            continue
        if said.get("url_status") == "offline" and not options["offline"]:
            continue
        last = said.get("last_online", "")
        yield ListedItem(
            row=number,
            where=said["url"],
            kind=KINDS.get(said.get("threat", ""), "content/malware"),
            text=",".join(row[: len(COLUMNS)]),  # not who reported it
            at=last or said.get("dateadded", ""),
            since=said.get("dateadded", ""),
            confidence=SURE,
            details={name: said.get(name, "") for name in ("threat", "tags")},
        )


def _columns(text: str) -> list[str]:
    """The names in the last remark that names a url."""
    head = ""
    for line in text[:8000].split("\n"):
        if line.startswith("#") and "url" in line and "," in line:
            head = line
        elif line and not line.startswith("#"):
            break
    return [name.lower() for name in cells(head.lstrip("# "))] if head else list(COLUMNS)


FEED = Feed(
    name="urlhaus",
    version=1,
    title="URLhaus",
    origin="abuse.ch",
    terms="abuse.ch: free under its terms of use; at most one fetch in five minutes",
    parse=parse,
    urls=(URL,),
    options={"offline": False},
    key_header="Auth-Key",
)

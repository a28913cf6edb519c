"""Opens the archives attached to a mail: their members are parts and attachments of it."""

from dataclasses import replace

from aupkeep.intake.mail.decoding import decode
from aupkeep.intake.mail.decompress import UnpackBudget, members, packed
from aupkeep.intake.mail.mail import Attachment, Mail, PartRole, textual, unpacked
from aupkeep.model.errors import Unreadable

MEDIA = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/json",
         ".xml": "text/xml", ".txt": "text/plain", ".log": "text/plain"}  # fmt: skip
MOST_PROSE = 4 << 20  # characters of lines to read; a megabyte packs a hundred


def with_archives(mail: Mail, budget: UnpackBudget) -> Mail:
    """The mail with the members of its zip and gzip attachments behind its own parts."""
    archives = [
        attachment
        for attachment in mail.attachments
        if packed(attachment.body[:4]) or _zipped(attachment)
    ]
    if not archives:
        return mail
    parts, attachments = list(mail.parts), list(mail.attachments)
    defects, left = list(mail.defects), MOST_PROSE
    for archive in archives:
        for inner, content in members(archive.read(), archive.name, budget):
            if isinstance(content, Unreadable):
                defects.append(f"{inner}: {content}")
                continue
            attachments.append(Attachment(name=inner, media=_media(inner), body=content))
            if not textual(_media(inner), inner):
                continue
            part = unpacked(inner, _media(inner), decode(content))
            left -= len(part.text) if part.place is PartRole.PROSE else 0
            if left >= 0:
                parts.append(part)
            else:
                defects.append(
                    f"{inner}: text beyond {MOST_PROSE >> 20} MiB of archives was not read"
                )
    return replace(mail, parts=tuple(parts), attachments=tuple(attachments), defects=tuple(defects))


def _zipped(attachment: Attachment) -> bool:
    start = Attachment(name="", media="", body=attachment.body[:400], encoding=attachment.encoding)
    return packed(start.read())


def _media(name: str) -> str:
    return next(
        (m for end, m in MEDIA.items() if name.lower().endswith(end)), "application/octet-stream"
    )

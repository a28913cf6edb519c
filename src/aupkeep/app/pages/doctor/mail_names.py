"""What the DNS says of the domain our notices come from: MX, SPF, DMARC."""

from collections.abc import Iterable, Iterator

from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.intake.auth.dns_lookup import Lookup

TO_MX = "add an MX record for {domain}, so that answers arrive"
TO_SPF = 'add a TXT record "v=spf1 ... -all" for {domain} that names the relay'
TO_DMARC = 'add a TXT record "v=DMARC1; p=quarantine" for _dmarc.{domain}'


def senders_names(senders: Iterable[str], lookup: Lookup | None) -> tuple[DoctorCheck, ...]:
    """The check of each domain that we write from: the desk's, and those of brands."""
    domains = sorted({sender.rpartition("@")[2].lower() for sender in senders})
    return tuple(check for domain in domains for check in mail_names_check(domain, lookup))


def mail_names_check(domain: str, lookup: Lookup | None) -> tuple[DoctorCheck, ...]:
    """One check for our domain; none where nothing is looked up, or the domain is the sample's."""
    if lookup is None or not domain or domain.endswith(".example"):
        return ()
    try:
        lacking = list(_lacking(domain, lookup))
    except TimeoutError:
        text = f"{domain}: the DNS does not answer"
        remedy = "aupkeep settings set mail.nameservers ADDRESS"
        return (DoctorCheck(check="mail-names", ok=False, found=text, remedy=remedy),)
    text = "; ".join(f"{domain} has no {what}" for what, _ in lacking)
    remedy = lacking[0][1].format(domain=domain) if lacking else ""
    good = f"{domain} has MX, SPF and DMARC; its DKIM keys have names nobody can guess"
    return (DoctorCheck(check="mail-names", ok=not lacking, found=text or good, remedy=remedy),)


def _lacking(domain: str, lookup: Lookup) -> Iterator[tuple[str, str]]:
    """What is not there, and how it is mended."""
    if not lookup(domain, "MX"):
        yield "MX", TO_MX
    if not any(text.lower().startswith("v=spf1") for text in lookup(domain, "TXT")):
        yield "SPF", TO_SPF
    if not any(text.lower().startswith("v=dmarc1") for text in lookup(f"_dmarc.{domain}", "TXT")):
        yield "DMARC", TO_DMARC

"""Every probe on its samples: the file's name says what it must answer."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from aupkeep.app.pages.case.probed import ASKERS
from aupkeep.app.pages.in_language import in_language, words_in
from aupkeep.app.probing.places import NO_SOURCE
from aupkeep.model.case import Claim
from aupkeep.model.finding import Finding, Role
from aupkeep.model.holding import Held
from aupkeep.model.notice import LISTENING
from aupkeep.model.origin import parse_origin
from aupkeep.model.probe import ProbeOutcome
from aupkeep.model.subject import Endpoint, Subject
from aupkeep.probes.guard import refusal
from aupkeep.probes.probe import DatagramAnswer, Knock, PageAnswer, SeenFlow
from aupkeep.probes.registry import known_probes, targets_of

URL = "http://shop.example/login"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAMPLES = sorted((Path(__file__).parents[1] / "samples" / "probes").glob("*/*.toml"))
NAMES = [f"{path.parent.name}/{path.stem}" for path in SAMPLES]


def claim_of(said):
    """The claim that a sample is about, at 203.0.113.10."""
    subject = Subject(
        address=ip_address("203.0.113.10"), port=said.get("port"), url=said.get("url")
    )
    target = Endpoint(port=said["target"], protocol="tcp") if "target" in said else None
    finding = Finding(
        kind=said["kind"],
        rsit="",
        role=Role(said["role"]),
        subject=subject,
        at=NOON,
        exact=1,
        source=parse_origin("mail:cert.example"),
        confidence=0.9,
        target=target,
        transport=said.get("transport"),
    )
    held = Held(assignment="a", customer="alder", resource="vm-a", start=NOON, end=None)
    return Claim(id="c", report=None, finding=finding, held=held, at=NOON)


class Scripted:
    """The means of a probe, answering as the sample says."""

    def __init__(self, answers) -> None:
        self._said = answers
        self.asked = []

    def connect(self, address, port):
        """As the sample says."""
        self.asked.append((address, port))
        return Knock(self._said["connect"])

    def page(self, target, url):
        """The page of this address, which must be in the sample."""
        self.asked.append((target.address, url))
        page = next(page for page in self._said["pages"] if page["url"] == url)
        return PageAnswer(
            knock=Knock.ACCEPTED,
            status=page.get("status"),
            size=page.get("size", 0),
            location=page.get("location"),
        )

    def datagram(self, address, port, question):
        """As the sample says, to a question that is short."""
        assert 0 < len(question) <= 100
        data = bytes.fromhex(self._said.get("reply", ""))
        knock = Knock(self._said.get("knock", "accepted"))
        return DatagramAnswer(knock=knock, data=data, size=self._said.get("size", len(data)))

    def flows(self, address):
        """The flows of the sample; none in it: nobody watches."""
        del address
        if "flows" not in self._said:
            return None
        return [SeenFlow(**flow, packets=3, at=NOON) for flow in self._said["flows"]]


@pytest.mark.parametrize("path", SAMPLES, ids=NAMES)
def test_a_probe_answers_as_its_sample_says(path):
    """`there`, `gone` or `unclear`; of `none` it makes no target at all."""
    sample, probe = tomllib.loads(path.read_text()), known_probes()[path.parent.name]
    claim, expected = claim_of(sample["claim"]), path.stem.partition("-")[0]
    target = probe.aims(claim)
    if expected == "none":
        assert target is None
        return
    assert (target.place, target.probe) == (sample["place"], probe.name)
    assert target in targets_of([claim])
    answer = probe.ask(target, Scripted(sample.get("answers", {})))
    assert (answer.outcome, answer.silent) == (expected, sample.get("silent", False))
    assert in_language(answer.text, "nb"), answer.text


def test_what_the_page_says_of_a_test_has_its_bokmal():
    """What is asked, who asked, and why a place is not asked."""
    says = [probe.says for probe in known_probes().values()]
    asked = [words.format(by="Kari", clause="5.2") for words in ASKERS.values()]
    target = targets_of([claim_of({"kind": "content/phishing", "role": "offender", "url": URL})])[0]
    barred = [NO_SOURCE, LISTENING]
    for kind, evidence, own in (
        ("content/csam", [target], []),
        ("content/phishing", [], []),
        ("content/phishing", [target], []),
        ("content/phishing", [target], [ip_network("203.0.113.0/24")]),
    ):
        barred.append(refusal(target, kind, evidence=evidence, own=own, held=False))
    loop = replace(target, address=ip_address("127.0.0.1"))
    barred.append(refusal(loop, "content/phishing", evidence=[loop], own=[], held=True))
    texts = [*says, *asked, *map(str, ProbeOutcome), *barred]
    texts.remove("there")  # the page says "still there"
    assert [text for text in texts if words_in(text, "nb") == text] == []


@pytest.mark.parametrize("name", known_probes())
def test_each_probe_has_samples_of_both(name):
    """One where the harm is there, and one where it is gone."""
    mine = {path.stem.partition("-")[0] for path in SAMPLES if path.parent.name == name}
    assert {"there", "gone"} <= mine

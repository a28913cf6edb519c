"""aupkeep.toml: what could not work is refused at the start, with the option's name."""

import pytest

from aupkeep.config.settings import parse
from aupkeep.config.targets import TargetSettings
from aupkeep.model.errors import Invalid


@pytest.mark.parametrize(
    "line",
    [
        'origins = ["mail:a.example"]',
        'origins = ["= feed:x"]',
        "half_life_days = 0",
        "good_count = 0",
    ],
)
def test_sources_that_could_not_be_counted(line):
    """A rule that divides by nothing, or passes on from nobody, is refused at the start."""
    with pytest.raises(Invalid, match=r"\[sources\]"):
        parse(f"[sources]\n{line}\n", "aupkeep.toml")


TARGETS = """
[[enforcement.targets]]
name = "edge-1"
driver = "nftables"
prefixes = ["203.0.113.0/24"]
options = {table = "aupkeep"}

[[enforcement.targets]]
name = "cloud"
driver = "openstack"
agent = "region-1"
measures = ["isolate"]
cap = 50
"""


def test_targets_are_read_in_their_order():
    """The first is what a command means that names none."""
    enforcement = parse(TARGETS, "aupkeep.toml").enforcement
    assert [target.name for target in enforcement.all_targets()] == ["edge-1", "cloud"]
    assert enforcement.target_named(None).options == {"table": "aupkeep"}
    assert [target.name for target in enforcement.targets_of_agent("region-1")] == ["cloud"]
    assert [target.name for target in enforcement.targets_of_agent("")] == ["edge-1"]


def test_without_tables_there_is_one_target_of_a_router():
    (target,) = parse("", "aupkeep.toml").enforcement.all_targets()
    assert (target.name, target.driver) == ("main", "nftables")
    assert "block-port" in target.measures
    assert "block-url" not in target.measures


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('name = "edge 1"', "expected a name of letters"),
        ('name = "people"', "reserved"),
        ('driver = "nftables"', "expected a name"),
        ('name = "a"\nprefixes = ["203.0.113.1/24"]', "expected a prefix, found: 203.0.113.1/24"),
        ('name = "a"\nmeasures = ["stop"]', "measures: expected one of record"),
        ('name = "a"\ncap = 0', "cap: expected at least 1, found 0"),
        ('name = "a"\nwidth = 3', r"targets\[0\]: expected one of name, driver"),
        ('name = "a"\norder = "first"', r"targets\[0\] order: expected int, found str"),
        ('name = "a"\n[[enforcement.targets]]\nname = "a"', "each name once, found 'a'"),
    ],
)
def test_a_target_that_could_not_work_is_refused(line, reason):
    with pytest.raises(Invalid, match=reason):
        parse(f"[[enforcement.targets]]\n{line}\n", "aupkeep.toml")


def test_secrets_of_a_driver_are_read_where_they_are(tmp_path, monkeypatch):
    """A file's or a variable's; never in the settings, the journal or a plan."""
    (tmp_path / "password").write_text("s3cret\n")
    monkeypatch.setenv("CLOUD_USER", "aupkeep")
    options = {"password": f"file:{tmp_path}/password", "user": "env:CLOUD_USER",
               "url": "https://cloud.example", "verify": True}  # fmt: skip
    target = TargetSettings(name="cloud", options=options)
    assert target.open_options() == {
        "password": "s3cret", "user": "aupkeep", "url": "https://cloud.example", "verify": True,
    }  # fmt: skip
    monkeypatch.delenv("CLOUD_USER")
    with pytest.raises(Invalid, match="target cloud, option user: expected the variable CLOUD"):
        target.open_options()
    missing = TargetSettings(name="cloud", options={"password": f"file:{tmp_path}/none"})
    with pytest.raises(Invalid, match="option password: expected a readable file"):
        missing.open_options()


@pytest.mark.parametrize(
    "secret",
    ["hush", "hush\n", "hush\nhush\n", "hu\x00sh", "hu\tsh", "hush\u2026", "http://hush:x@a/"],
)
@pytest.mark.parametrize("form", ["file", "literal"])
def test_a_secret_is_one_line(tmp_path, form, secret):
    """Else a header could not carry it; what is refused is not repeated."""
    (tmp_path / "t").write_text(secret)
    place = f"file:{tmp_path}/t" if form == "file" else secret.removesuffix("\n")
    target = TargetSettings(name="panel", options={"read_token": place})
    if secret.strip() == "hush":
        assert target.open_options() == {"read_token": "hush"}
        return
    with pytest.raises(Invalid, match="target panel, option read_token: expected") as raised:
        target.open_options()
    assert "hush" not in str(raised.value).replace(str(tmp_path), "")
    assert form == "literal" or f"(file:{tmp_path}/t)" in str(raised.value)


def test_a_file_of_other_bytes_is_not_repeated(tmp_path, monkeypatch):
    (tmp_path / "t").write_bytes(b"hush\xff")
    monkeypatch.setenv("EMPTY", "")
    for place, found in {f"file:{tmp_path}/t": "file of text", "env:EMPTY": "found none"}.items():
        with pytest.raises(Invalid, match=found) as raised:
            TargetSettings(name="a", options={"password": place}).open_options()
        assert "xff" not in str(raised.value)


def test_protected_are_addresses_or_prefixes():
    """Host bits do not matter."""
    good = '["203.0.113.7", "203.0.113.7/24", "2001:db8::/32"]'
    assert len(parse(f"[deciding]\nprotected = {good}\n", "a").deciding.protected) == 3
    with pytest.raises(Invalid, match=r"protected: expected addresses or prefixes, found 'nons"):
        parse('[deciding]\nprotected = ["203.0.113.7", "nonsense"]\n', "a")


SOURCES = """
[[inventory.sources]]
name = "cloud"
kind = "openstack"
url = "https://cloud.example:5000/v3"
precedences = ["203.0.113.0/25 = 10", "203.0.113.0/24=-1"]
customers = ["p-1 = alder", "p-2=birch"]

[[inventory.sources]]
name = "ipam"
kind = "http"
shrink = 1
"""


def test_sources_of_the_inventory_are_read():
    """Prefixes with a precedence of their own, projects with their customers."""
    inventory = parse(SOURCES, "aupkeep.toml").inventory
    cloud = inventory.source_named("cloud")
    assert {str(net): n for net, n in cloud.by_prefix().items()} == {
        "203.0.113.0/25": 10,
        "203.0.113.0/24": -1,
    }
    assert cloud.by_project() == {"p-1": "alder", "p-2": "birch"}
    assert inventory.source_named("ipam").shrink == 1.0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('name = "Cloud"', "small letters"),
        ('name = "csv"', "no reserved one"),
        ("kind = ''", "kind: expected one"),
        ('prefixes = ["203.0.113.1/24"]', "prefixes: expected a prefix"),
        ("precedence = 101", "precedence: expected -100 to 100"),
        ('precedences = ["203.0.113.0/24"]', "expected 'PREFIX = 10'"),
        ('precedences = ["x = 1"]', "precedences: expected a prefix"),
        ('customers = ["alder"]', "expected 'PROJECT = CUSTOMER', found 'alder'"),
        ("shrink = 0", "shrink: expected a share"),
        ("every = 4", "every: expected 5 seconds or more"),
        ("width = 3", r"sources\[0\]: expected one of name, kind"),
    ],
)
def test_a_source_that_could_not_work_is_refused(line, reason):
    """One table of settings, in which one line is replaced or added."""
    lines = {"name": 'name = "a"', "kind": 'kind = "http"', line.partition(" ")[0]: line}
    text = "\n".join(lines.values())
    with pytest.raises(Invalid, match=reason):
        parse(f"[[inventory.sources]]\n{text}\n", "aupkeep.toml")


def test_two_sources_have_two_names():
    table = '[[inventory.sources]]\nname = "a"\nkind = "http"\n'
    with pytest.raises(Invalid, match="each name once, found 'a'"):
        parse(table * 2, "aupkeep.toml")

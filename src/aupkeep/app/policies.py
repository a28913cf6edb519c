"""The policy in force, and trying policies out without a database."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from weakref import WeakValueDictionary

from aupkeep.config.home import Home
from aupkeep.model.errors import Invalid
from aupkeep.policy import engine, facts, packs
from aupkeep.policy.pack import Pack

SAMPLES = {"en": "sample", "nb": "sample-nb"}
_by_digest: WeakValueDictionary[str, Pack] = WeakValueDictionary()


def pack_files(path: Path) -> dict[str, bytes]:
    """The YAML texts of a pack: a folder's `*.yaml` by name, or the one file."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.glob("*.yaml"))}
    return {path.name: path.read_bytes()}


def sample_folder(language: str = "en") -> Path:
    """Where the sample pack of a language stands on this machine."""
    return Path(str(files("aupkeep") / "policies" / SAMPLES[language]))


def sample_files(language: str = "en") -> dict[str, bytes]:
    """The sample pack that comes with Aupkeep, in our own words."""
    folder = files("aupkeep") / "policies" / SAMPLES[language]
    return {
        file.name: file.read_bytes()
        for file in sorted(folder.iterdir(), key=lambda item: item.name)
        if file.name.endswith(".yaml")
    }


def install_sample(home: Home, language: str) -> bool:
    """Put the sample of a language other than English into a home without a pack of its own.

    True when it was put there. The folder appears whole, or not at all.
    """
    if language not in SAMPLES or language == "en" or home.policy.exists():
        return False
    beside = home.policy.with_name(f"{home.policy.name}.new")
    beside.mkdir(exist_ok=True)
    for name, data in sample_files(language).items():
        (beside / name).write_bytes(data)
    beside.rename(home.policy)
    return True


def policy_in_force(home: Home) -> Pack:
    """The operator's pack in the home, else the sample; read anew when its files change.

    Raises `BadPack` naming every problem: an install with a broken policy decides nothing.
    """
    texts = pack_files(home.policy) if home.policy.is_dir() else sample_files()
    return _load(tuple(sorted(texts.items())))


@lru_cache(maxsize=4)
def _load(texts: tuple[tuple[str, bytes], ...]) -> Pack:
    pack = packs.load(dict(texts))
    _by_digest[pack.digest] = pack
    return pack


@lru_cache(maxsize=8)
def pack_of(content: str) -> Pack:
    """A version from its content as the journal keeps it. Raises `BadPack`.

    Most often that is the version in force, which this process has read from its files.
    """
    known = _by_digest.get(hashlib.sha256(content.encode()).hexdigest())
    return known or packs.load({"adopted.yaml": content})


def fact_table() -> tuple[facts.FactDefinition, ...]:
    """Every fact a rule may use."""
    return tuple(facts.FACTS.values())


def evaluate_pack(path: Path, given: str | Mapping[str, object]) -> engine.PolicyEvaluation:
    """The ruling of a pack on these facts, with its trace. Raises `BadPack`, `Invalid`."""
    if not path.exists():
        raise Invalid(f"pack: expected a folder or file, found none at {path}")
    pack = packs.load(pack_files(path), whole=False)
    return engine.shown(engine.ruling(pack, facts.parse_facts(given)))

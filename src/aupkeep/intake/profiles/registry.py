"""All reporters this process knows, ready to be looked up by address and domain.

Those that ship lie beside this room in `reporters/`; those of the operator in
`$AUPKEEP_HOME/reporters/`, which add to them and, by the same name, replace them. A file that is
wrong is left out and told of: a typing error must not stop the mail.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from aupkeep.config.home import find_home
from aupkeep.config.yaml import BadYaml
from aupkeep.intake.profiles.profile import Profile
from aupkeep.intake.profiles.profile_file import read_profile

SHIPPED = "reporters"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRegistry:
    """Profiles by name, by whole address and by domain; `anyone` have no sender of their own."""

    profiles: Mapping[str, Profile]
    exact: Mapping[str, tuple[Profile, ...]]
    domains: Mapping[str, tuple[Profile, ...]]
    anyone: tuple[Profile, ...]
    broken: tuple[BadYaml, ...] = ()

    def of_sender(self, sender: str | None) -> Iterator[tuple[int, Profile]]:
        """Each profile that names this sender: 2 by its whole address, 1 by its domain."""
        if not sender:
            return
        address = sender.lower()
        exact = self.exact.get(address, ())
        yield from ((2, profile) for profile in exact)
        domain = address.rpartition("@")[2]
        while domain:
            by_domain = self.domains.get(domain, ())
            yield from ((1, profile) for profile in by_domain if profile not in exact)
            domain = domain.partition(".")[2]


def profile_registry() -> ProfileRegistry:
    """The shipped and the operator's reporters; read once in a process for a home."""
    return registry_of(find_home().reporters)


@cache
def registry_of(folder: Path) -> ProfileRegistry:
    """The shipped reporters and those of a folder; read once."""
    return load_registry([shipped(), folder])


def shipped() -> Path:
    """The folder of the reporters that ship."""
    return Path(str(files("aupkeep.intake"))) / SHIPPED


def load_registry(folders: Iterable[Path]) -> ProfileRegistry:
    """The reporters of these folders; a later folder replaces by name."""
    profiles: dict[str, Profile] = {}
    broken: list[BadYaml] = []
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            try:
                profile = read_path(path)
            except BadYaml as error:
                broken.append(error)
                continue
            profiles[profile.name] = profile
    return index_profiles(profiles.values(), tuple(broken))


def read_path(path: Path) -> Profile:
    """The reporter of one file, which is named as it is. Raises `BadYaml`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadYaml(str(path), 1, f"expected a readable file, found {error.strerror}") from error
    profile = read_profile(data, str(path))
    if path.stem != profile.name:
        raise BadYaml(str(path), 1, f"expected the name {path.stem!r}, found {profile.name!r}")
    return profile


def index_profiles(
    profiles: Iterable[Profile], broken: tuple[BadYaml, ...] = ()
) -> ProfileRegistry:
    """Index profiles."""
    exact: dict[str, tuple[Profile, ...]] = {}
    domains: dict[str, tuple[Profile, ...]] = {}
    ordered = sorted(profiles, key=lambda profile: profile.name)
    named = {profile.name: profile for profile in ordered}
    for profile in named.values():
        for address in profile.exact:
            exact[address] = (*exact.get(address, ()), profile)
        for domain in profile.domains:
            domains[domain] = (*domains.get(domain, ()), profile)
    anyone = tuple(value for value in named.values() if not value.exact and not value.domains)
    return ProfileRegistry(
        profiles=named, exact=exact, domains=domains, anyone=anyone, broken=broken
    )

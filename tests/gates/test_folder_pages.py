"""A folder's page names each module of the folder; pages and documents name only what is there.

The page of a folder is the docstring of its `__init__.py`; a newcomer finds a place by it alone.
What its own words exempt needs no name on it: plugins (the page names one constant, and each module
binds it), and modules "named after the record" of `model` that they hold or query.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from aupkeep.config.settings import SECTIONS
from aupkeep.policy.facts import FACTS

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "aupkeep"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"`([^`\n]+)`")
NAME = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\(.*)?")  # also of a call
DOTTED = re.compile(r"([a-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(.*)?")
PATH = re.compile(r"[\w.]+(?:/[\w.]+)+/?")
FILE = re.compile(r"(?<![\w./<-])((?:\w+/)*(?:\w+\.(?:py|sql)|\w+/))(?![\w<])")
CONSTANT = re.compile(r"`([A-Z]{3,})`")
NAMED_AFTER = "named after the record"
# endings of files that are no modules; what a page or document says of them is not looked at
FILES = frozenset({"cf", "js", "json", "lock", "md", "py", "sql", "toml", "txt", "yaml"})


@cache
def names_in(path: Path) -> frozenset[str]:
    """Every name that a module binds, and every word of its texts but docstrings."""
    return frozenset(_names(ast.parse(path.read_text("utf-8"))))


def _names(tree: ast.Module) -> Iterator[str]:
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(name=name, asname=other):
                yield other or name
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                yield from re.findall(r"\w+", text)


@cache
def folders(package: Path) -> tuple[Path, ...]:
    """The package and each folder of modules in it; migrations tell their own order."""
    paths = sorted(path.parent for path in package.rglob("__init__.py"))
    return tuple(path for path in paths if path.name != "migrations")


@cache
def page_of(folder: Path) -> str:
    """What a folder's `__init__.py` says, with the modules it imports from."""
    tree = ast.parse((folder / "__init__.py").read_text("utf-8"))
    imports = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
    return (ast.get_docstring(tree) or "") + "".join(f"\n`{module}`" for module in imports)


def unnamed(folder: Path, package: Path) -> list[str]:
    """The modules and folders of a folder that its page does not name."""
    page = page_of(folder)
    spans = (*CODE.findall(page), *FILE.findall(page))
    named = {word for span in spans for word in re.findall(r"\w+", span)}
    modules = [path for path in folder.glob("*.py") if not path.stem.startswith("__")]
    for constant in CONSTANT.findall(page):
        if all(constant in names_in(path) for path in modules):
            named |= {path.stem for path in modules}
    if NAMED_AFTER in page:
        named |= records(package / "model")
    below = [path for path in folders(package) if path.parent == folder]
    return sorted({path.stem for path in (*modules, *below)} - named)


@cache
def records(model: Path) -> frozenset[str]:
    """The modules of records and their plurals; `policy_document` has `PolicyDocument`."""
    names = [path.stem for path in model.glob("*.py") if _has_record(path)]
    return frozenset((*names, *(re.sub("y$", "ie", name) + "s" for name in names)))


def _has_record(module: Path) -> bool:
    title = module.stem.title().replace("_", "")
    return any(name.startswith(title) for name in names_in(module))


def stale_on_page(folder: Path, package: Path) -> list[str]:
    """What a folder's page names and is not there: modules, what they bind, files."""
    page, around = page_of(folder), (folder, *folder.parents)
    names = [match[1] for code in CODE.findall(page) if (match := NAME.fullmatch(code))]
    stale = [
        name
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names
        and name.rsplit(".")[-1] not in FILES
        and not resolves(name, folder, package)
        and ("." in name or name not in all_names(package))
    ]
    files = FILE.findall(page)
    return stale + [name for name in files if not any((place / name).exists() for place in around)]


@cache
def all_names(package: Path) -> frozenset[str]:
    """Every name that the package binds anywhere, and every word of its texts."""
    return frozenset().union(*(names_in(path) for path in package.rglob("*.py")))


def resolves(name: str, folder: Path, package: Path) -> bool:
    """Whether a name is a module or what one binds, seen from a folder or one around it."""
    parts = name.removeprefix(package.name + ".").split(".")
    while folder.is_relative_to(package):
        if _leads(parts, folder):
            return True
        folder = folder.parent
    return False


def _leads(parts: list[str], place: Path) -> bool:
    """Whether the parts lead from a folder to a module, and on to a name it binds."""
    for number, part in enumerate(parts):
        module = place / f"{part}.py"
        if module.is_file():
            return names_in(module).issuperset(parts[number + 1 :][:1])
        if not (place / part).is_dir():
            beside = place.glob("*.py") if part[0].isupper() else [place / "__init__.py"][:number]
            return any(names_in(module).issuperset(parts[number:]) for module in beside)
        place /= part
    return True


def stale_in_document(text: str, root: Path, package: Path) -> list[str]:
    """What a document names in code marks and is not there: paths, files, modules, their names."""
    codes = CODE.findall(text)
    paths = [word.strip(",;:()") for code in codes for word in code.split()]
    names = [match[1] for code in codes if (match := DOTTED.fullmatch(code))]
    stale = [path for path in paths if _is_stale_path(path, root, package)]
    return stale + [name for name in names if _is_stale_name(name, package)]


def _is_stale_path(path: str, root: Path, package: Path) -> bool:
    """Whether a word is a path into the repository, or a module's file, that is not there."""
    path, _, test = path.partition("::")
    if re.fullmatch(r"\w+\.py", path):  # what a reader is to write is called an example
        return not path.startswith("example") and path not in _files(root)
    starts = (root, package, root / "tests")
    if not PATH.fullmatch(path) or not any(
        (start / path.split("/")[0]).is_dir() for start in starts
    ):
        return False
    there = [start / path for start in starts if (start / path).exists()]
    if test:
        return not any(test in names_in(file) for file in there)
    return not there and not resolves(path.replace("/", "."), package, package)


@cache
def _files(root: Path) -> frozenset[str]:
    folders = ("src", "tests", "bench", "verifier", "frontend")
    return frozenset(path.name for folder in folders for path in (root / folder).rglob("*.py"))


def _is_stale_name(name: str, package: Path) -> bool:
    """Whether a dotted name begins with a module or folder of the package and leads nowhere.

    A first word that is no folder and has no `_` may be an object in an example instead.
    """
    first, second, *_ = f"{name.removeprefix('aupkeep.')}.".split(".")
    if second in FILES or name in FACTS or second in getattr(SECTIONS.get(first), "__slots__", ()):
        return False
    if (package / first).is_dir():
        return not resolves(name, package, package)
    homes = _homes(package).get(first, [])
    stale = bool(homes) and not any(resolves(name, home, package) for home in homes)
    return stale and ("_" in first or second not in all_names(package))


@cache
def _homes(package: Path) -> dict[str, list[Path]]:
    """Where a module or folder of a name is."""
    homes: dict[str, list[Path]] = {}
    for path in (*package.rglob("*.py"), *folders(package)):
        homes.setdefault(path.stem, []).append(path.parent)
    return homes


def test_pages_name_their_modules():
    """Each page names what its folder holds."""
    missing = {str(folder): unnamed(folder, PACKAGE) for folder in folders(PACKAGE)}
    assert {folder: names for folder, names in missing.items() if names} == {}


def test_pages_name_what_is_there():
    """No page names a module, function or file that is not there."""
    stale = {str(folder): stale_on_page(folder, PACKAGE) for folder in folders(PACKAGE)}
    assert {folder: names for folder, names in stale.items() if names} == {}


def test_documents_name_what_is_there():
    """No document names a path, module, function or test that is not there."""
    stale = {
        str(path.relative_to(ROOT)): stale_in_document(path.read_text("utf-8"), ROOT, PACKAGE)
        for path in DOCUMENTS
    }
    assert {path: words for path, words in stale.items() if words} == {}


def test_planted_names_are_seen(tmp_path):
    """A module without its name is seen, and so is each name without its module or function."""
    package = tmp_path / "src" / "house"
    files = {
        "__init__.py": "'''`model`, `desk`: see `desk.case.opened` and `desk.case.gone`.'''",
        "model/__init__.py": "'''A file is named after the record it holds.'''",
        "model/case.py": "class Case: ...",
        "model/helper.py": "def help(): ...",
        "desk/__init__.py": "'''`case.opened` opens, `case.closed` is gone, and `old_case` too.\n"
        "\n    lost.py   and this\n'''",
        "desk/case.py": "def opened(): ...",
        "desk/late.py": "",
        "desk/plugins/__init__.py": "'''Each binds `LOG`.'''",
        "desk/plugins/zeek.py": "LOG = 1",
        "desk/plugins/migrations/__init__.py": "",
        "desk/plugins/migrations/first.py": "",
    }
    for name, text in files.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    assert unnamed(package / "model", package) == ["helper"]
    assert unnamed(package / "desk", package) == ["late", "plugins"]
    assert unnamed(package / "desk" / "plugins", package) == []
    (package / "desk" / "plugins" / "argus.py").write_text("NO_LOG = 1")
    assert unnamed(package / "desk" / "plugins", package) == ["argus", "zeek"]
    assert stale_on_page(package, package) == ["desk.case.gone"]
    assert stale_on_page(package / "desk", package) == ["case.closed", "old_case", "lost.py"]
    text = "`desk/case.py` `desk/case.opened` `desk/gone.py` `case.opened(now)` `case.shut` `x.py`"
    assert stale_in_document(text, tmp_path, package) == ["desk/gone.py", "x.py", "case.shut"]

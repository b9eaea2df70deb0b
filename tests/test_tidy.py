"""The shape of the source: which way imports go, what names say, what no file may hold."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from board import limits
from server.typescript import LIMITS_FIRST, LIMITS_LATER

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("board", "layers", "server")
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")

# What a pure module may not import: everything by which the world gets in.
IMPURE = {
    "asyncio", "datetime", "io", "logging", "os", "pathlib", "secrets", "shutil",
    "signal", "socket", "sqlite3", "starlette", "subprocess", "tempfile", "threading", "time",
    "uuid", "uvicorn", "websockets",
}  # fmt: skip
CALLS = {"open", "print", "input"}
# Scripts that write a generated module; nothing imports them.
GENERATORS = {"layers/make_advances.py"}
# Modules of server/ that know neither of sockets nor of the event loop.
PURE_IN_SERVER = {
    "server/glean.py",
    "server/presence.py",
    "server/protocol.py",
    "server/questions.py",
    "server/room.py",
    "server/streams.py",
}

ANTI_PATTERNS = {"manager", "handler", "helper", "util", "wrapper", "subsystem"}

FOREIGN_TEXTS = (
    "/" + "work/",
    "/" + "root/",
    "/" + "opt/",
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js",
    "npm" + "js.org",
    "npm" + "mirror",
    "deb.deb" + "ian.org",
)


def files() -> list[Path]:
    """Every file of the project, as git sees it."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if asked.returncode != 0:
        pytest.skip("this is no git checkout")
    paths = [ROOT / name for name in asked.stdout.split("\0") if name]
    return sorted(path for path in paths if path.is_file())


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every file that is text."""
    for path in files():
        raw = path.read_bytes()
        if b"\0" not in raw and path.suffix not in (".png", ".woff2"):
            yield path.relative_to(ROOT).as_posix(), raw.decode()


def modules(*packages: str) -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in (ROOT / package).rglob("*.py")
    )


def tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(), module)


def imports(module: str) -> set[str]:
    """The top-level names that a module imports, anywhere in it; no import is relative."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno} imports relatively"
            found.add((node.module or "").partition(".")[0])
    return found


def names(node: ast.AST) -> list[str]:
    """The modules that an ``import`` names; none for anything else."""
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_the_lists_of_this_file_name_modules_that_exist() -> None:
    for module in GENERATORS | PURE_IN_SERVER:
        assert (ROOT / module).is_file(), module


def test_imports_go_one_way() -> None:
    forbidden = {
        "board": {"layers", "server", "tests"},
        "layers": {"server", "tests"},
        "server": {"tests"},
    }
    wrong = [
        f"{module} imports {', '.join(sorted(found))}"
        for package, names in forbidden.items()
        for module in modules(package)
        if (found := imports(module) & names)
    ]
    assert not wrong, wrong


def test_the_core_is_pure() -> None:
    """No await, no clock, no chance, no I/O in board/, layers/, room.py and protocol.py.

    Numbers that look random are allowed where they always are the same: a fixed seed.
    """
    pure = set(modules("board", "layers")) - GENERATORS | PURE_IN_SERVER
    wrong = []
    for module in sorted(pure):
        if found := imports(module) & IMPURE:
            wrong.append(f"{module} imports {', '.join(sorted(found))}")
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Random":
                if not node.args or not isinstance(node.args[0], ast.Constant):
                    wrong.append(f"{module}:{node.lineno} has no fixed seed")
            elif "random" in (getattr(node, "module", ""), *names(node)):
                if ast.unparse(node) != "from random import Random":
                    wrong.append(f"{module}:{node.lineno} takes more from random than Random")
            elif isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncWith | ast.AsyncFor):
                wrong.append(f"{module}:{node.lineno} awaits")
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in CALLS:
                wrong.append(f"{module}:{node.lineno} calls {ast.unparse(node.func)}")
    assert not wrong, wrong


def words(name: str) -> set[str]:
    """The words of a name, in the singular: ``exportUtils`` -> export, util."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return {word.removesuffix("s") for word in re.split(r"[^a-z]+", parted) if word}


def named() -> Iterator[tuple[str, str]]:
    """Everything that has a name of ours: the place, and the name."""
    for place, text in texts():
        if place.endswith((".py", ".ts", ".tsx", ".mjs")):
            yield place, place.replace("/", "_").rpartition(".")[0]
        if place.endswith(".py"):
            for node in ast.walk(ast.parse(text, place)):
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{place}:{node.lineno}", node.name
        elif place.endswith((".ts", ".tsx", ".mjs")):
            kinds = r"\b(?:class|function|interface|type|enum)\s+([A-Za-z_$][\w$]*)"
            for found in re.finditer(kinds, text):
                yield f"{place}:{text.count(chr(10), 0, found.start()) + 1}", found[1]


def test_names_say_what_a_thing_is() -> None:
    wrong = [f"{place}: {name}" for place, name in named() if words(name) & ANTI_PATTERNS]
    assert not wrong, wrong


def test_no_file_names_a_machine_or_where_packages_come_from() -> None:
    wrong = [
        f"{place}: {foreign}"
        for place, text in texts()
        for foreign in FOREIGN_TEXTS
        if foreign in text
    ]
    assert not wrong, wrong


def test_text_files_end_in_one_newline_and_lines_in_no_space() -> None:
    wrong = []
    for place, text in texts():
        if not text:
            continue
        if not text.endswith("\n") or text.endswith("\n\n"):
            wrong.append(f"{place}: its end")
        if "\r" in text:
            wrong.append(f"{place}: carriage returns")
        for number, line in enumerate(text.split("\n"), 1):
            if line != line.rstrip(" \t"):
                wrong.append(f"{place}:{number}: space at the end")
    assert not wrong, wrong[:40]


def test_every_limit_is_used() -> None:
    source = "\n".join(
        (ROOT / module).read_text()
        for module in modules(*PACKAGES)
        if module != "board/limits.py"
    )
    used = set(re.findall(r"\blimits\.([A-Z][A-Z0-9_]*)\b", source))
    defined = {name for name in vars(limits) if name.isupper()}
    browser = "\n".join(
        path.read_text()
        for path in (ROOT / "static/src").rglob("*.ts*")
        if path.parent.name != "generated" and ".test." not in path.name
    )
    used |= {name for name in LIMITS_FIRST + LIMITS_LATER if re.search(rf"\b{name}\b", browser)}
    assert used <= defined
    assert not defined - used, f"limits that nothing holds to: {sorted(defined - used)}"


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_versions_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    shape = re.compile(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert lines
    wrong = [line for line in lines if not shape.fullmatch(line)]
    assert not wrong, wrong


def locked(lock: str) -> dict[str, Version]:
    """Package and version of each line of a lock that counts here."""
    found = {}
    for line in (ROOT / lock).read_text().splitlines():
        if not line.startswith(" "):
            one = Requirement(line.removesuffix("\\").strip())
            if one.marker is None or one.marker.evaluate():
                found[one.name] = Version(str(one.specifier).removeprefix("=="))
    return found


def test_locks_fit_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runtime = project["project"]["dependencies"] + groups["build"]
    for lock, wanted in (
        ("requirements.lock", runtime),
        ("requirements-dev.lock", runtime + groups["dev"]),
        ("requirements-node.lock", groups["node"]),
    ):
        versions = locked(lock)
        for requirement in map(Requirement, wanted):
            assert requirement.name in versions, f"{lock} lacks {requirement}"
            assert versions[requirement.name] in requirement.specifier, f"{lock}: {requirement}"
    everything = locked("requirements-dev.lock")
    assert locked("requirements.lock").items() <= everything.items()


def test_the_lock_of_the_browser_names_no_registry() -> None:
    lock = json.loads((ROOT / "static/package-lock.json").read_text())
    package = json.loads((ROOT / "static/package.json").read_text())
    for place, entry in lock["packages"].items():
        assert "resolved" not in entry, place
        assert not place or "integrity" in entry, place
    for kind in ("dependencies", "devDependencies"):
        assert lock["packages"][""][kind] == package[kind]
        for name, version in package[kind].items():
            assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned"


def test_dev_needs_nothing_but_the_standard_library() -> None:
    for script in ("dev.py", "bundle.py"):
        ours = {"bundle"}
        assert imports(script) <= set(sys.stdlib_module_names) | ours, script

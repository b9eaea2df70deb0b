"""The documents are true: docs/SPEC.md names all there is, and every rule has its test."""

import ast
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import dev
from board import decide, limits, ops, roles
from server import api, cli, config, protocol

ROOT = Path(__file__).resolve().parent.parent
SPEC = "docs/SPEC.md"
RULE = r"[A-Z]{2,8}[0-9]+"


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text()


def marked(name: str) -> set[str]:
    """Everything that a document has between single backticks."""
    return set(re.findall(r"`([^`\n]+)`", text(name)))


def missing(names: set[str], name: str = SPEC) -> list[str]:
    return sorted(names - marked(name))


def rows(first: str) -> dict[str, list[str]]:
    """The rows of the table in SPEC.md whose head begins with ``first``, by their first cell."""
    found: dict[str, list[str]] = {}
    inside = False
    for line in text(SPEC).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            inside = False
        elif cells[0] == first:
            inside = True
        elif inside and not set(cells[0]) <= set("-: "):
            assert cells[0] not in found, f"two rows {cells[0]}"
            found[cells[0]] = cells[1:]
    return found


# -- what there is, is described


def tags(union: object) -> set[str]:
    return {str(member.__struct_config__.tag) for member in get_args(union)}


def test_every_operation_is_described() -> None:
    operations = tags(ops.AnyOp)
    assert operations == set(roles.LEAST_ROLE)
    table = rows("operation")
    assert set(table) == {f"`{name}`" for name in operations}
    for name, role in roles.LEAST_ROLE.items():
        assert table[f"`{name}`"][-1].startswith(role), name


def test_every_role_is_described() -> None:
    assert not [role for role in roles.RANK if role not in text(SPEC)]


def test_every_frame_is_described() -> None:
    assert not missing(tags(protocol.Inbound) | tags(protocol.Outbound))


def test_every_refusal_code_is_described() -> None:
    assert not missing(set(decide.REFUSALS))


# which argument of these calls is a code
CODE_PLACES = {"Reject": 1, "Refusal": 0, "refuse": 0, "Problem": 1, "Unanswered": 0}


def given_codes() -> set[str]:
    """The codes that the server's own source gives to Reject, Refusal, refuse and Problem."""
    found = set()
    for path in (ROOT / "server").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = CODE_PLACES.get(name)
                if place is not None and len(node.args) > place:
                    code = node.args[place]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        found.add(code.value)
    return found


def test_every_code_that_the_server_gives_is_described() -> None:
    codes = given_codes()
    assert codes
    assert not missing(codes)


def test_every_http_refusal_is_described_with_its_status() -> None:
    table = rows("HTTP code")
    for code, (status, meaning) in api.PROBLEMS.items():
        assert table[f"`{code}`"] == [str(status), meaning], code


def test_every_close_code_is_described() -> None:
    table = rows("close code")
    assert set(table) == {f"`{code}`" for code in protocol.CLOSE_CODES}
    for code, meaning in protocol.CLOSE_CODES.items():
        assert table[f"`{code}`"][0] == meaning


def test_every_setting_is_described() -> None:
    fields = {field.name for field in msgspec.structs.fields(config.Settings)}
    assert fields == set(config.ENVIRONMENT)
    assert not missing(fields | set(config.ENVIRONMENT.values()))


def test_every_limit_is_described_with_its_value() -> None:
    defined = {f"`{name}`": value for name, value in vars(limits).items() if name.isupper()}
    table = rows("limit")
    assert set(table) == set(defined)
    wrong = [
        f"{name}: {table[name][0]}, is {value}"
        for name, value in defined.items()
        if table[name][0] != f"{value:,}".removesuffix(".0")
    ]
    assert not wrong, wrong


# -- every rule has its test


def defined_rules() -> list[str]:
    return re.findall(rf"^\s*(?:[-*] )?\*\*({RULE})\*\*", text(SPEC), re.MULTILINE)


@cache
def named_rules() -> dict[str, set[str]]:
    """Rule number -> the tests that carry it, in their name, their docstring or their title."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if function and node.name.startswith("test_"):
                said = node.name.replace("_", " ") + " " + (ast.get_docstring(node) or "")
                for rule in re.findall(rf"\b{RULE}\b", said):
                    found[rule].add(f"{path.relative_to(ROOT)}::{node.name}")
    for path in sorted((ROOT / "static/src").rglob("*.test.ts*")):
        for title in re.findall(r"""\b(?:test|it)\(\s*(["'`])(.*?)\1""", path.read_text()):
            for rule in re.findall(rf"\b{RULE}\b", title[1]):
                found[rule].add(f"{path.relative_to(ROOT)}: {title[1]}")
    return found


def test_rules_are_numbered_once() -> None:
    twice = [rule for rule, count in Counter(defined_rules()).items() if count > 1]
    assert not twice, twice


def test_every_rule_has_a_test() -> None:
    rules = set(defined_rules())
    assert rules
    assert not rules - named_rules().keys(), sorted(rules - named_rules().keys())


def test_every_rule_that_a_test_names_exists() -> None:
    rules = set(defined_rules())
    prefixes = {rule.rstrip("0123456789") for rule in rules}
    unknown = {
        rule: sorted(tests)
        for rule, tests in named_rules().items()
        if rule.rstrip("0123456789") in prefixes and rule not in rules
    }
    assert not unknown, unknown


# -- the papers for people


def documents() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    )


@pytest.mark.parametrize("name", documents())
def test_links_between_documents_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(name)):
        if "://" not in target and not target.startswith(("#", "mailto:")):
            path = (ROOT / name).parent / target.partition("#")[0]
            assert path.exists(), f"{name} links to {target}"


@pytest.mark.parametrize("name", ["README.md", "docs/ARCHITECTURE.md"])
def test_files_that_a_document_names_exist(name: str) -> None:
    folders = "board|layers|server|static|tests|docs|bench"
    paths = [one for one in marked(name) if re.fullmatch(rf"(?:{folders})/[\w./-]*", one)]
    made = ("static/dist", "static/node_modules")
    wrong = [one for one in paths if not one.startswith(made) and not (ROOT / one).exists()]
    assert not wrong, wrong


def test_commands_that_the_readme_names_exist() -> None:
    commands = set(re.findall(r"python3 dev\.py (\w+)", text("README.md")))
    assert {"run", "test"} <= commands
    assert commands <= dev.COMMANDS.keys()


def test_the_command_line_is_as_the_readme_says(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["-h"])
    there = set(re.findall(r"^    (\w+)  ", capsys.readouterr().out, re.MULTILINE))
    usages = re.findall(r"^\| `(.+?)` \|", text("README.md"), re.MULTILINE)
    assert {usage.split()[0] for usage in usages} == there
    for usage in usages:
        with pytest.raises(SystemExit):
            cli.main([usage.split()[0], "-h"])
        said = set(re.findall(r"(?<!\S)\[?(--?[a-z]+)", capsys.readouterr().out))
        assert set(re.findall(r"--?[a-z]+", usage)) <= said, usage


def test_the_readme_names_what_stands_on_the_page() -> None:
    """Every button and sign of the first five minutes is a text of the interface."""
    section = text("README.md").partition("## The first five minutes")[2].partition("\n## ")[0]
    named = set(re.findall(r"\*([^*]+)\*", section.replace("**", "")))
    texts = set(re.findall(r'"([^"\n]+)"', text("static/src/i18n/en.ts")))
    assert len(named) > 5
    assert not named - texts, named - texts


def test_the_guide_names_what_stands_on_the_page() -> None:
    """Every button, sign and title in the facilitator's guide is a text of the interface."""
    guide = re.sub(r"!\[[^]]*\]", "", text("docs/facilitators-guide.md"))
    named = set(re.findall(r"\*([^*\n]+)\*", guide.replace("**", "")))
    pages = (ROOT / "static/src/i18n").glob("*.ts")
    texts = {said for page in pages for said in re.findall(r'"([^"\n]+)"', page.read_text())}
    assert len(named) > 30
    assert not named - texts, named - texts


def test_decisions_are_numbered_and_say_what_a_decision_says() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert pages
    for count, page in enumerate(pages, 1):
        assert re.fullmatch(rf"{count:04d}-[a-z0-9-]+\.md", page.name), page.name
        heads = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
        assert heads == ["Context", "Decision", "Alternatives", "Consequences"], page.name


def test_the_changelog_has_what_is_not_released() -> None:
    assert "\n## [Unreleased]\n" in text("CHANGELOG.md")

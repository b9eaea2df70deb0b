"""What is built for others to install: a wheel and an sdist that need no node."""

import asyncio
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

import bundle
from tests.processes import start

ROOT = Path(__file__).resolve().parent.parent
NAMES = {"board", "layers", "server"}


def build(source: Path, kind: str, target: Path, environment: dict[str, str]) -> Path:
    """Build one package out of a source tree with hatchling; the only file that it leaves."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)],
        cwd=source, env=environment, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (made,) = target.iterdir()
    return made


def without_node() -> dict[str, str]:
    """The environment, with nothing on the PATH."""
    return {**os.environ, "PATH": "", "PYTHONPATH": ""}


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"), dict(os.environ))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is made of the sdist, on a machine without node."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    # 3.11.4 and later know filters, and the latest ask for one.
    filters = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, **filters)  # type: ignore[arg-type]
    (source,) = unpacked.iterdir()
    return build(source, "wheel", tmp_path_factory.mktemp("wheel"), without_node())


def test_the_wheel_holds_three_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops - {"orientation_board-0.2.0.dist-info"} == NAMES
    sources = {
        path.relative_to(ROOT).as_posix() for name in NAMES for path in (ROOT / name).rglob("*.py")
    }
    assert {name for name in names if name.endswith(".py")} == sources
    for folder in ("board/papers", "board/templates"):
        assert {f"{folder}/{path.name}" for path in (ROOT / folder).iterdir()} <= set(names)


def test_the_wheel_holds_bundle_and_templates(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name.removeprefix("server/static/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith("server/static/")
        }
    here = {
        path.relative_to(ROOT / "static").as_posix(): path.read_bytes()
        for folder in ("dist", "templates")
        for path in (ROOT / "static" / folder).rglob("*")
        if path.is_file()
    }
    assert inside == here
    assert "dist/manifest.json" in inside


async def test_the_wheel_serves_the_built_in_board(wheel: Path, tmp_path: Path) -> None:
    """A real server out of the wheel alone, with no other file of the project."""
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    served = await start(tmp_path / "data", source=installed)
    try:

        def get(address: str) -> str:
            with urllib.request.urlopen(address, timeout=10) as answer:
                body: bytes = answer.read()
            return body.decode()

        page = await asyncio.to_thread(get, served.board)
        manifest = json.loads((installed / "server/static/dist/manifest.json").read_text())
        assert f"/static/{manifest['app.js']}" in page
        script = await asyncio.to_thread(get, f"{served.address}/static/{manifest['app.js']}")
        assert script == (installed / "server/static/dist" / manifest["app.js"]).read_text()
        assert set(served.links) == {"facilitator", "participant", "viewer", "desk"}
    finally:
        await served.stop()
        assert served.reading is not None
        await served.reading


def test_the_sdist_holds_the_bundle_and_not_what_it_is_made_of(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert "static/dist/manifest.json" in names
    assert not [name for name in names if name.startswith(("static/src", "static/node_modules"))]


def test_the_three_names_come_from_here_alone() -> None:
    """Other distributions use these names too: in one environment they would shadow each other."""
    ours = importlib.metadata.distribution("orientation-board")
    for other in importlib.metadata.distributions():
        if other.name != ours.name:
            tops = {file.parts[0].removesuffix(".py") for file in other.files or ()}
            assert not tops & NAMES, other.name
    for name in NAMES:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin == str(ROOT / name / "__init__.py")


def touch(path: Path, time_s: int, content: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, (time_s, time_s))


def test_the_bundle_is_made_again_when_a_source_is_newer(tmp_path: Path) -> None:
    static = tmp_path / "static"
    for name in ("package.json", "package-lock.json", "build.mjs", "src/main.tsx"):
        touch(static / name, 1_000)
    assert bundle.is_stale(tmp_path)
    touch(static / "dist/manifest.json", 2_000)
    assert not bundle.is_stale(tmp_path)
    touch(static / "src/board/model.test.ts", 3_000)
    assert not bundle.is_stale(tmp_path)
    touch(static / "src/board/model.ts", 3_000)
    assert bundle.is_stale(tmp_path)


def test_an_sdist_is_never_stale(tmp_path: Path) -> None:
    touch(tmp_path / "static/dist/manifest.json", 1_000)
    touch(tmp_path / "static/build.mjs", 2_000)
    assert not bundle.is_stale(tmp_path)


def script(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\necho {line}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "npm", "found"),
    [
        ("v20.0.0", True, True),
        ("v24.1.0", True, True),
        ("v18.19.1", True, False),
        ("what", True, False),
        ("v20.0.0", False, False),
    ],
)
def test_node_on_the_path_must_be_new_enough_and_have_npm(
    version: str, npm: bool, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "node", version)
    if npm:
        script(tmp_path / "npm", "11")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert (bundle.node_on_path() is not None) == found


@pytest.mark.parametrize(("stale", "node"), [(True, True), (True, False), (False, False)])
def test_the_build_asks_for_node_only_when_it_is_needed(
    stale: bool, node: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hatch_build

    (tmp_path / "bundle.py").write_text((ROOT / "bundle.py").read_text())
    if not stale:
        touch(tmp_path / "static/dist/manifest.json", 1_000)
    if node:
        script(tmp_path / "node", "v20.0.0")
        script(tmp_path / "npm", "11")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "bundle", bundle)
    hook = hatch_build.BundleHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")  # type: ignore[arg-type]
    wanted = [bundle.NODE_WHEEL] if stale and not node else []
    assert hook.dependencies() == wanted

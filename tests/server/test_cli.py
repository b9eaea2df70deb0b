"""server/cli.py: the real program, in processes of its own, on data folders of its own."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from board import limits
from server import cli
from server.config import ENVIRONMENT
from server.folder import Folder
from tests.papers import PAPER


def run(*arguments: object, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The program, with its default settings but for the data folder."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ORIENTATION_")
    }
    if data is not None:
        environment["ORIENTATION_BOARD_DATA"] = str(data)
    return subprocess.run(
        [sys.executable, "-m", "server.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[str], status: int, *parts: str) -> None:
    """Exit status, nothing on stdout, one line on stderr that holds ``parts``."""
    assert (done.returncode, done.stdout) == (status, ""), done
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("orientation-board")
    for part in parts:
        assert part in done.stderr


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "Small Paper.md"
    path.write_text(PAPER)
    return path


def test_CL20_import_export_and_import_again_without_a_server(tmp_path: Path, paper: Path) -> None:
    data = tmp_path / "data"
    made = run("import", paper, data=data)
    assert made.returncode == 0, made.stderr
    first, *links = made.stdout.splitlines()
    assert first == (
        "small-paper: a paper, 'A small paper': 1 layer, 0 groups, 2 nodes, 1 relation"
    )
    address = r"http://127\.0\.0\.1:8000/b/small-paper#k=[a-z]+\.[a-z2-7]{32}"
    for role, line in zip(("facilitator", "participant", "viewer"), links, strict=True):
        assert re.fullmatch(rf"  {role} +{address}", line)

    exported = run("export", "small-paper", data=data)
    assert exported.returncode == 0
    assert json.loads(exported.stdout)["board"]["text"]["title"] == {"en": "A small paper"}
    again = tmp_path / "again.json"
    again.write_text(exported.stdout)
    assert run("import", again, "--name", "second", data=data).returncode == 0
    third = tmp_path / "third.json"
    assert run("export", "second", "-o", third, data=data).returncode == 0
    assert third.read_bytes() == again.read_bytes()
    assert list(tmp_path.glob("*.new")) == []

    listed = run("boards", data=data)
    assert listed.stdout == (
        "second\tA small paper\tprivate\t1 entry\thttp://127.0.0.1:8000/b/second\n"
        "small-paper\tA small paper\tprivate\t1 entry\thttp://127.0.0.1:8000/b/small-paper\n"
    )


def test_CL21_bad_input_is_one_line_and_status_2(tmp_path: Path, paper: Path) -> None:
    data = tmp_path / "data"
    broken = tmp_path / "broken.md"
    broken.write_text(PAPER.replace("#fairness: serves", "#nowhere: serves"))
    refused(run("check", broken), 2, str(broken), "line 12", "nowhere")
    refused(run("import", broken, data=data), 2, str(broken), "line 12")
    for command in ("boards", ("links", "b"), ("export", "b")):
        words = (command,) if isinstance(command, str) else command
        done = run(*words, "--data", os.path.relpath(data))
        named = ("--data", "ORIENTATION_BOARD_DATA")
        refused(done, 2, f"there is no data folder {data}:", *named)
    assert not data.exists()
    refused(run(), 2, "COMMAND")
    refused(run("serve", "--port", "65536", data=data), 2, "port", "65535", "65536")
    refused(run("serve", "--origin", "*", data=data), 2, "'*'")
    assert not data.exists()


def test_CL22_trouble_is_one_line_and_status_1(tmp_path: Path, paper: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "boards.sqlite3").write_bytes(b"this is no database at all")
    (data / "lock").touch()
    refused(run("boards", data=data), 1, "boards.sqlite3", "no SQLite database")
    (tmp_path / "file").touch()
    refused(run("import", paper, data=tmp_path / "file"), 1, "cannot be used")
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").touch()
    refused(run("import", paper, data=other), 1, "holds other things")
    refused(run("boards", data=other), 2, f"{other} is no data folder", "--data")
    assert [file.name for file in other.iterdir()] == ["letter.txt"]


def test_CL23_a_document_may_come_from_standard_input(tmp_path: Path) -> None:
    def piped(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "server.cli", *arguments],
            input=text, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    done = piped(PAPER, "check", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("standard input: a paper, 'A small paper': ")
    refused(piped("", "check", "-"), 2, "standard input: line 1")
    data = tmp_path / "data"
    refused(piped(PAPER, "import", "-", "--data", str(data)), 2, "--name")
    assert not data.exists()
    made = piped(PAPER, "import", "-", "--name", "piped", "--data", str(data))
    assert made.returncode == 0 and made.stdout.startswith("piped: a paper, 'A small paper'")


# -- in this process: quicker


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    try:
        status = cli.main([str(argument) for argument in arguments])
    except SystemExit as exit:  # argparse
        assert isinstance(exit.code, int)
        status = exit.code
    out, err = capsys.readouterr()
    assert err.count("\n") <= 1
    return status, out, err


def test_CL23_check_says_what_a_file_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paper: Path
) -> None:
    status, out, _ = call(capsys, "check", paper)
    assert (status, out) == (
        0,
        f"{paper}: a paper, 'A small paper': 1 layer, 0 groups, 2 nodes, 1 relation\n",
    )
    built_in = Path(cli.__file__).parent.parent / "board/papers/cities-of-equality.md"
    status, out, _ = call(capsys, "check", built_in)
    assert status == 0 and "'Cities of Equality'" in out


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("a.json", b"{", ["no JSON"]),
        ("a.json", b"\xff{}", ["no JSON"]),
        ("a.txt", b' {"format":"other"}', ["$.format", "other"]),
        (
            "a.json",
            b'{"format":"orientation-board","version":1,"nodes":'
            b'[{"id":"n","layer":"l","x":0,"y":0,"w":9,"h":9}]}',
            ["$.nodes[0].layer"],
        ),
        ("a.md", b"", ["a.md", "line 1"]),
        ("a.md", b"\xff", ["line 1", "UTF-8"]),
        ("a.md", PAPER.replace("{#fairness}", "{#Fair Ness}").encode(), ["line 10"]),
    ],
)
def test_CL23_check_says_what_is_wrong_and_where(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    name: str,
    content: bytes,
    parts: list[str],
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    status, out, err = call(capsys, "check", path)
    assert (status, out) == (2, "")
    for part in [str(path), *parts]:
        assert part in err


def test_CL23_files_are_bounded(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    paper: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    size = len(paper.read_bytes())
    monkeypatch.setattr(limits, "PAPER_BYTES_MAX", size)
    assert call(capsys, "check", paper)[0] == 0
    monkeypatch.setattr(limits, "PAPER_BYTES_MAX", size - 1)
    status, _, err = call(capsys, "check", paper)
    assert status == 2 and str(size - 1) in err
    status, _, err = call(capsys, "check", tmp_path / "none")
    assert status == 2 and "No such file" in err
    status, _, err = call(capsys, "check", tmp_path)
    assert status == 2 and "directory" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["boards", "--dance"],
        ["links"],
        ["links", "b", "--role", "king"],
        ["links", "b", "--revoke=yes"],
        ["export"],
        ["check"],
        ["serve", "--port"],
        ["import", "a", "b"],
    ],
)
def test_CL21_arguments_that_are_none(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    status, out, err = call(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("orientation-board") and err.count("\n") == 1


def test_CL24_commands_wait_for_one_another(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    paper: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = tmp_path / "data"
    monkeypatch.setattr(cli, "FOLDER_WAIT_S", 0.2)
    folder = Folder(data)
    status, _, err = call(capsys, "import", paper, "--data", data)
    assert status == 1 and "in use by another program" in err
    monkeypatch.setattr(cli, "FOLDER_WAIT_S", 30)
    sleeps = []

    def let_go(seconds: float) -> None:
        sleeps.append(seconds)
        folder.close()

    monkeypatch.setattr("server.cli.time.sleep", let_go)
    assert call(capsys, "import", paper, "--data", data)[0] == 0
    assert len(sleeps) == 1


def test_CL25_links_of_the_command_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paper: Path
) -> None:
    data = tmp_path / "data"
    status, made, _ = call(
        capsys, "import", paper, "--name", "b", "--data", data,
        "--address", "https://board.example",
    )  # fmt: skip
    assert status == 0
    address = ("--data", data, "--address", "https://board.example")
    status, shown, _ = call(capsys, "links", "b", *address)
    assert status == 0 and shown == "".join(made.splitlines(keepends=True)[1:])
    assert shown.count("https://board.example/b/b#k=") == 3
    status, revoked, _ = call(capsys, "links", "b", "--role", "viewer", "--revoke", *address)
    assert status == 0 and revoked.count("\n") == 1 and revoked not in shown
    status, _, err = call(capsys, "links", "c", *address)
    assert status == 2 and "there is no board c" in err


def test_CL25_secrets_stand_in_no_file_but_the_secret(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paper: Path
) -> None:
    data = tmp_path / "data"
    _, made, _ = call(capsys, "import", paper, "--data", data)
    macs = re.findall(r"#k=[a-z]+\.([a-z2-7]{32})", made)
    assert len(macs) == 3
    held = b"".join(file.read_bytes() for file in data.iterdir() if file.name != "secret")
    assert all(mac.encode() not in held for mac in macs)
    assert (data / "secret").read_bytes() not in held


def test_CL26_addresses_begin_with_where_the_last_server_was_found(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    paper: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ENVIRONMENT.values():
        monkeypatch.delenv(name, raising=False)
    data = ("--data", tmp_path / "data")
    for arguments in (("import", paper, "--name", "b"), ("links", "b"), ("boards",)):
        status, out, err = call(capsys, *arguments, *data)
        assert status == 0 and "http://127.0.0.1:8000/b/b" in out
        assert "no server has run on this folder" in err and "http://127.0.0.1:8000" in err
    assert call(capsys, "export", "b", *data)[2] == ""
    assert call(capsys, "boards", "--port", "81", *data)[1:] == (
        "b\tA small paper\tprivate\t1 entry\thttp://127.0.0.1:81/b/b\n",
        "",
    )
    with Folder(tmp_path / "data") as folder:
        folder.keep_address("https://kept.example")
    status, out, err = call(capsys, "links", "b", *data)
    assert (status, err, out.count(" https://kept.example/b/b#k=")) == (0, "", 3)
    monkeypatch.setenv("ORIENTATION_BOARD_ADDRESS", "https://told.example")
    status, out, err = call(capsys, "links", "b", *data)
    assert (status, err, out.count(" https://told.example/b/b#k=")) == (0, "", 3)


def test_CL27_a_list_of_boards_is_plain_text(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paper: Path
) -> None:
    held = tmp_path / "held.json"
    title = {"title": {"en": "Two\nlines \u202eand a turn"}}
    document = {"format": "orientation-board", "version": 1, "board": {"text": title}}
    held.write_text(json.dumps(document))
    where = ("--data", tmp_path / "data", "--port", "8000")
    assert call(capsys, "import", held, "--name", "b", "--public", *where)[0] == 0
    assert call(capsys, "boards", *where)[1] == (
        "b\tTwo lines and a turn\tpublic\t1 entry\thttp://127.0.0.1:8000/b/b\n"
    )


def test_CL21_a_file_in_a_folder_that_is_not_there_is_refused_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    status, out, err = call(capsys, "export", "b", "-o", gone / "b.json", "--data", tmp_path)
    assert (status, out) == (2, "")
    assert err == f"orientation-board: there is no folder {gone}\n"


def test_RE6_results_are_written_as_a_zip(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paper: Path
) -> None:
    where = ("--data", tmp_path / "data")
    assert call(capsys, "import", paper, "--name", "b", *where)[0] == 0
    file = tmp_path / "b.zip"
    assert call(capsys, "results", "b", "-o", file, "--authors", "none", *where)[:2] == (0, "")
    with zipfile.ZipFile(file) as zipped:
        assert "# A small paper" in zipped.read("report.md").decode()
        assert json.loads(zipped.read("board.json"))["nodes"]
    assert list(tmp_path.glob("*.new")) == []
    gone = tmp_path / "gone"
    status, _, err = call(capsys, "results", "b", "-o", gone / "b.zip", *where)
    assert (status, err) == (2, f"orientation-board: there is no folder {gone}\n")
    assert call(capsys, "results", "none", "-o", file, *where)[0] == 2


def test_CL22_trouble_with_a_file_names_it_without_a_number(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paper: Path
) -> None:
    where = ("--data", tmp_path / "data", "--port", "8000")
    assert call(capsys, "import", paper, "--name", "b", *where)[0] == 0
    (tmp_path / "b.json.new").mkdir()
    where = ("--data", tmp_path / "data")
    status, _, err = call(capsys, "export", "b", "-o", tmp_path / "b.json", *where)
    assert status == 1 and "Errno" not in err and str(tmp_path / "b.json.new") in err


def test_CL4_help_names_the_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    for default in ("default: data;", "default: 127.0.0.1;", "default: 8000;"):
        assert default in said
    assert all(name in said for name in ENVIRONMENT.values())


def test_CL28_the_desks_link_outlives_its_command_and_ends_when_revoked(
    tmp_path: Path, paper: Path
) -> None:
    """CL28, DK3: the generation lies in the data folder, for its owner alone."""
    data = tmp_path / "data"
    assert run("import", paper, data=data).returncode == 0
    links = []
    for arguments in (("desk",), ("desk",), ("desk", "--revoke"), ("desk",)):
        done = run(*arguments, data=data)
        assert done.returncode == 0, done.stderr
        links.append(done.stdout)
        assert re.fullmatch(r"http://127\.0\.0\.1:8000/#k=desk\.[a-z2-7]{32}\n", done.stdout)
    assert links[0] == links[1] != links[2] == links[3]
    assert (data / "desk").stat().st_mode & 0o777 == 0o600
    token = links[3].partition("#k=")[2].strip().encode()
    assert not [path for path in data.iterdir() if path.is_file() and token in path.read_bytes()]
    for content in (b"", b"0\n", b"-1\n", b"1", b"9" * 40 + b"\n"):
        (data / "desk").write_bytes(content)
        refused(run("desk", data=data), 1, "expected a number")


def test_CL29_copy_archive_and_delete_without_a_server(tmp_path: Path, paper: Path) -> None:
    data = tmp_path / "data"
    assert run("import", paper, "--name", "one", data=data).returncode == 0
    made = run("copy", "one", "--name", "two", "--title", "A copy", data=data)
    assert made.returncode == 0 and made.stdout.startswith("two: a copy of one\n")
    assert made.stdout.count("#k=") == 3
    assert run("archive", "two", data=data).returncode == 0
    lines = run("boards", data=data).stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["one", "two"]
    assert lines[1].split("\t")[1] == "A copy" and lines[1].endswith("\tarchived")
    assert run("archive", "two", "--undo", data=data).returncode == 0
    assert "archived" not in run("boards", data=data).stdout
    refused(run("delete", "one", data=data), 2, "for good", "--yes")
    assert run("delete", "one", "--yes", data=data).returncode == 0
    assert [line.split("\t")[0] for line in run("boards", data=data).stdout.splitlines()] == ["two"]
    refused(run("import", paper, "--name", "one", data=data), 2, "there was a board one before")

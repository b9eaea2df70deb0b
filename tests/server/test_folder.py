"""server/folder.py: the lock, the secret, and who may look."""

import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from server.folder import Folder, InUse, NoFolder

HOLD = """
import sys, pathlib
from server.folder import Folder
folder = Folder(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_CL1_a_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "data"
    with Folder(path) as folder:
        folder.secret()
        assert mode(path) == 0o700
        assert mode(path / "lock") == mode(path / "secret") == 0o600
    path.chmod(0o755)
    (path / "secret").chmod(0o644)
    folder.database.touch()
    with Folder(path) as folder:
        folder.secret()
        assert mode(path) == 0o700
        assert mode(path / "secret") == 0o600


def test_CL1_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    tmp_path.chmod(0o755)
    with pytest.raises(NoFolder, match="holds other things"):
        Folder(tmp_path)
    assert mode(tmp_path) == 0o755
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_CL1_a_folder_that_cannot_be_used_is_an_error_of_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        with pytest.raises(NoFolder) as caught:
            Folder(path)
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)


def test_CL26_the_address_is_kept_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data"
    with Folder(path) as folder:
        assert folder.kept_address() == ""
        for address in ("http://127.0.0.1:8123", "https://board.example"):
            folder.keep_address(address)
            assert folder.kept_address() == address
        assert mode(path / "address") == 0o600
        assert sorted(file.name for file in path.iterdir()) == ["address", "lock"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"board.example\n", b"https://board.example/x\n", b"http://a\nb", b"\xff",
     b"http://" + b"a" * 2000, b"http://[\n"],
)  # fmt: skip
def test_CL26_what_is_no_address_is_passed_over(tmp_path: Path, content: bytes) -> None:
    with Folder(tmp_path / "data") as folder:
        (folder.path / "address").write_bytes(content)
        assert folder.kept_address() == ""


def test_CL2_one_program_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "data"
    with Folder(path):
        with pytest.raises(InUse) as caught:
            Folder(path)
        assert "\n" not in str(caught.value) and str(path) in str(caught.value)
    with Folder(path):
        pass


def test_CL2_the_lock_ends_with_its_program_even_when_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InUse):
            Folder(path)
        other.send_signal(signal.SIGKILL)
        other.wait(10)
    with Folder(path):
        pass


def test_CL3_the_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "data"
    with Folder(path) as folder:
        secret = folder.secret()
        assert len(secret) == 32
        assert folder.secret() == secret
        folder.database.touch()
    with Folder(path) as folder:
        assert folder.secret() == secret
    with Folder(tmp_path / "other") as folder:
        assert folder.secret() != secret


def test_what_has_no_room_on_the_disk_leaves_what_was_kept(tmp_path: Path) -> None:
    """Half of a file is written, and then the disk is full."""
    with Folder(tmp_path / "data") as folder:
        folder.keep_codes(b"[1]")
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, usual[1]))
        try:
            with pytest.raises(NoFolder, match="codes: File too large"):
                folder.keep_codes(b"2" * 4_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert folder.codes() == b"[1]"
        assert not list(folder.path.glob("*.new"))


def test_CL3_a_secret_cut_short_is_refused_and_stays(tmp_path: Path) -> None:
    with Folder(tmp_path / "data") as folder:
        folder.secret_path.write_bytes(b"short")
        with pytest.raises(NoFolder, match="expected 32 bytes, got 5"):
            folder.secret()
        assert folder.secret_path.read_bytes() == b"short"


def test_CL3_a_lost_database_is_not_taken_for_a_first_start(tmp_path: Path) -> None:
    path = tmp_path / "data"
    with Folder(path) as folder:
        folder.secret()
    with pytest.raises(NoFolder, match="is gone but its secret is there"):
        Folder(path)
    folder.secret_path.unlink()
    with Folder(path):
        pass

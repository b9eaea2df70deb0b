"""The data folder: all that a server keeps, and the lock that lets one program at a time use it.

::

    data/                  only its owner may enter (0700)
      lock                 held as long as a program uses the folder
      boards.sqlite3       the log of all boards (server/log_sqlite.py)
      ballots.sqlite3      the ballots of rounds that are open (server/ballots.py)
      images/              the images of all boards, by board (server/images.py)
      secret               32 random bytes; every share link's token is made from it (0600)
      desk                 the generation of the desk's key, once it was revoked (0600)
      admin.sock           where the running server takes commands (0600, server/admin.py)
      codes                which join codes there are, without what they say (0600)
      address              where the last server was found: commands without one use it (0600)
"""

import errno
import fcntl
import os
import re
import secrets
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from server.config import BadSetting, origin

SECRET_BYTES: Final = 32
GENERATION_BYTES_MAX: Final = 17  # that are read as the generation of the desk's key
CODES_BYTES_MAX: Final = 1024 * 1024  # that are read of what was kept of join codes
ADDRESS_BYTES_MAX: Final = 1024  # that are read of what was kept


class NoFolder(Exception):
    """The data folder cannot be used: the message says why, in one line."""


class InUse(NoFolder):
    """Another program uses the data folder."""


class Folder:
    """A data folder that is locked for this program until ``close``.

    Raises NoFolder when it cannot be made or used, and InUse when another program holds it.
    The lock is the kernel's: it ends with its program, whatever ends that.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (path / "lock").exists() and any(path.iterdir()):
                raise NoFolder(f"{path} holds other things: name an empty folder, or a new one")
            path.chmod(0o700)
            self._lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise NoFolder(f"the data folder {path} cannot be used: {error.strerror}") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise InUse(f"the data folder {path} is in use by another program") from error
            raise NoFolder(f"the data folder {path} cannot be locked: {error.strerror}") from error
        if self.secret_path.exists() and not self.database.exists():
            self.close()
            raise NoFolder(
                f"{self.database} is gone but its secret is there:"
                " bring it back, or remove the secret to begin anew"
            )

    @property
    def database(self) -> Path:
        """The file of the log."""
        return self.path / "boards.sqlite3"

    @property
    def ballots(self) -> Path:
        """The file of the ballots of open rounds. It belongs into no backup."""
        return self.path / "ballots.sqlite3"

    @property
    def images(self) -> Path:
        """The folder of the images; it is made when there is one."""
        return self.path / "images"

    @property
    def secret_path(self) -> Path:
        """The file of the secret."""
        return self.path / "secret"

    @property
    def admin_socket(self) -> Path:
        """The running server's admin socket."""
        return admin_socket(self.path)

    def secret(self) -> bytes:
        """The secret; it is made on the first use of the folder, after the database.

        Raises NoFolder when it cannot be read or made.
        """
        try:
            if not self.secret_path.exists():
                self._make_secret()
            secret = self.secret_path.read_bytes()
            self.secret_path.chmod(0o600)
        except OSError as error:
            raise NoFolder(f"{self.secret_path}: {error.strerror}") from error
        if len(secret) != SECRET_BYTES:
            raise NoFolder(f"{self.secret_path}: expected {SECRET_BYTES} bytes, got {len(secret)}")
        return secret

    def _make_secret(self) -> None:
        self._put("secret", secrets.token_bytes(SECRET_BYTES))

    def keep_address(self, address: str) -> None:
        """Keep where people find the server, for commands that run without it.

        Raises NoFolder when it cannot be written.
        """
        try:
            self._put("address", f"{address}\n".encode())
        except OSError as error:
            raise NoFolder(f"{self.path / 'address'}: {error.strerror}") from error

    def kept_address(self) -> str:
        """Where the last server of this folder was found; "" when none was kept, or no address."""
        try:
            with (self.path / "address").open("rb") as file:
                kept = file.read(ADDRESS_BYTES_MAX).decode("ascii")
            address = kept.removesuffix("\n")
            return address if kept == origin(address) + "\n" else ""
        except (OSError, UnicodeDecodeError, BadSetting):
            return ""

    def desk_generation(self) -> int:
        """The generation of the desk's key; the first is 1. Raises NoFolder."""
        try:
            with (self.path / "desk").open("rb") as file:
                kept = file.read(GENERATION_BYTES_MAX)
        except FileNotFoundError:
            return 1
        except OSError as error:
            raise NoFolder(f"{self.path / 'desk'}: {error.strerror}") from error
        if not re.fullmatch(rb"[1-9][0-9]{0,14}\n", kept):
            raise NoFolder(f"{self.path / 'desk'}: expected a number")
        return int(kept)

    def keep_desk_generation(self, generation: int) -> None:
        """Keep the generation of the desk's key. Raises NoFolder when it cannot be written."""
        try:
            self._put("desk", b"%d\n" % generation)
        except OSError as error:
            raise NoFolder(f"{self.path / 'desk'}: {error.strerror}") from error

    def codes(self) -> bytes:
        """What was kept of join codes; b"" when nothing was, or it cannot be read."""
        try:
            with (self.path / "codes").open("rb") as file:
                return file.read(CODES_BYTES_MAX)
        except OSError:
            return b""

    def keep_codes(self, codes: bytes) -> None:
        """Keep what is to be known of join codes. Raises NoFolder when it cannot be written."""
        try:
            self._put("codes", codes)
        except OSError as error:
            raise NoFolder(f"{self.path / 'codes'}: {error.strerror}") from error

    def _put(self, name: str, content: bytes) -> None:
        """Write a file for its owner alone: all of it or nothing. Raises OSError."""
        new = self.path / f"{name}.new"
        new.unlink(missing_ok=True)
        put(self.path / name, content, new)

    def close(self) -> None:
        """Let go of the folder."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def admin_socket(path: Path) -> Path:
    """The admin socket of a data folder."""
    return path / "admin.sock"


def put(path: Path, content: bytes, new: Path) -> None:
    """Write a file for its owner alone, and make it durable: all of it or nothing.

    ``new``, beside it, is what it is called until all is there. Raises OSError.
    """
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(file, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(file)
        new.rename(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)

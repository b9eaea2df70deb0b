"""Join codes: six characters that are said aloud and typed, in place of a link's address.

A code is made from the server's secret, as a token is, so nothing that opens a board is stored:
what is kept is for which links there are codes, and until when. Each link has one code for each
of its generations; it is good for ``limits.CODE_S`` from when it was last asked for. What was
typed is looked up by its HMAC, so the time that this takes tells nothing of how much was right.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from board import limits
from board.state import Link
from server.access import CODE_ALPHABET, Access

RENEWED_S: Final = 600  # a code is not written anew more often while it is shown


class NoRoom(Exception):
    """There are as many codes as there can be."""


class Kept(Struct, frozen=True, forbid_unknown_fields=True):
    """That there is a code: for a generation of a link, until a time in seconds since 1970."""

    board: str
    link: str
    generation: int
    turn: int
    until_s: int


class Codes:
    """The join codes of a server. ``keep`` makes what is known of them durable; it may block."""

    def __init__(
        self,
        access: Access,
        kept: bytes = b"",
        keep: Callable[[bytes], None] = lambda raw: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._access = access
        self._keep = keep
        self._clock = clock
        self._turn = asyncio.Lock()
        self._held: dict[str, Kept] = {}  # by the HMAC of the code
        try:
            known = msgspec.json.decode(kept or b"[]", type=list[Kept])
        except (msgspec.MsgspecError, UnicodeDecodeError):
            known = []  # they are asked for again
        for one in known[: limits.CODES_MAX]:
            self._held[self._name(self._code(one))] = one

    async def give(self, board: str, link: Link) -> tuple[str, int]:
        """The code of a link, and until when it is good. Raises NoRoom, and what keeping raises."""
        async with self._turn:
            now_s = int(self._clock())
            held = {name: one for name, one in self._held.items() if one.until_s > now_s}
            until_s = now_s + limits.CODE_S
            for name, one in held.items():
                if (one.board, one.link, one.generation) == (board, link.id, link.generation):
                    if one.until_s < until_s - RENEWED_S:
                        held[name] = msgspec.structs.replace(one, until_s=until_s)
                        await self._take(held)
                    return self._code(one), held[name].until_s
            there = {n: one for n, one in held.items() if (one.board, one.link) != (board, link.id)}
            here = sum(one.board == board for one in there.values())
            if here >= limits.CODES_BOARD_MAX or len(there) >= limits.CODES_MAX:
                raise NoRoom
            turn = 0
            while (name := self._name(self._access.code(board, link, turn))) in self._held:
                turn += 1
            there[name] = Kept(board, link.id, link.generation, turn, until_s)
            await self._take(there)
            return self._code(there[name]), until_s

    async def _take(self, held: dict[str, Kept]) -> None:
        await asyncio.to_thread(self._keep, msgspec.json.encode(list(held.values())))
        self._held = held

    def find(self, typed: str) -> Kept | None:
        """What a code stands for, however it was typed; None: nothing, or its time is over."""
        found = self._held.get(self._name(plain(typed)))
        return found if found is not None and found.until_s > self._clock() else None

    def _code(self, one: Kept) -> str:
        link = Link(one.link, "viewer", one.generation)
        return self._access.code(one.board, link, one.turn)

    def _name(self, code: str) -> str:
        return self._access.code_name(code)


def plain(typed: str) -> str:
    """A code without what people put between its characters."""
    found = "".join(char for char in typed.upper() if char.isalnum())
    return found if len(found) == limits.CODE_CHARS and set(found) <= set(CODE_ALPHABET) else ""

"""Keys of an order: short strings between which there is always room for another.

A key is read as a fraction written in base 62 ("V" is one half), compared as plain text. A
key never ends in "0", so that there is always something below it. Between two keys the
shortest middle is taken; at the end a fixed step of a six-digit whole part, so that appending
ten thousand things makes ten thousand short keys. Adversarial insertion at one place makes a
key grow by one digit for about five insertions: ``decide`` gives its neighbours new keys before
``limits.KEY_CHARS_MAX`` is reached. The idea of such keys is from the list of CRDT orders by
Evan Wallace ("Realtime editing of ordered sequences", 2017).
"""

from collections.abc import Iterator
from typing import Final

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VALUE: Final = {digit: value for value, digit in enumerate(DIGITS)}
BASE: Final = len(DIGITS)
WIDTH: Final = 6  # digits of the whole part that appending counts in
STEP: Final = BASE**3  # room for 238,328 appended keys before a key grows


def between(low: str, high: str | None) -> str:
    """A key above ``low`` ("" is the bottom) and below ``high`` (None is the top).

    Raises ValueError when ``low`` is not below ``high``.
    """
    if high is None:
        return _after(low)
    if low >= high:
        raise ValueError(f"no key between {low!r} and {high!r}")
    key = ""
    place = 0
    while True:
        floor = VALUE[low[place]] if place < len(low) else 0
        ceiling = VALUE[high[place]] if place < len(high) else BASE
        middle = (floor + ceiling) // 2
        if middle > floor:
            return key + DIGITS[middle]
        key += DIGITS[floor]
        place += 1
        if ceiling > floor:  # below ``high`` from here on, whatever follows
            high = ""
            while True:
                floor = VALUE[low[place]] if place < len(low) else 0
                middle = (floor + BASE) // 2
                if middle > floor:
                    return key + DIGITS[middle]
                key += DIGITS[floor]
                place += 1


def _after(low: str) -> str:
    whole = 0
    for digit in low[:WIDTH].ljust(WIDTH, "0"):
        whole = whole * BASE + VALUE[digit]
    whole += STEP
    if whole >= BASE**WIDTH:
        return between(low, DIGITS[-1] * (len(low) + 1))
    return _written(whole)


def _written(whole: int) -> str:
    digits = ""
    for _ in range(WIDTH):
        whole, value = divmod(whole, BASE)
        digits = DIGITS[value] + digits
    return digits.rstrip("0") or DIGITS[1]


def spread(count: int, low: str, high: str | None) -> list[str]:
    """``count`` rising keys between two keys, as short as they can be."""
    if count == 0:
        return []
    if high is None:
        keys = []
        for _ in range(count):
            low = between(low, None)
            keys.append(low)
        return keys
    middle = between(low, high)
    half = (count - 1) // 2
    return [*spread(half, low, middle), middle, *spread(count - 1 - half, middle, high)]


def appended(count: int) -> Iterator[str]:
    """``count`` keys for a fresh list, as appending one after the other makes them."""
    key = ""
    for _ in range(count):
        key = between(key, None)
        yield key

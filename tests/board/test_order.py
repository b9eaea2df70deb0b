"""The keys of an order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board import order


@given(st.lists(st.integers(min_value=0, max_value=40), max_size=200))
def test_OP7_there_is_always_a_key_between(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = min(place, len(keys))
        low = keys[at - 1] if at else ""
        high = keys[at] if at < len(keys) else None
        key = order.between(low, high)
        assert low < key and (high is None or key < high)
        assert not key.endswith("0")
        keys.insert(at, key)
    assert keys == sorted(keys)


def test_OP7_appending_keeps_keys_short() -> None:
    keys = list(order.appended(10_000))
    assert keys == sorted(keys)
    assert max(map(len, keys)) <= order.WIDTH


def test_appending_at_the_end_of_the_whole_part_still_gives_a_key() -> None:
    key = "zzzzzy"
    for _ in range(100):
        after = order.between(key, None)
        assert after > key
        key = after


@given(st.integers(min_value=0, max_value=300))
def test_spread_is_rising_and_short(count: int) -> None:
    keys = order.spread(count, "V", "W")
    assert keys == sorted(set(keys)) and len(keys) == count
    assert all("V" < key < "W" for key in keys)
    assert all(len(key) <= 4 for key in keys)
    assert order.spread(count, "V", None) == sorted(order.spread(count, "V", None))


def test_no_key_between_equal_ones() -> None:
    with pytest.raises(ValueError, match="no key between"):
        order.between("V", "V")

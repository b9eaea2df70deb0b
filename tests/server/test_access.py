"""Tokens, names of clients, tickets, the Origin and the count of refusals."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board import limits
from board.roles import RANK
from board.state import Board, Link
from server.access import SECRET_BYTES, Access, Failures, Ticket

SECRET = bytes(range(SECRET_BYTES))
LINK = Link("facilitators", "facilitator", 1)
LINKS = {"facilitators": LINK, "viewers": Link("viewers", "viewer", 3)}
TICKET = Ticket("city", "facilitators", 1, "abcdefghijklm")


class Clock:
    def __init__(self) -> None:
        self.now_s = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now_s


def test_AC1_a_token_opens_its_link_and_carries_its_id() -> None:
    access = Access(SECRET)
    token = access.token("city", LINK)
    assert token.startswith("facilitators.")
    assert access.opened("city", token, LINKS) == LINK
    assert token == Access(SECRET).token("city", LINK)  # it can be shown again


def test_AC1_a_tokens_mac_has_all_its_bits() -> None:
    mac = Access(SECRET).token("city", LINK).rpartition(".")[2]
    assert len(mac) * 5 == limits.TOKEN_BITS >= 160
    assert set(mac) <= set(string.ascii_lowercase + "234567")


def test_AC2_a_higher_generation_revokes_earlier_tokens() -> None:
    access = Access(SECRET)
    token = access.token("city", LINK)
    raised = {"facilitators": Link("facilitators", "facilitator", 2)}
    assert access.opened("city", token, raised) is None
    assert access.opened("city", access.token("city", raised["facilitators"]), raised)


def test_AC3_a_token_opens_no_other_board_and_no_other_link() -> None:
    access = Access(SECRET)
    token = access.token("city", LINK)
    assert access.opened("other", token, LINKS) is None
    mac = token.rpartition(".")[2]
    assert access.opened("city", f"viewers.{mac}", LINKS) is None
    assert access.opened("city", f"nobody.{mac}", LINKS) is None
    assert Access(bytes(SECRET_BYTES)).opened("city", token, LINKS) is None


def test_AC3_every_changed_character_breaks_a_token() -> None:
    access = Access(SECRET)
    token = access.token("city", LINK)
    for at in range(len(token)):
        changed = token[:at] + ("b" if token[at] == "a" else "a") + token[at + 1 :]
        assert access.opened("city", changed, LINKS) is None
    for end in range(len(token)):
        assert access.opened("city", token[:end], LINKS) is None


@given(st.text(max_size=200))
def test_AC3_whatever_is_sent_as_a_token_is_refused(token: str) -> None:
    assert Access(SECRET).opened("city", token, LINKS) is None
    assert Access(SECRET).opened("city", f"facilitators.{token}", LINKS) is None


def test_AC3_parts_of_a_mac_cannot_be_moved_between_each_other() -> None:
    access = Access(SECRET)
    token = access.token("ab", Link("c", "viewer", 1))
    forged = Link("bc", "viewer", 1)
    assert access.opened("a", "bc." + token.rpartition(".")[2], {"bc": forged}) is None
    eleven = access.token("a", Link("b", "viewer", 11)).rpartition(".")[2]
    assert eleven != access.token("a", Link("b1", "viewer", 1)).rpartition(".")[2]


def test_AC4_a_clients_name_follows_from_its_secret_and_is_no_one_elses() -> None:
    access = Access(SECRET)
    name = access.client("city", "viewers", "a-secret-of-a-tab")
    assert len(name) == limits.CLIENT_CHARS
    assert set(name) <= set(string.ascii_lowercase + "234567")
    assert name == access.client("city", "viewers", "a-secret-of-a-tab")
    others = {
        access.client("city", "viewers", "another-secret"),
        access.client("city", "facilitators", "a-secret-of-a-tab"),
        access.client("other", "viewers", "a-secret-of-a-tab"),
        Access(bytes(SECRET_BYTES)).client("city", "viewers", "a-secret-of-a-tab"),
    }
    assert name not in others and len(others) == 4


def test_AC5_a_ticket_is_good_for_its_time_and_no_longer() -> None:
    clock = Clock()
    access = Access(SECRET, clock=clock)
    signed = access.ticket(TICKET)
    assert len(signed) <= 1024
    assert access.read("city", signed) == TICKET
    clock.now_s += limits.TICKET_S
    assert access.read("city", signed) == TICKET
    clock.now_s += 1
    assert access.read("city", signed) is None
    assert limits.TICKET_S <= 600


def test_AC5_a_ticket_from_the_future_is_refused() -> None:
    clock = Clock()
    access = Access(SECRET, clock=clock)
    signed = access.ticket(TICKET)
    clock.now_s -= 60
    assert access.read("city", signed) is None


def test_AC5_the_longest_ticket_fits_into_hello() -> None:
    longest = "x" * limits.ID_CHARS_MAX
    signed = Access(SECRET).ticket(Ticket(longest, longest, limits.INTEGER_MAX, "c" * 13))
    assert len(signed) <= 1024


def test_AC6_a_ticket_is_for_one_board() -> None:
    access = Access(SECRET)
    assert access.read("other", access.ticket(TICKET)) is None


def test_AC6_a_tampered_ticket_is_refused() -> None:
    access = Access(SECRET)
    signed = access.ticket(TICKET)
    for at in range(len(signed) - 1):  # the last character holds bits that mean nothing
        changed = signed[:at] + ("B" if signed[at] == "A" else "A") + signed[at + 1 :]
        assert access.read("city", changed) is None, at
    assert Access(bytes(SECRET_BYTES)).read("city", signed) is None


@given(st.text(max_size=300))
def test_AC6_whatever_is_sent_as_a_ticket_is_refused(signed: str) -> None:
    assert Access(SECRET).read("city", signed) is None


def test_AC6_a_token_is_no_ticket_and_a_ticket_no_token() -> None:
    access = Access(SECRET)
    assert access.read("city", access.token("city", LINK)) is None
    assert access.opened("city", access.ticket(TICKET), LINKS) is None


ALLOWED = "https://board.example"


@pytest.mark.parametrize(
    ("origins", "admitted"),
    [
        ([ALLOWED], True),
        ([], False),
        (["null"], False),
        ([""], False),
        (["https://board.example.evil.test"], False),
        (["https://evilboard.example"], False),
        (["https://board.example:8443"], False),
        (["http://board.example"], False),
        (["https://board.example/"], False),
        (["HTTPS://BOARD.EXAMPLE"], False),
        (["https://evil.test"], False),
        ([ALLOWED, ALLOWED], False),
        ([ALLOWED, "https://evil.test"], False),
        ([f"{ALLOWED}, {ALLOWED}"], False),
    ],
)
def test_AC7_only_an_allowed_origin_is_admitted(origins: list[str], admitted: bool) -> None:
    access = Access(SECRET, origins=[ALLOWED])
    assert access.admits(origins, ["board.example"]) is admitted


@pytest.mark.parametrize(
    ("origin", "host", "admitted"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("http://localhost:8000", "localhost:8000", True),
        ("http://LOCALHOST:8000", "LOCALHOST:8000", False),  # no browser writes an origin so
        ("https://localhost", "localhost", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://192.168.1.7:8000", "192.168.1.7:8000", True),
        ("https://board.example", "board.example", True),
        ("http://localhost:8001", "localhost:8000", False),
        ("http://127.0.0.1:8000", "localhost:8000", False),
        ("http://evil.test:8000", "evil.test:8000", False),  # a name pointed at this server
        ("http://127.0.0.1.evil.test", "127.0.0.1.evil.test", False),
        ("http://localhost.evil.test", "localhost.evil.test", False),
        ("http://board.example:8000", "board.example:8000", False),
        ("null", "127.0.0.1:8000", False),
        ("http://", "", False),
        ("ftp://localhost", "localhost", False),
    ],
)
def test_AC8_without_allowed_origins_only_the_servers_own_address_is_admitted(
    origin: str, host: str, admitted: bool
) -> None:
    access = Access(SECRET, hosts=["board.example"])
    assert access.admits([origin], [host]) is admitted
    assert not access.admits([origin], [])
    assert not access.admits([origin], [host, host])


def test_AC9_a_link_gives_its_role_while_it_is_of_its_generation() -> None:
    board = Board()
    board.put(board.links, "viewers", LINKS["viewers"])
    assert board.role_of("viewers", 3, "") == "viewer"
    assert board.role_of("viewers", 2, "") is None
    assert board.role_of("none", 1, "") is None
    assert board.role_of("", 0, "") is None
    board.assign("public", True)
    assert board.role_of("", 0, "") == "viewer"
    assert RANK["viewer"] == min(RANK.values())


def test_AC10_refusals_of_one_address_get_slow_and_recover() -> None:
    failures = Failures()
    waits = [failures.refused("198.51.100.7", 100.0) for _ in range(limits.TICKET_USES_S)]
    assert waits == [0.0] * limits.TICKET_USES_S
    assert failures.refused("198.51.100.7", 100.0) > 0
    assert failures.refused("198.51.100.8", 100.0) == 0
    for _ in range(10_000):
        assert failures.refused("198.51.100.7", 100.0) <= 60
    assert failures.refused("198.51.100.7", 161.0) == 0


def test_AC10_a_whole_network_of_ipv6_counts_as_one_address() -> None:
    failures = Failures()
    for host in range(limits.TICKET_USES_S):
        failures.refused(f"2001:db8::{host:x}", 0.0)
    assert failures.refused("2001:db8::ffff", 0.0) > 0
    assert failures.refused("2001:db8:0:1::1", 0.0) == 0


def test_AC10_only_so_many_addresses_are_remembered() -> None:
    failures = Failures()
    for at in range(limits.ADDRESSES_MAX + 10):
        failures.refused(f"address {at}", 0.0)
    assert len(failures._spent) == limits.ADDRESSES_MAX


def test_a_short_secret_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs 32"):
        Access(b"short")


def test_AC12_a_link_past_its_time_gives_no_ticket() -> None:
    now = 1_000.0
    access = Access(bytes(SECRET_BYTES), clock=lambda: now)
    link = Link("people", "participant", 1, expires_ms=1_001_000)
    token = access.token("board", link)
    assert access.opened("board", token, {"people": link}) == link
    now = 1_001.0
    assert access.opened("board", token, {"people": link}) is None

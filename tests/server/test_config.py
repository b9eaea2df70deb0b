"""server/config.py: where settings come from, and which are refused."""

from pathlib import Path

import pytest

from server.config import ENVIRONMENT, BadSetting, Settings, origin, settings


def test_CL4_the_command_line_wins_over_the_environment_over_the_defaults() -> None:
    assert settings(environment={}) == Settings()
    environment = {
        "ORIENTATION_BOARD_DATA": "/srv/boards",
        "ORIENTATION_BOARD_HOST": "0.0.0.0",
        "ORIENTATION_BOARD_PORT": "81",
        "ORIENTATION_BOARD_ADDRESS": "https://board.example.org/",
        "ORIENTATION_BOARD_ORIGINS": "https://a.example, https://b.example:8443",
    }
    assert set(environment) == set(ENVIRONMENT.values())
    assert settings(environment=environment) == Settings(
        data=Path("/srv/boards"),
        host="0.0.0.0",
        port=81,
        address="https://board.example.org",
        origins=("https://a.example", "https://b.example:8443"),
    )
    given = settings(
        data="here", host="::1", port="0", address="http://b.example",
        origins=["http://c.example"], environment=environment,
    )  # fmt: skip
    assert given == Settings(Path("here"), "::1", 0, "http://b.example", ("http://c.example",))
    assert settings(environment=dict.fromkeys(environment, "")) == Settings()


@pytest.mark.parametrize("port", ["-1", "65536", "x", "8.0", "²", "1e3", " 80"])
def test_CL4_a_port_is_a_number_in_bounds(port: str) -> None:
    with pytest.raises(BadSetting, match="port"):
        settings(port=port, environment={})
    assert settings(port="65535", environment={}).port == 65_535


@pytest.mark.parametrize(
    "bad",
    [
        "board.example", "ftp://board.example", "https://", "https://board.example/path",
        "https://user@board.example", "https://board.example:99999", "https://BOARD.example",
        "https://board.example:443", "https://board.example?x", "null", "*",
    ],
)  # fmt: skip
def test_CL4_an_origin_is_exactly_what_a_browser_sends(bad: str) -> None:
    with pytest.raises(BadSetting):
        settings(origins=[bad], environment={})
    with pytest.raises(BadSetting):
        settings(address=bad, environment={})


def test_CL4_the_origin_of_an_address() -> None:
    assert origin("https://Board.Example:443/b/x?y#z") == "https://board.example"
    assert origin("http://[::1]:8000/") == "http://[::1]:8000"


def test_CL5_the_base_of_share_links() -> None:
    assert Settings().base == "http://127.0.0.1:8000"
    assert Settings(host="0.0.0.0", port=81).base == "http://127.0.0.1:81"
    assert Settings(host="::").base == "http://[::1]:8000"
    assert Settings(host="fe80::1").base == "http://[fe80::1]:8000"
    assert Settings(host="localhost").base == "http://localhost:8000"
    assert Settings(address="https://board.example.org").base == "https://board.example.org"


def test_CL5_the_allow_list_is_the_address_and_the_origins() -> None:
    assert Settings().allowed_origins == ()
    assert Settings(origins=("https://a.example",)).allowed_origins == (
        "http://127.0.0.1:8000", "https://a.example",
    )  # fmt: skip
    assert Settings(
        address="https://board.example.org", origins=("https://a.example",)
    ).allowed_origins == ("https://board.example.org", "https://a.example")

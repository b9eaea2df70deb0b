"""What the server counts, and who may read it."""

import re
from collections import Counter

import pytest
from prometheus_client.parser import text_string_to_metric_families

from board import ops
from server import metrics
from tests.server.test_app import private, serving


class Sums:
    """Sums as a server would have them."""

    sockets = 3
    lives = (object(), object())

    def tally(self) -> Counter[str]:
        return Counter(
            {"entries": 5, "batches": 2, "bytes": 99, "closed 4008": 4, "refused role": 1}
        )


def samples(text: str) -> dict[tuple[str, str], float]:
    """Every sample, by its name and its labels' values."""
    return {
        (sample.name.removeprefix(metrics.PREFIX), ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_HT13_sums_are_exposed_as_they_are() -> None:
    held = samples(metrics.exposition(Sums()).decode())
    for name, labels, value in (
        ("sockets", "", 3),
        ("boards", "", 2),
        ("entries_total", "", 5),
        ("batches_total", "", 2),
        ("bytes_total", "", 99),
        ("closed_total", "4008", 4),
        ("refused_total", "role", 1),
    ):
        assert held[name, labels] == value


async def test_HT13_metrics_follow_what_happens() -> None:
    async with serving() as site:
        await site.boards.create("private", private())

        async def read() -> dict[tuple[str, str], float]:
            return samples((await site.get("/metrics")).text)

        before = await read()
        await site.do("private", ops.NodeSet("n1", x=5.0))
        live = await site.boards.open("private")
        await live.submit([ops.NodeSet("missing", x=5.0)])
        await site.ticket("private", key=site.key("private", "viewer"))
        await site.ticket("private")
        after = await read()

        def grown(name: str, labels: str = "") -> float:
            return after.get((name, labels), 0) - before.get((name, labels), 0)

        assert after["boards", ""] == 1
        assert grown("entries_total") == 1
        assert grown("batches_total") == 2
        assert grown("refused_total", "unknown_node") == 1
        assert grown("append_seconds_count") == 1
        assert grown("tickets_total", "given") == 1
        assert grown("tickets_total", "refused") == 1
        assert grown("http_responses_total", "4xx") == 1
        assert grown("http_responses_total", "2xx") == 2  # the ticket, and the metrics before


async def test_HT13_no_board_is_named() -> None:
    async with serving() as site:
        await site.boards.create("private", private())
        await site.do("private", ops.NodeSet("n1", x=5.0))
        text = (await site.get("/metrics")).text
        assert "private" not in text
        assert not re.search(r"CANARY|PRIVATE", text)


@pytest.mark.parametrize(
    ("peer", "headers", "good"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.168.1.5", {}, False),
        ("203.0.113.9", {}, False),
        ("not-an-address", {}, False),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
        ("127.0.0.1", {"forwarded": "for=203.0.113.9"}, False),
        ("127.0.0.1", {"via": "1.1 proxy"}, False),
        ("127.0.0.1", {"x-real-ip": "203.0.113.9"}, False),
        ("203.0.113.9", {"x-forwarded-for": "127.0.0.1"}, False),
    ],
)
async def test_HT13_only_the_servers_own_machine_reads_metrics(
    peer: str, headers: dict[str, str], good: bool
) -> None:
    async with serving(peer=peer) as site:
        answer = await site.get("/metrics", **headers)
        assert answer.status_code == (200 if good else 404)
        assert ("orientation_board" in answer.text) is good

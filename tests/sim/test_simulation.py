"""The simulation: 200,000 operations on a few seeds, and in the slow run 1,000,000 on 1,000."""

import pytest

from board import ops
from tests.sim.world import run

OPS = 200_000
# seed -> servers, operations; two servers write to one log, and race
SEEDS = dict.fromkeys(range(1, 8), (1, 26000)) | {8: (2, 18_000)}


def tags() -> set[str]:
    return {str(kind.__struct_config__.tag) for kind in ops.Op.__subclasses__()}


@pytest.mark.parametrize("seed", SEEDS)
def test_RM1_replicas_replays_and_views_are_equal_and_nothing_acked_is_lost(seed: int) -> None:
    """RM1, RM2, RM3, RM4, UN2, FI7, FI8: tests/sim/world.py says all that is compared."""
    servers, count = SEEDS[seed]
    try:
        world = run(seed, count, servers, checkpoint_ops=9_000)
    except Exception as error:
        command = f"python -m tests.sim --seed {seed} --servers {servers} --ops {count}"
        raise AssertionError(f"replay it with: {command} --checkpoint 9000") from error
    assert world.log.ops >= count
    assert set(world.kinds) == tags(), "an operation was never applied"
    assert world.undone > 20
    assert world.counts["went back"] > 20
    assert world.counts["seen doing"] > 1_000
    assert world.counts["answers checked"] > 30
    assert world.counts["strays"] > 0
    for code in (1012, 4008, 4009, 4010):
        assert world.counts["crash" if code == 1012 else f"close {code}"], code
    assert (world.counts["behind"] > 20) == (servers > 1)


MANY = 1_000  # seeds of the slow run, and operations on each
SHARES = 20


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("share", range(SHARES))
def test_RM1_a_thousand_seeds(share: int) -> None:
    """RM1, RM2, RM3, RM4, UN2: as above, with more beginnings and less of each."""
    for seed in range(10_000 + share, 10_000 + MANY, SHARES):
        servers = 1 + seed % 2
        try:
            world = run(seed, MANY, servers, checkpoint_ops=MANY // 2)
        except Exception as error:
            command = f"python -m tests.sim --seed {seed} --servers {servers} --ops {MANY}"
            raise AssertionError(f"replay it with: {command} --checkpoint {MANY // 2}") from error
        assert world.log.ops >= MANY
        assert world.counts["went back to another board"] > 0


def test_the_seeds_come_to_enough_operations() -> None:
    assert sum(count for _, count in SEEDS.values()) >= OPS


def test_a_seed_gives_the_same_run_again() -> None:
    one, other = run(5, 1_500), run(5, 1_500)
    assert one.log.entries == other.log.entries
    assert one.counts == other.counts

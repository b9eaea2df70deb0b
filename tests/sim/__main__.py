"""Run one seed of the simulation: ``python -m tests.sim --seed 7 --ops 50000``."""

import argparse
import cProfile
import pstats
import time

from tests.sim.world import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.sim", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ops", type=int, default=50_000, help="operations to apply, at least")
    parser.add_argument("--servers", type=int, default=2, help="that write to the same log")
    parser.add_argument("--checkpoint", type=int, default=10_000, help="operations between two")
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    asked = parser.parse_args()
    start_s = time.process_time()
    with cProfile.Profile() as profile:
        if not asked.profile:
            profile.disable()
        world = run(asked.seed, asked.ops, asked.servers, asked.checkpoint)
    taken_s = time.process_time() - start_s
    print(f"seed {asked.seed}: {world.log.ops} operations applied in {taken_s:.1f} s of CPU")
    print(f"{world.asked} asked for,", end=" ")
    print(f"{len(world.log.entries)} entries,", dict(sorted(world.counts.items())))
    print("applied:", dict(sorted(world.kinds.items())))
    if asked.profile:
        pstats.Stats(profile).sort_stats("cumtime").print_stats(45)


if __name__ == "__main__":
    main()

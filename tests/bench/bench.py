"""Measures what the project promises about speed and memory: `python tests/bench/bench.py [--rows N] [--long] [--whole]`.

The bounds are for a slice of the corpus: all its tools, and for each kind of harm chains until there are five. `--whole`
measures the whole corpus as well.

Prints one line per figure with its bound, then the ten functions that cost a compile most. Figures are of this machine, now:
run it on a quiet one. Exits with 1 if a bound is missed.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "specs" / "agentalign"
CHAINS = 4  # of each kind of harm
PEAK = (
    "import sys; from pathlib import Path;"
    "from agentalign.session import Program, compile_dataset, with_options;"
    "plan = Program(Path(sys.argv[1])).plan;"
    "dataset = with_options(plan.datasets[0], int(sys.argv[3]), None);"
    "compile_dataset(plan, dataset, Path(sys.argv[2]));"
    "print(Path('/proc/self/status').read_text())"
)
"""Not `ru_maxrss`: it counts what the parent process held when it started this one."""

missed = 0


def report(what: str, value: float, unit: str, bound: float, *, at_least: bool = False) -> None:
    """One figure against its bound."""
    global missed  # noqa: PLW0603
    good = value >= bound if at_least else value <= bound
    missed += not good
    print(
        f"{what:<58} {value:>10,.3f} {unit:<10} {'>=' if at_least else '<='} {bound:,g}  {'ok' if good else 'MISSED'}"
    )


def wall(*command: str) -> float:
    """Best of some runs of a command, in seconds."""
    best = float("inf")
    with tempfile.TemporaryDirectory() as compiled:  # as installed: with bytecode
        env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
            "PYTHONPYCACHEPREFIX": compiled
        }
        for _ in range(6):
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
            best = min(best, time.perf_counter() - start)
    return best


def slice_of(corpus: Path, folder: Path) -> Path:
    """A copy of the corpus with a few chains of each kind of harm."""
    out = folder / corpus.name
    shutil.copytree(corpus, out, ignore=shutil.ignore_patterns("chains"))
    for category in sorted((corpus / "chains").iterdir()):
        there = 0
        for path in sorted(category.glob("*.chain")):
            if there < CHAINS:
                (out / "chains" / category.name).mkdir(parents=True, exist_ok=True)
                shutil.copy(path, out / "chains" / category.name)
                there += path.read_text(encoding="utf-8").count("\nchain ")
    files = list(out.rglob("*.chain"))
    chains = sum(path.read_text(encoding="utf-8").count("\nchain ") for path in files)
    print(f"{'the slice':<58} {sum(path.stat().st_size for path in files) / 1e3:>10,.0f} kB, {chains} chains")
    return out


def commands(spec: Path) -> None:
    """Start-up and check, as a user waits for them."""
    python = (sys.executable, "-m", "agentalign")
    report("agentalign --help", wall(*python, "--help"), "s", 0.25)
    report("agentalign check, the slice", wall(*python, "check", str(spec)), "s", 1.0)


def pipeline(spec: Path, rows: int) -> None:
    """The path of a record, in seconds of one core, once what is prepared per reading is for most of them."""
    from agentalign.emit import Row
    from agentalign.expand import Selection
    from agentalign.ir import Index
    from agentalign.session import Program, with_options
    from agentalign.session.compile import CHUNK, Worker, undisturbed

    plan = Program(spec).plan
    assert plan is not None
    cases = Selection(Index(plan), with_options(plan.datasets[0], 2_000 + rows, None)).cases()
    worker = Worker(plan)
    good, selecting, making = 0, 0.0, 0.0
    with undisturbed():
        worker.pack(list(islice(cases, 1_000)))  # what is compiled on first use
        for at in range(0, rows, CHUNK):
            start = time.process_time()
            selected = list(islice(cases, min(CHUNK, rows - at)))
            chosen = time.process_time()
            good += sum(isinstance(item, Row) for item in worker.pack(selected))
            selecting += chosen - start
            making += time.process_time() - chosen
    report("compile, one core, every check", rows / (selecting + making), "records/s", 3_000, at_least=True)
    print(f"{'  of it selection':<58} {selecting / rows * 1e6:>10,.1f} µs/record")
    print(f"{'  of it simulation, rendering, validation, packing':<58} {making / rows * 1e6:>10,.1f} µs/record")
    print(f"{'  rows kept':<58} {good:>10,} of {rows:,}")
    profile = cProfile.Profile()
    profile.enable()
    worker.pack(list(islice(cases, 1_000)))
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(10)


def whole(spec: Path, rows: int) -> None:
    """A compile from its first to its last row, into a folder: preparation, plan, card and manifest included."""
    from agentalign.session import Program, compile_dataset, with_options

    plan = Program(spec).plan
    assert plan is not None
    with tempfile.TemporaryDirectory() as out:
        start = time.perf_counter()
        compile_dataset(plan, with_options(plan.datasets[0], rows, None), Path(out))
        took = time.perf_counter() - start
    print(f"{f'  a whole compile of {rows:,} rows':<58} {rows / took:>10,.1f} records/s")


def space(spec: Path) -> None:
    """Unranking in the largest space of the slice."""
    from agentalign.expand import prepare
    from agentalign.ir import Index
    from agentalign.session import Program
    from agentalign.types import Stream

    plan = Program(spec).plan
    assert plan is not None
    index = Index(plan)
    largest = max((prepare(index, reading).space for reading in plan.readings), key=lambda found: found.count)
    stream = Stream("bench")
    points = [stream.below(largest.count) for _ in range(5_000)]
    start = time.perf_counter()
    for point in points:
        largest[point]
    each = (time.perf_counter() - start) / len(points) * 1e6
    print(f"{'largest space of a reading':<58} {largest.count:>10,} points, {len(largest.axes)} axes")
    report("space[i]", each, "µs", 50)


def memory(spec: Path, *, long: bool) -> None:
    """Peak memory must not follow the number of rows."""
    if not Path("/proc/self/status").exists():
        print("peak memory: measured on Linux only")
        return
    peaks = {}
    for rows in (2_000, 200_000) if long else (2_000, 20_000):
        with tempfile.TemporaryDirectory() as out:
            command = [sys.executable, "-c", PEAK, str(spec), out, str(rows)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            peaks[rows] = int(done.stdout.split("VmHWM:")[1].split()[0]) / 1024
            print(f"{f'peak memory of {rows:,} rows':<58} {peaks[rows]:>10,.1f} MiB")
    few, many = peaks.values()
    report("peak memory, many rows to few", many / few, "times", 1.3)


def main() -> int:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="of the figures of a compile")
    parser.add_argument("--long", action="store_true", help="200,000 rows for the memory figure (minutes)")
    parser.add_argument("--whole", action="store_true", help="the whole corpus as well, without bounds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spec = slice_of(SPEC, Path(folder))
        commands(spec)
        space(spec)
        pipeline(spec, options.rows)
        whole(spec, options.rows)
        memory(spec, long=options.long)
    if options.whole:
        took = wall(sys.executable, "-m", "agentalign", "check", str(SPEC))
        print(f"{'agentalign check specs/agentalign, the whole corpus':<58} {took:>10,.3f} s")
        whole(SPEC, 14_739)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())

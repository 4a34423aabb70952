"""How long the figures of many teams take: our expressions on DuckDB beside SQL written by hand, and on Spark."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.benchmarks.plan import Plan
from tests.benchmarks.results import Row, Rows, in_turn, row
from tests.benchmarks.world import PYTHON, environment

QUARTERS, TEAM, DOMAINS = 8, 100, 8
"""A member shares in so many quarters, of a team of so many, each time so many domains."""
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)

_MAKE = """
import sys, duckdb
folder, count, team, quarters, domains = sys.argv[1], *map(int, sys.argv[2:])
duckdb.connect(config={"memory_limit": "4GB"}).execute(f'''
copy (
    select 't' || m // {team} as team, 'm' || m as member, 'domain' as axis, 'd' || d as id,
        20 + hash(m * 1000 + q * 10 + d) % 41 as sum, 15 as n, 'bench' as instrument,
        (2024 + q // 4) || '-Q' || (q % 4 + 1) as period
    from range({count} // {quarters}) members(m), range({quarters}) quarters(q), range({domains}) domains(d)
) to '{folder}' (format parquet, partition_by (instrument, period), overwrite_or_ignore)
''')
"""
_PRINTED = "print(time.perf_counter() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
_OURS = (
    """
import resource, sys, time
from pathlib import Path
from reflect_tui.model import library
from reflect_tui.store.team_engines import open_engine
from reflect_tui.usecases import many_teams
from tests.bundled import bundled
engine = open_engine(sys.argv[3])
content = bundled(library.DEFAULT, "nl")
before = time.perf_counter()
planned = many_teams.told_figures(engine, engine.parquet(Path(sys.argv[1])).select(*many_teams.SHARES), content, 5)
engine.write(planned.frame, Path(sys.argv[2]))
"""
    + _PRINTED
)
# The same rules where all people of a period count, as is so here.
_SQL = (
    """
import resource, sys, time, duckdb
connection = duckdb.connect(config={"memory_limit": "4GB"})
connection.execute("set enable_progress_bar = false")
before = time.perf_counter()
connection.execute(f"create view r as select * from read_parquet('{sys.argv[1]}/**/*.parquet', hive_partitioning=true)")
connection.execute("create table people as select distinct team, period, member from r")
connection.execute("create table sizes as select team, period, count(*) as people from people group by all")
periods = [period for (period,) in connection.execute("select distinct period from people order by 1").fetchall()]
flags = ", ".join(f"max((period = '{period}')::int) as '{period}'" for period in periods)
groups = connection.execute(f'''
    with present as (select team, member, {flags} from people group by team, member)
    select * exclude member, count(*) from present group by all''').fetchall()
assert all(all(present) for _team, *present, _count in groups)
connection.execute(f'''
copy (
    with told as (
        select team, period, people, axis, id, sum, n from r join sizes using (team, period) where people >= 5
    ),
    together as (select period, sum(people)::bigint as people from sizes where people >= 5 group by all),
    every as (
        select * from told union all
        select '' as team, period, t.people, axis, id, sum, n
        from told join together t using (period)
    ),
    added as (
        select team, period, people, axis, id, count(*) as scored, count(*) filter (sum > 3 * n) as high,
            quantile_cont(floor(sum * 10000 / n + 0.5), [0.25, 0.5, 0.75]) as quarters
        from every group by all having count(*) = people
    )
    select team, period, axis, id, people, least(greatest(high, 1), people - 1) as high,
        case when high >= people - 1 then 'at least' when high <= 1 then 'at most' else '' end as high_bound,
        greatest(1.25, least(3.75, floor(quarters[2] / 100 + 0.5) / 100)) as median,
        case when quarters[2] > 37500 then 'at least' when quarters[2] < 12500 then 'at most' else '' end
            as median_bound,
        greatest(1.25, least(3.75, floor(quarters[1] / 2500 + 0.5) / 4)) as lower,
        greatest(1.25, least(3.75, floor(quarters[3] / 2500 + 0.5) / 4)) as upper
    from added
) to '{sys.argv[2]}' (format parquet)''')
"""
    + _PRINTED
)
_ALIKE = """
import sys, duckdb
ours, theirs = (f"select * from read_parquet('{path}')" for path in sys.argv[1:3])
assert duckdb.sql(f"select count(*) from ({ours} except {theirs})").fetchall() == [(0,)]
assert duckdb.sql(f"select count(*) from ({theirs} except {ours})").fetchall() == [(0,)]
assert duckdb.sql(f"select count(*) > 0 from ({ours})").fetchall() == [(True,)]
"""


def measured(plan: Plan) -> Rows:
    """Roll shares up at growing sizes; the same figures come out of both, which is checked first."""
    for count in SIZES[:2] if plan.quick else SIZES:
        yield from at_size(plan, count)


def at_size(plan: Plan, count: int) -> Iterator[Row]:
    """Measure time and memory for so many shares; the folder is made once."""
    home, shares = plan.own(f"teams-{count}"), plan.folder / f"shares-{count}"
    run(_MAKE, home, shares, *map(str, (count, TEAM, QUARTERS, DOMAINS)))
    outs = (plan.folder / f"ours-{count}.parquet", plan.folder / f"sql-{count}.parquet")
    numbers: dict[str, list[float]] = {}

    def seconds(code: str, name: str, out: Path, *more: str) -> float:
        out.unlink(missing_ok=True)
        spent, memory = map(float, run(code, home, shares, str(out), *more).split())
        numbers.setdefault(name, []).append(memory)
        return spent

    pairs = in_turn(
        partial(seconds, _OURS, "ours", outs[0], "duckdb"),
        partial(seconds, _SQL, "sql", outs[1]),
        plan.rounds(5 if count < SIZES[-1] else 1),
    )
    run(_ALIKE, home, outs[0], str(outs[1]))
    yield row(f"{count:,} shares on DuckDB / SQL by hand", pairs, 1.30 if count == SIZES[-1] else None)
    ours, theirs = max(numbers["ours"]), max(numbers["sql"])
    yield Row(f"memory for {count:,} shares / SQL by hand", ours, theirs, ours / theirs, "MB")
    spark = plan.folder / f"spark-{count}"
    spent = float(run(_OURS, home, shares, str(spark), "spark").split()[0])
    floor = pairs.ours[-1]
    yield Row(f"{count:,} shares on Spark, local / ours on DuckDB", spent * 1000, floor * 1000, spent / floor)


def run(code: str, home: Path, *arguments: Path | str) -> str:
    """Run code in an interpreter of its own and return what it prints."""
    command = (PYTHON, "-c", code, *map(str, arguments))
    return subprocess.run(command, env=environment(home), check=True, capture_output=True, text=True).stdout

"""The engines that carry out the figures of teams: DuckDB in this process, or Apache Spark."""

from __future__ import annotations

import csv
import importlib.util
import secrets
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from reflect_tui.errors import ReflectError
from reflect_tui.i18n import _

EngineName = Literal["duckdb", "spark"]
ENGINES: tuple[EngineName, ...] = ("duckdb", "spark")
_NEEDS = {"duckdb": ("narwhals", "duckdb"), "spark": ("narwhals", "pyspark")}
_EXTRA = {"duckdb": "team", "spark": "spark"}
Row = tuple[Any, ...]
Types = dict[str, Literal["text", "number"]]
SHARES: Types = {
    "team": "text", "period": "text", "member": "text", "axis": "text", "id": "text", "sum": "number", "n": "number",
}  # fmt: skip
CHOICES: Types = {"team": "text", "period": "text", "counted": "text", "people": "number"}


class NoEngineError(ReflectError):
    """The library that computes is not installed."""

    def __init__(self, name: EngineName) -> None:
        text = _("The figures of a team need one more library: pip install 'reflect-tui[{extra}]'")
        super().__init__(text.format(extra=_EXTRA[name]))


def only(frame: Any, column: str, value: str) -> Any:
    """Keep the rows with this value."""
    import narwhals  # noqa: PLC0415 -- only for a team

    return frame.filter(narwhals.col(column) == value)


def earlier(frame: Any, period: str) -> Any:
    """Keep the rows of periods before this one."""
    import narwhals  # noqa: PLC0415 -- only for a team

    return frame.filter(narwhals.col("period") < period)


def at_least(frame: Any, column: str, least: int) -> Any:
    """Keep the rows with this number or a higher one."""
    import narwhals  # noqa: PLC0415 -- only for a team

    return frame.filter(narwhals.col(column) >= least)


def types_of(frame: Any) -> dict[str, str]:
    """Return of every column whether it holds a "text" or a whole "number"; "" for anything else."""
    import narwhals  # noqa: PLC0415 -- only for a team

    return {
        name: "number" if kind.is_integer() else "text" if kind == narwhals.String else ""
        for name, kind in frame.collect_schema().items()
    }


def whole_numbers(frame: Any, columns: Sequence[str]) -> Any:
    """Hold whole numbers of any size in one kind of column."""
    import narwhals  # noqa: PLC0415 -- only for a team

    return frame.with_columns(narwhals.col(*columns).cast(narwhals.Int64))


def joined(frames: Sequence[Any]) -> Any:
    """Return the rows of all these frames."""
    import narwhals  # noqa: PLC0415 -- only for a team

    return narwhals.concat(frames)


def open_engine(name: EngineName) -> Engine:
    """Start an engine.

    Raises:
        NoEngineError: its library is not installed.
    """
    if any(importlib.util.find_spec(package) is None for package in _NEEDS[name]):
        raise NoEngineError(name)
    return DuckEngine() if name == "duckdb" else SparkEngine()


class DuckEngine:
    """DuckDB, in memory; what does not fit spills to a folder that is removed with it."""

    def __init__(self, memory: str = "4GB") -> None:
        import duckdb  # noqa: PLC0415 -- only for a team
        from narwhals.exceptions import NarwhalsError  # noqa: PLC0415 -- only for a team

        self.errors: tuple[type[Exception], ...] = (duckdb.Error, NarwhalsError)
        self._folder = tempfile.TemporaryDirectory(prefix="reflect-tui-team-", ignore_cleanup_errors=True)
        self._connection = duckdb.connect(config={"memory_limit": memory, "temp_directory": self._folder.name})
        self._connection.execute("SET enable_progress_bar = false")  # it would stand among the figures on stdout

    def rows(self, types: Types, rows: Iterable[Row]) -> Any:
        """Take rows in."""
        names = {"text": "VARCHAR", "number": "BIGINT"}
        path = _written(Path(self._folder.name), types, rows)
        return _lazy(
            self._connection.read_csv(str(path), header=True, dtype={key: names[kind] for key, kind in types.items()})
        )

    def parquet(self, path: Path) -> Any:
        """Read a folder of Parquet partitioned by instrument and period, or one such file; their names are texts.

        By name, or numbers would be rounded to the kind of one file.
        """
        glob = f"{path}/**/*.parquet" if path.is_dir() else str(path)
        return _lazy(self._connection.read_parquet(glob, hive_partitioning=True, union_by_name=True))

    def keep(self, frame: Any) -> Any:
        """Compute a frame that is asked for more than once, and keep it with the engine."""
        name = f"kept_{secrets.token_hex(4)}"
        frame.to_native().create(name)
        return _lazy(self._connection.table(name))

    def collect(self, frame: Any, columns: Sequence[str]) -> list[Row]:
        """Compute a frame."""
        found: list[Row] = frame.select(*columns).to_native().fetchall()
        return found

    def write(self, frame: Any, path: Path, partitions: Sequence[str] = ()) -> None:
        """Compute a frame into a folder of Parquet."""
        frame.to_native().write_parquet(str(path), partition_by=list(partitions) or None, overwrite=False)

    def close(self) -> None:
        """End it and remove what it spilled."""
        self._connection.close()
        self._folder.cleanup()


class SparkEngine:
    """Apache Spark: the session that there is, on whatever cluster, else one on this machine."""

    def __init__(self) -> None:
        from narwhals.exceptions import NarwhalsError  # noqa: PLC0415 -- only for a team
        from py4j.protocol import Py4JError  # noqa: PLC0415 -- only for a team
        from pyspark.errors import PySparkException  # noqa: PLC0415 -- only for a team
        from pyspark.sql import SparkSession  # noqa: PLC0415 -- only for a team

        self.errors: tuple[type[Exception], ...] = (PySparkException, Py4JError, NarwhalsError)
        builder = SparkSession.builder.appName("reflect-tui team").config("spark.ui.enabled", "false")
        is_own = SparkSession.getActiveSession() is None
        self._spark = builder.getOrCreate()
        context = self._spark.sparkContext
        if is_own and (context.master or "").startswith(
            "local"
        ):  # 200 parts, as for a cluster, cost a minute of a few cores
            self._spark.conf.set("spark.sql.shuffle.partitions", str(4 * context.defaultParallelism))
        self._kept: list[Any] = []
        self._folder = tempfile.TemporaryDirectory(prefix="reflect-tui-team-", ignore_cleanup_errors=True)

    def rows(self, types: Types, rows: Iterable[Row]) -> Any:
        """Take rows in."""
        schema = ", ".join(f"{name} {'STRING' if kind == 'text' else 'BIGINT'}" for name, kind in types.items())
        return _lazy(self._spark.createDataFrame(list(rows), schema))

    def parquet(self, path: Path) -> Any:
        """Read Parquet; names of partitions are texts."""
        self._spark.catalog.refreshByPath(str(path))  # of a folder that was kept before, new files would not be seen
        return _lazy(self._spark.read.parquet(str(path)))

    def keep(self, frame: Any) -> Any:
        """Compute a frame that is asked for more than once, and keep it with the engine."""
        self._kept.append(frame.to_native().persist())
        return _lazy(self._kept[-1])

    def collect(self, frame: Any, columns: Sequence[str]) -> list[Row]:
        """Compute a frame."""
        return [tuple(row) for row in frame.select(*columns).to_native().collect()]

    def write(self, frame: Any, path: Path, partitions: Sequence[str] = ()) -> None:
        """Compute a frame into a folder of Parquet."""
        frame.to_native().write.partitionBy(*partitions).parquet(str(path))

    def close(self) -> None:
        """End what this engine made; a session that others use goes on."""
        for frame in self._kept:
            frame.unpersist()
        self._folder.cleanup()


Engine = DuckEngine | SparkEngine
"""Frames are those of narwhals, lazy until collect() or write().

`errors` are what its libraries raise for what can't be read or computed.
"""


def _lazy(native: Any) -> Any:
    import narwhals  # noqa: PLC0415 -- only for a team

    return narwhals.from_native(native)


def _written(folder: Path, types: Types, rows: Iterable[Row]) -> Path:
    """Write rows where the engine reads them: neither has a way to take them in that needs no further library."""
    with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".csv", delete=False, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(types)
        writer.writerows(rows)
    return Path(file.name)

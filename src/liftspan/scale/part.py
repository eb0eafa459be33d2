"""Some blocks -> Parquet files and their sums: each file whole under its name, or not there."""

import json
from pathlib import Path

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.files import write_whole
from liftspan.scale.block import simulate_block
from liftspan.scale.columns import COURSE, Column, people_columns
from liftspan.scale.plan import Plan, blocks_of_part
from liftspan.scale.sums import as_plain, merged
from liftspan.stored import fingerprint, sealed

PEOPLE, COURSES, UNFINISHED = "people.parquet", "courses.parquet", "unfinished"
COMPRESSION, LEVEL = "zstd", 1


class NotWritten(OSError):
    """A file of a run could not be written; the words say which and why."""


def need_pyarrow() -> None:
    """Raise InvalidInput where the extra that writes Parquet is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError:
        problem = 'pyarrow is not installed; Parquet needs it: pip install -c constraints/py311.txt ".[fit]"'
        raise InvalidInput([problem]) from None


def file_of_part(folder: Path, name: str, part: int) -> Path:
    """Where one part of people.parquet or courses.parquet stands."""
    return folder / name / f"part-{part:06d}.parquet"


def record_of_part(folder: Path, part: int) -> Path:
    """Where a finished part is noted, with its sums, until the run is complete."""
    return folder / UNFINISHED / f"part-{part:06d}.json"


def write_part(plan: Plan, folder: Path, part: int) -> int:
    """Simulate a part and write its files, then the note that it is finished; returns the number of its people.

    Raises NotWritten, with nothing half-done under a final name, where the disk is full or the folder closed.
    """
    columns = people_columns(plan.question.regimen, plan.given is not None)
    people, sums = [], []
    courses = _Growing(COURSE, plan.floats) if plan.courses else None
    for block in blocks_of_part(plan, part):
        found = simulate_block(plan, block)
        people.append(found.people)
        sums.append(found.sums)
        if courses is not None:
            courses.add(found.course)
    table = _Growing(columns, plan.floats)
    table.add({column.name: np.concatenate([one[column.name] for one in people]) for column in columns})
    files = {PEOPLE: table} | ({COURSES: courses} if courses is not None else {})
    contents = {name: growing.close() for name, growing in files.items()}
    note = {
        "files": {name: {"rows": files[name].rows, **fingerprint(content)} for name, content in contents.items()},
        "sums": as_plain(merged(sums)),
    }
    _write({file_of_part(folder, name, part): content for name, content in contents.items()})
    _write({record_of_part(folder, part): json.dumps(sealed(note)).encode()})
    return sum(one.people for one in sums)


def _write(contents: dict) -> None:
    try:
        # Not waited for: a part that a power cut took is told by its hash, and made again.
        write_whole({path: [content] for path, content in contents.items()}, lasting=False)
    except InvalidInput as error:
        raise NotWritten(str(error)) from error


class _Growing:
    """A Parquet file in memory, one row group at a time: parts are small, and are hashed before they are written."""

    def __init__(self, columns: tuple[Column, ...], floats: str):
        import pyarrow as pa
        import pyarrow.parquet as pq

        kinds = {"int32": pa.int32(), "int64": pa.int64(), "bool": pa.bool_(), "float": getattr(pa, floats)()}
        self._schema = pa.schema(
            [
                pa.field(
                    column.name,
                    kinds[column.kind],
                    nullable=column.may_be_blank,
                    metadata={"unit": column.unit, "meaning": column.meaning},
                )
                for column in columns
            ]
        )
        self._columns, self.rows = columns, 0
        self._sink = pa.BufferOutputStream()
        # A dictionary pays where values repeat; random ones are stored as they are, bytes of like weight together.
        repeated = [column.name for column in columns if column.name in REPEATED]
        split = [column.name for column in columns if column.kind == "float" and column.name not in REPEATED]
        self._writer = pq.ParquetWriter(
            self._sink,
            self._schema,
            compression=COMPRESSION,
            compression_level=LEVEL,
            use_dictionary=repeated,
            column_encoding=dict.fromkeys(split, "BYTE_STREAM_SPLIT") | {"id": "DELTA_BINARY_PACKED"},
            write_statistics=True,
        )

    def add(self, values: dict[str, np.ndarray]) -> None:
        """One row group."""
        import pyarrow as pa

        arrays = [
            pa.array(
                values[column.name].astype(self._schema.field(column.name).type.to_pandas_dtype(), copy=False),
                mask=np.isnan(values[column.name]) if column.may_be_blank else None,
            )
            for column in self._columns
        ]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
        self.rows += table.num_rows

    def close(self):
        """The whole file, as bytes."""
        self._writer.close()
        return memoryview(self._sink.getvalue())


REPEATED = (
    "study", "sim", "person_of_file", "age_y", "readout_madrs", "madrs", "time_h", "time_to_response_d",
    "time_to_relapse_d",
)  # fmt: skip

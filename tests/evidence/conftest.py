"""A copy of the shipped tables that a test may break."""

import csv
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest

TABLES = ("trials.csv", "arms.csv", "observations.csv")


class Folder:
    """Tables as lists of cells by column; every change is written at once."""

    def __init__(self, path: Path):
        self.path = path

    def rows(self, name):
        with (self.path / name).open(encoding="utf-8", newline="") as table:
            reader = csv.DictReader(table)
            return list(reader.fieldnames), list(reader)

    def write(self, name, header, rows):
        with (self.path / name).open("w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, header, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)

    def change_all(self, name, wanted, /, **cells):
        """Set cells of every row that is wanted; the number of its line in the file for each."""
        header, rows = self.rows(name)
        lines = [line for line, row in enumerate(rows, start=2) if wanted(row)]
        for line in lines:
            rows[line - 2].update(cells)
        self.write(name, header, rows)
        return lines

    def change(self, name, column, value, /, **cells):
        """Set cells of the first row with this value; the number of its line."""
        header, rows = self.rows(name)
        at = next(index for index, row in enumerate(rows) if row[column] == value)
        rows[at].update(cells)
        self.write(name, header, rows)
        return at + 2

    def keep(self, name, wanted):
        header, rows = self.rows(name)
        self.write(name, header, [row for row in rows if wanted(row)])

    def add_column(self, name, column, value):
        header, rows = self.rows(name)
        self.write(name, [*header, column], [{**row, column: value} for row in rows])

    def drop_column(self, name, column):
        header, rows = self.rows(name)
        self.write(name, [other for other in header if other != column], rows)


@pytest.fixture
def folder(tmp_path):
    with as_file(files("liftspan.evidence") / "data") as data:
        for name in TABLES:
            shutil.copy(data / name, tmp_path / name)
    return Folder(tmp_path)

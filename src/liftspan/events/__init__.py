"""The field's event table (NONMEM, rxode2, mrgsolve): read, expanded, predicted, checked for mass, written back.

table.py     START HERE: `load_events(path)`, or every problem of the file at once
columns.py   the columns and the words in their cells
cells.py     text of a cell -> its value
source.py    bytes -> header and records with their line numbers; comments and blank lines
reading.py   blocks of records -> arrays, in the order of the file
identity.py  who a row belongs to: 1.0 and 1 are one person, A1 and a1 are two
checks.py    what must hold between the cells of one row, and between the rows of one person
clocks.py    one clock for each person, or one that starts again with each occasion
cautions.py  what is read as it stands and may not have been meant
doses.py     ADDL doses, resets, sittings, carried weight and age: every dose a row
levels.py    concentration of a typical adult at each observation
mass.py      what the file gives against what the body holds and has lost
writing.py   the rows back with their predictions, and a regimen as a table
explain.py   the table as it was understood: every dose a row, with its line of the file
words.py     the same in a few sentences
"""

from liftspan.events.doses import CARRY, Doses, schedule
from liftspan.events.explain import explained_lines
from liftspan.events.levels import predict
from liftspan.events.mass import Balance, MassLost, balance
from liftspan.events.table import Events, load_events, read_events
from liftspan.events.words import summary
from liftspan.events.writing import events_table, predicted_lines

__all__ = [
    "CARRY",
    "Balance",
    "Doses",
    "Events",
    "MassLost",
    "balance",
    "events_table",
    "explained_lines",
    "load_events",
    "predict",
    "predicted_lines",
    "read_events",
    "schedule",
    "summary",
]

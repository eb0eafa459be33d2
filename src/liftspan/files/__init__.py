"""One door for files: what a person names is read here, and an answer is written here, whole or not at all.

A name is followed as every program follows it: through a link to the file behind it, into a FIFO or a device. `-` is
standard input where a table is read and standard output where one is written; a file of that name needs its folder
before it (`/tmp/-`). What a run has read is never written over by the same run.

inputs.py   what was read: `read_input(path)`
places.py   where an answer may be written: `refuse_places({"--out": path})`, before a long computation
writing.py  `write_whole({path: pieces})`, `make_folder(path)`
"""

from liftspan.files.inputs import STANDARD, begin_run, is_input, note_input, read_input, shown_name
from liftspan.files.places import (
    problems_of_folder,
    problems_of_pair,
    problems_of_place,
    problems_of_places,
    refuse_folder,
    refuse_places,
)
from liftspan.files.writing import PART, NotWritten, is_part, make_folder, write_whole

__all__ = [
    "PART",
    "STANDARD",
    "NotWritten",
    "begin_run",
    "is_input",
    "is_part",
    "make_folder",
    "note_input",
    "problems_of_folder",
    "problems_of_pair",
    "problems_of_place",
    "problems_of_places",
    "read_input",
    "refuse_folder",
    "refuse_places",
    "shown_name",
    "write_whole",
]

"""Virtual populations of any size, written to a folder in bounded memory, and finished where they were stopped.

run.py      START HERE: `simulate_to(plan, folder)` -> what was written
plan.py     what is simulated: treatment, people, times, blocks and parts
block.py    one block of people: one call of `simulate`
columns.py  the columns of people.parquet and courses.parquet, with units
sums.py     what a block adds to the summary
part.py     some blocks -> Parquet files, whole or not at all
folder.py   the folder of a run: what is done, what is missing, what does not belong together
manifest.py seed, versions, hashes, options, parts
workers.py  threads and processes over parts
cluster.py  the same parts on Dask distributed
summary.py  sums -> group means, shares, days to response
record.py   Summary -> JSON
words.py    Summary -> text
"""

from liftspan.scale.plan import Plan, plan_of
from liftspan.scale.run import Stopped, Written, simulate_to

__all__ = ["Plan", "Stopped", "Written", "plan_of", "simulate_to"]

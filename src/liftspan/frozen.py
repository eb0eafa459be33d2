"""What many answers share cannot be written to: mappings, lists and arrays that a cache hands out.

>>> shared = frozen({"rates": [1.0, 2.0]})
>>> shared["rates"]
(1.0, 2.0)
>>> shared["rates"] = ()
Traceback (most recent call last):
...
TypeError: this mapping is shared by all answers and cannot be written to; take a copy with dict(...)
"""

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace

PLAIN = {str, int, float, bool, type(None)}  # asked first: nearly all of a table


class Frozen(dict):
    """A mapping that keeps its entries; it compares, prints, pickles and goes into JSON as a dict does."""

    def _refuse(self, *_, **__):
        raise TypeError("this mapping is shared by all answers and cannot be written to; take a copy with dict(...)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self):
        return frozen, (dict(self),)  # arrays in it come back writable, and are made unwritable again


def frozen(value):
    """The value with every mapping, list and NumPy array in it made unwritable. Records inside are left as they are.

    Arrays are views of the same numbers: whoever holds the array itself can still write to it.
    """
    if type(value) in PLAIN or isinstance(value, Frozen):
        return value
    if isinstance(value, Mapping):
        if all(type(one) in PLAIN for one in value.values()):
            return Frozen(value)
        return Frozen({name: frozen(one) for name, one in value.items()})
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        parts = tuple(frozen(one) for one in value)
        unchanged = isinstance(value, tuple) and all(new is old for new, old in zip(parts, value, strict=True))
        return value if unchanged else parts
    numpy = sys.modules.get("numpy")  # not loaded for it: who has an array has NumPy
    return _unwritable(value) if numpy is not None and isinstance(value, numpy.ndarray) else value


def frozen_record(record):
    """A record whose own fields are frozen."""
    return replace(record, **{one.name: frozen(getattr(record, one.name)) for one in fields(record) if one.init})


def same(one, other) -> bool:
    """Whether two values are the same, arrays in them number by number: what `==` cannot say of a record of arrays."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(same(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if hasattr(one, "dtype") and hasattr(one, "tobytes"):
        return (one.shape, one.dtype, one.tobytes()) == (other.shape, other.dtype, other.tobytes())
    return one == other or (one != one and other != other)  # not a number is itself


def _unwritable(array):
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view

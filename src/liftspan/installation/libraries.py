"""Versions of the libraries beside the bounds that the package was tested with, and which extras are installed."""

import operator
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version

FOR_DEVELOPERS = {"test", "bench"}
REQUIREMENT = re.compile(r"([\w.-]+)\s*(?:\[[^\]]*\])?\s*([^;]*)(?:;.*extra\s*==\s*['\"]([\w-]+)['\"])?.*")
SIGNS = {">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt}
BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*([0-9][\w.]*)")


@dataclass(frozen=True)
class Library:
    """One library: its version, what is wanted of it, and "ok", "outside" or "missing"."""

    name: str
    version: str  # empty where it is missing
    wanted: str
    status: str


@dataclass(frozen=True)
class Extra:
    """One extra of the package: "installed", "not installed", "outside" (of its bounds) or "partly"."""

    name: str
    status: str
    lacking: tuple[str, ...]  # libraries that are missing or outside


@dataclass(frozen=True)
class LibrariesFound:
    """Python, the libraries that every answer needs, and the extras."""

    libraries: tuple[Library, ...]
    extras: tuple[Extra, ...]

    @property
    def is_good(self) -> bool:
        """Whether all that is there lies within its bounds; an extra may be missing."""
        return all(one.status == "ok" for one in self.libraries) and all(one.status != "outside" for one in self.extras)


def libraries_found(wanted: Iterable[str] | None = None, python: str | None = None) -> LibrariesFound:
    """What is installed beside what the package asks for.

    Args:
        wanted: requirements as a package states them; default: those of the installed package.
    """
    try:
        wanted = requires("liftspan") or () if wanted is None else wanted
        python = (metadata("liftspan")["Requires-Python"] or "") if python is None else python
    except PackageNotFoundError:
        return LibrariesFound((Library("liftspan", "", "installed with pip", "missing"),), ())
    by_extra: dict[str, list[Library]] = {"": [_library("python", platform.python_version(), python)]}
    for requirement in wanted:
        name, bounds, extra = REQUIREMENT.fullmatch(requirement).groups(default="")
        if name != "liftspan" and extra not in FOR_DEVELOPERS:
            by_extra.setdefault(extra, []).append(_library(name, _version(name), bounds.strip()))
    core = by_extra.pop("")
    return LibrariesFound(tuple(core), tuple(_extra(name, by_extra[name]) for name in sorted(by_extra)))


def within(found: str, bounds: str) -> bool:
    """Whether a version lies within bounds such as ">=2.2,<2.5"; what is no such bound is no bound."""
    return all(_holds(_numbers(found), sign, _numbers(limit)) for sign, limit in BOUND.findall(bounds))


def _holds(found: tuple[int, ...], sign: str, limit: tuple[int, ...]) -> bool:
    length = max(len(found), len(limit))
    one, other = (numbers + (0,) * (length - len(numbers)) for numbers in (found, limit))
    return SIGNS[sign](one, other)


def _numbers(text: str) -> tuple[int, ...]:
    release = re.match(r"[0-9]+(?:\.[0-9]+)*", text)
    return tuple(int(part) for part in release[0].split(".")) if release else (0,)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _library(name: str, found: str, bounds: str) -> Library:
    status = "missing" if not found else "ok" if within(found, bounds) else "outside"
    return Library(name, found, bounds, status)


def _extra(name: str, libraries: Iterable[Library]) -> Extra:
    libraries = tuple(libraries)
    kinds = {one.status for one in libraries}
    lacking = tuple(
        f"{one.name} {one.version} ({one.wanted})" if one.status == "outside" else one.name
        for one in libraries
        if one.status != "ok"
    )
    status = "installed" if kinds == {"ok"} else "not installed" if kinds == {"missing"} else "partly"
    return Extra(name, "outside" if "outside" in kinds else status, lacking)

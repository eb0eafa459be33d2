"""The columns of people.parquet and courses.parquet: name, unit, meaning. The unit ends the name."""

from collections.abc import Iterable
from dataclasses import dataclass

from liftspan.treatment import Regimen, Route


@dataclass(frozen=True)
class Column:
    """One column; `kind` is "int32", "int64", "bool" or "float" (32 or 64 bits, as the run was asked for)."""

    name: str
    kind: str
    unit: str
    meaning: str
    may_be_blank: bool = False


KEYS = (
    Column("study", "int32", "", "number of the simulated trial, from 0: one trial is one block of people"),
    Column("sim", "int32", "", "posterior draw of that trial, from 0"),
    Column("id", "int64", "", "number of the person in the run, from 0"),
)
FROM_FILE = Column("person_of_file", "int32", "", "line of the people file that this person is a copy of, from 0")
PARAMETERS = (
    Column("weight_kg", "float", "kg", "body weight"),
    Column("age_y", "float", "years", "age"),
    Column("clearance_s_l_per_h", "float", "L/h", "clearance of S-ketamine, venous"),
    Column("arterial_central_l", "float", "L", "central volume of the arterial disposition"),
    Column("effect_site_rate_per_h", "float", "1/h", "ke0 of the effect site"),
)
TRAITS = (
    Column("sensitivity", "float", "1", "answer to the drug beside the mean of 1"),
    Column("responsiveness", "float", "1", "answer to context beside the mean of 1"),
)
OUTCOMES = (
    Column(
        "baseline_madrs", "float", "MADRS points", "first score, not rounded: response and relapse are judged on it"
    ),
    Column("readout_madrs", "float", "MADRS points", "score written down at the readout"),
    Column("response", "bool", "", "score at the readout at most half of the first"),
    Column("remission", "bool", "", "score at the readout within remission"),
    Column("time_to_response_d", "float", "days", "first visit in response; blank = none within the horizon", True),
    Column(
        "time_to_relapse_d",
        "float",
        "days",
        "first of two visits in a row above half of the first score, after a response; blank = none seen",
        True,
    ),
)
COURSE = (
    *KEYS,
    Column("time_h", "float", "h", "since the first session"),
    Column("ketamine_ng_per_ml", "float", "ng/mL", "S- and R-ketamine in venous plasma"),
    Column("madrs", "float", "MADRS points", "score written down"),
)


def routes_of(regimen: Regimen) -> tuple[Route, ...]:
    """Routes of a regimen other than into the vein, by name."""
    given = {dose.route for session in regimen.sessions for dose in session.doses} - {Route.IV}
    return tuple(sorted(given, key=lambda route: route.value))


def way_name(route: Route) -> str:
    """A route as it begins the name of a column."""
    return route.value.replace("-", "_")


def _ways(routes: Iterable[str]) -> tuple[Column, ...]:
    return tuple(
        column
        for route in routes
        for column in (
            Column(f"{route}_direct_share", "float", "1", "share absorbed directly, first dose of a session"),
            Column(f"{route}_rate_per_h", "float", "1/h", "rate of that absorption, or from the gut"),
        )
    )


def people_columns(regimen: Regimen, from_file: bool) -> tuple[Column, ...]:
    """Columns of people.parquet, in order."""
    copied = (FROM_FILE,) if from_file else ()
    return (*KEYS, *copied, *PARAMETERS, *_ways(way_name(route) for route in routes_of(regimen)), *TRAITS, *OUTCOMES)


# All that people.parquet can hold, for the docs; ROUTE stands for a route other than into the vein.
EVERY_PEOPLE_COLUMN = (*KEYS, FROM_FILE, *PARAMETERS, *_ways(["ROUTE"]), *TRAITS, *OUTCOMES)

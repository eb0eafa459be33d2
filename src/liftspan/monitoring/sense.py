"""Whether rules, each well formed, make sense together: nothing measured in vain, nobody left without a limit."""

from collections.abc import Iterator, Mapping, Sequence, Set

from liftspan.monitoring.places import Fault
from liftspan.monitoring.records import AGE, MEASURES, RISE_OF, TIME, Comparison, Kind, Limit, Rule, RuleSet

JUDGING = (Kind.HOLD, Kind.ALERT, Kind.DISCHARGE)
UPPER = (Comparison.ABOVE, Comparison.AT_LEAST)  # a reading too high; the others: too low
WHAT_TO_WRITE = (
    "add a limit on it, with its source, to a hold, an alert or a discharge rule; where no source gives a number, "
    'write judged_by_clinician = ["{name}"] in a discharge rule'
)


def faults_of_sense(rules: Mapping[int, Rule], elsewhere: Set[str], whole: bool) -> Iterator[Fault]:
    """Problems of rules together.

    Args:
        rules: by their number in the file, those that are well formed.
        elsewhere: measures that the other rules name: they may be judged there.
        whole: whether every rule of the file is among `rules`.
    """
    judged = {name for rule in rules.values() if rule.kind in JUDGING for name in measured_by(rule)} | elsewhere
    for number, rule in rules.items():
        yield from (one.of(rule=number) for one in _unjudged(rule, judged))
        yield from (one.of(rule=number) for one in _gaps(rule))
        if rule.kind is Kind.DISCHARGE:
            yield from (one.of(rule=number) for one in _contradictions(rule.limits))
    yield from _other_sources(rules)
    discharge = [rule for rule in rules.values() if rule.kind is Kind.DISCHARGE]
    if whole and discharge and all(set(rule.asks_for) <= {TIME} for rule in discharge):
        yield Fault(
            f"the rules of kind {Kind.DISCHARGE} ask for time alone, and time alone never discharges: add a rule on a "
            "reading, or judged_by_clinician"
        )


def measured_by(rule: Rule) -> set[str]:
    """The measures that a rule judges; a rule on a rise judges what rises."""
    return {name for asked in rule.asks_for for name in (asked, RISE_OF.get(asked, asked))}


def notes_of(rules: RuleSet) -> tuple[str, ...]:
    """What a file leaves open without being wrong: measured before the dose but judged later, ages without a limit."""
    found = []
    held = {name for rule in rules.of(Kind.HOLD) for name in measured_by(rule)}
    for rule in rules.of(Kind.MEASURE):
        schedule = rule.schedule
        first = min([*schedule.at_min, *([schedule.from_min] if schedule.every_min is not None else [])])
        early = [name for name in schedule.measures if name not in held] if first < 0.0 else []
        if early:
            words = ", ".join(MEASURES[name].words for name in early)
            found.append(f"{rule.rule_id}: {words}: measured before the dose, and no hold rule judges it then")
    found += [
        f"no rule of kind {kind}: {without}"
        for kind, without in ((Kind.HOLD, "nothing holds a dose"), (Kind.DISCHARGE, "nobody is judged ready to leave"))
        if not rules.of(kind)
    ]
    for rule in rules.rules:
        for side, spans in _spans(rule.limits).items():
            low, high = spans[0][0], max(end for _, end in spans)
            found += [
                f"{rule.rule_id}: {_of(side)}: no limit {where}"
                for where, open_there in (
                    (f"below {low:g} years", low > AGE.low),
                    (f"from {high:g} years", high <= AGE.high),
                )
                if open_there
            ]
    return tuple(found)


def _unjudged(rule: Rule, judged: Set[str]) -> Iterator[Fault]:
    for name in rule.schedule.measures if rule.schedule else ():
        if name not in judged:
            yield Fault(
                f"{MEASURES[name].words} ({name}) is measured and judged by no rule: {WHAT_TO_WRITE.format(name=name)}",
                "measures",
            )


def _spans(limits: Sequence[Limit]) -> dict[tuple[str, bool], list[tuple[float, float]]]:
    """(measure, whether the limit is an upper one) -> ages of its limits, ascending."""
    found: dict[tuple[str, bool], list[tuple[float, float]]] = {}
    for limit in limits:
        found.setdefault((limit.measure, limit.comparison in UPPER), []).append((limit.age_from_y, limit.age_below_y))
    return {side: sorted(spans) for side, spans in found.items()}


def _gaps(rule: Rule) -> Iterator[Fault]:
    """Ages between two limits of a rule for which none of them holds."""
    for side, spans in _spans(rule.limits).items():
        reached = [max(end for _, end in spans[: at + 1]) for at in range(len(spans))]
        for end, (begin, _) in zip(reached, spans[1:], strict=False):
            if begin > end:
                yield Fault(
                    f"{_of(side)}: no limit for people of {end:g} to {begin:g} years, between two that have one"
                )


def _contradictions(limits: Sequence[Limit]) -> Iterator[Fault]:
    """Two limits of a discharge rule that no reading can meet together: nobody would ever leave."""
    for at, one in enumerate(limits):
        for other in limits[at + 1 :]:
            low, high = (one, other) if one.comparison in UPPER else (other, one)
            shared = max(one.age_from_y, other.age_from_y) < min(one.age_below_y, other.age_below_y)
            opposed = one.measure == other.measure and low.comparison in UPPER and high.comparison not in UPPER
            exact = low.comparison is Comparison.AT_LEAST and high.comparison is Comparison.AT_MOST
            if shared and opposed and (low.value > high.value or (low.value == high.value and not exact)):
                yield Fault(
                    f"{MEASURES[one.measure].words}: no reading is {low.comparison} {low.value:g} and "
                    f"{high.comparison} {high.value:g}: nobody could leave"
                )


def _other_sources(rules: Mapping[int, Rule]) -> Iterator[Fault]:
    kinds = {rule.rule_id: rule.kind for rule in rules.values()}
    for number, rule in rules.items():
        other = kinds.get(rule.other_source_of, rule.kind)
        if other is not rule.kind and rule.kind is not Kind.ADVISE:
            said = f"other_source_of '{rule.other_source_of}': it is of kind {other}, and this rule of kind {rule.kind}"
            yield Fault(said, "other_source_of", number)


def _of(side: tuple[str, bool]) -> str:
    measure, upper = side
    return f"{MEASURES[measure].words}, {'upper' if upper else 'lower'} limit"

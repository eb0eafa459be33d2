"""Rules for watching a session: dated files with a source for each rule, and what they say of readings."""

from liftspan.monitoring.judge import Verdict, all_hold, any_holds, judged
from liftspan.monitoring.reading import find_rules, load_rules, rules_for, shipped_rules
from liftspan.monitoring.records import MEASURES, Basis, Kind, Limit, Rule, RuleSet, Schedule

__all__ = [
    "MEASURES",
    "Basis",
    "Kind",
    "Limit",
    "Rule",
    "RuleSet",
    "Schedule",
    "Verdict",
    "all_hold",
    "any_holds",
    "find_rules",
    "judged",
    "load_rules",
    "rules_for",
    "shipped_rules",
]

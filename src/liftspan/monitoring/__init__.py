"""Rules for watching a session: dated files with a source for each rule, and what they say of readings.

reading.py   START HERE: a file (or one that ships) -> RuleSet; form.py and sense.py hold what can be wrong with it
asked.py     a question (before the dose, during, discharge) put to the rules; judge.py one rule beside readings;
             contradict.py readings that cannot both hold
words.py     a file in words; judge_words.py an answer in words; readings.py what is typed
"""

from liftspan.monitoring.asked import Judgement, Overall, Question, ask
from liftspan.monitoring.judge import Outcome, Verdict, all_hold, any_holds, judged
from liftspan.monitoring.reading import find_rules, load_rules, rules_for, shipped_rules
from liftspan.monitoring.records import MEASURES, TIME, Basis, Comparison, Kind, Limit, Rule, RuleSet, Schedule
from liftspan.monitoring.sense import notes_of

__all__ = [
    "MEASURES",
    "TIME",
    "Basis",
    "Comparison",
    "Judgement",
    "Kind",
    "Limit",
    "Outcome",
    "Overall",
    "Question",
    "Rule",
    "RuleSet",
    "Schedule",
    "Verdict",
    "all_hold",
    "any_holds",
    "ask",
    "find_rules",
    "judged",
    "load_rules",
    "notes_of",
    "rules_for",
    "shipped_rules",
]

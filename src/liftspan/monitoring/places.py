"""Where a problem of a rule file stands: the line of a rule, of its limits and of their keys (tomllib gives none)."""

import re
from dataclasses import dataclass, replace

RULE = re.compile(r"^\s*\[\[\s*[\"']?rule[\"']?\s*\]\]")
LIMIT = re.compile(r"^\s*\[\[\s*[\"']?rule[\"']?\s*\.\s*[\"']?limit[\"']?\s*\]\]")
KEY = re.compile(r"^\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=")


@dataclass(frozen=True)
class Fault:
    """One problem: what is wrong, and in which rule, limit and key; 0 and "" stand for the file as a whole."""

    said: str
    key: str = ""
    rule: int = 0
    limit: int = 0

    def of(self, rule: int = 0, limit: int = 0) -> "Fault":
        """The same problem, placed in a rule or a limit."""
        return replace(self, rule=rule or self.rule, limit=limit or self.limit)


def lines_of(text: str, rules: int) -> dict[tuple[int, int, str], int]:
    """(rule, limit, key) -> line; empty where headings cannot be told from text, so that no wrong line is said.

    Args:
        rules: how many rules the file holds, as the parser counted them.
    """
    found: dict[tuple[int, int, str], int] = {}
    rule = limit = 0
    quoted = ""
    for line, words in enumerate(text.split("\n"), start=1):
        if quoted:
            quoted = "" if words.count(quoted) % 2 else quoted
            continue
        if RULE.match(words):
            rule, limit = rule + 1, 0
        elif LIMIT.match(words):
            limit += 1
        found.setdefault((rule, limit, ""), line)
        if key := KEY.match(words):
            found.setdefault((rule, limit, key[1]), line)
        quoted = next((mark for mark in ('"""', "'''") if words.count(mark) % 2), "")
    return found if rule == rules else {}


def placed(fault: Fault, lines: dict[tuple[int, int, str], int], name: str, rule_id: str) -> str:
    """`ours.toml line 93: rule 5 (BREATHING): limit 2: above must be a number`."""
    at = next(
        (
            lines[place]
            for place in ((fault.rule, fault.limit, fault.key), (fault.rule, fault.limit, ""))
            if place in lines and (fault.rule or fault.key)
        ),
        None,
    )
    where = f"{name} line {at}" if at else name
    rule = f"rule {fault.rule} ({rule_id}): " if fault.rule else ""
    limit = f"limit {fault.limit}: " if fault.limit else ""
    return f"{where}: {rule}{limit}{fault.said}"

"""The drugs that a session or a background treatment may hold."""

from enum import StrEnum


class Drug(StrEnum):
    """What is given. Doses are always of the base; a hydrochloride dose is converted at the door."""

    KETAMINE = "ketamine"  # racemic: equal parts of S- and R-ketamine; off label for depression
    ESKETAMINE = "esketamine"
    ARKETAMINE = "arketamine"
    PLACEBO = "placebo"  # a visit with an inactive or masked control session
    ORAL_ANTIDEPRESSANT = "oral-antidepressant"  # conventional, taken daily, acts over weeks

    @property
    def share_s(self) -> float:
        """Fraction of the dose that is S-ketamine."""
        return {"ketamine": 0.5, "esketamine": 1.0}.get(self.value, 0.0)

    @property
    def share_r(self) -> float:
        """Fraction of the dose that is R-ketamine."""
        return {"ketamine": 0.5, "arketamine": 1.0}.get(self.value, 0.0)

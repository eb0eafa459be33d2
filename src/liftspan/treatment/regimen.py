"""The plan: sessions in order, and what is taken between them."""

from dataclasses import dataclass

from liftspan.treatment.dose import Session


@dataclass(frozen=True)
class Regimen:
    """Sessions in order of time; `daily_oral_antidepressant` says that a new one is started on day 0."""

    text: str  # as a person would say it: "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks"
    sessions: tuple[Session, ...]
    daily_oral_antidepressant: bool
    end_h: float  # last day of the plan, since the first session
    continued_oral_antidepressant: bool = False  # one that was taken before goes on

    @property
    def background(self) -> str:
        """The oral antidepressant beside the sessions, as far as the plan says it: new, continued or none."""
        if self.daily_oral_antidepressant:
            return "new"
        return "continued" if self.continued_oral_antidepressant else "none"

"""One administration, and one sitting."""

from dataclasses import dataclass

from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route


@dataclass(frozen=True)
class Dose:
    """One administration as planned: its amount is of base, in mg, or in mg per kg of body weight."""

    drug: Drug
    route: Route
    amount: float  # mg of base, or mg/kg when per_kg
    per_kg: bool
    start_h: float  # since the start of its session
    duration_h: float  # 0 = bolus or one spray device

    def amount_mg(self, weight_kg):
        """Base given to people of these weights, mg; the shape of `weight_kg`."""
        return self.amount * weight_kg if self.per_kg else self.amount + 0.0 * weight_kg


@dataclass(frozen=True)
class Session:
    """All doses of one sitting; a placebo visit has none."""

    start_h: float  # since the first session
    doses: tuple[Dose, ...]

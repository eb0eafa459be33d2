"""What lies ahead of one made-up patient, and when may the next session be due?"""

from pathlib import Path

from liftspan.forecast import forecast, read_patient

answer = forecast(read_patient(Path(__file__).parent / "patient.toml"), target="relapse <= 20 %")
for day in answer.days[:6]:
    bounds = f"{day.mean:4.1f} ({day.low:.0f} to {day.high:.0f})"
    print(f"day {day.day:3.0f}: {day.scale} {bounds}, response {day.response:.0%}, relapsed {day.relapsed:.0%}")
window = answer.proposal
print(f"next session, to be judged by the clinician: day {window.from_d:g} to {window.to_d:g}, by {window.bounded_by}")
print(f"effective people: {answer.known.effective:,.0f} of {len(answer.known.crowd):,}")

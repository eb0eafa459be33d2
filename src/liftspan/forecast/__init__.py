"""One patient's coming weeks, from the patient's own scores, and when the next session may be due.

answer = forecast(read_patient(Path("patient.toml")))
answer.days[2].mean, answer.proposal.from_d  # score in a week; first day of the window
"""

from liftspan.forecast.answer import Forecast, forecast
from liftspan.forecast.many import table_of
from liftspan.forecast.patient import Calendar, GivenSession, Patient, Person, Score
from liftspan.forecast.reading import Folder, read_folder, read_patient, read_patients
from liftspan.forecast.record import as_record
from liftspan.forecast.words import as_text

__all__ = [
    "Calendar",
    "Folder",
    "Forecast",
    "GivenSession",
    "Patient",
    "Person",
    "Score",
    "as_record",
    "as_text",
    "forecast",
    "read_folder",
    "read_patient",
    "read_patients",
    "table_of",
]

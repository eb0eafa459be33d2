"""One patient's coming weeks, from the patient's own scores, and when the next session may be due."""

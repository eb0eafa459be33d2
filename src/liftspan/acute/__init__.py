"""What one session does while it lasts: pressure, heart rate, dissociation, sedation, side effects."""

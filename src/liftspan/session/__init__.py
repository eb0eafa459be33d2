"""One session minute by minute: data, fit, answer, check."""

"""What the worker does. A door: transactions begin and end here."""

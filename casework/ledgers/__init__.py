"""台账: readings over the rooms, never a table."""

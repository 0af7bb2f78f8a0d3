"""Settings, policy as data, regions, gunicorn. Imports the standard library only."""

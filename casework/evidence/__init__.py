"""证据材料: photos and recordings, from the first piece that arrives to the cleaned copy."""

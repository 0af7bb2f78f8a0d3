"""线索: what the office works on; gathers many tips."""

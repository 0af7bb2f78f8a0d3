"""The demo story: fictional people, villages and firms; told through the same actions as real work."""

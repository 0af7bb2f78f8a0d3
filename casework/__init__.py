"""The domain: tips, clues, cases, rewards. Contains no Flask and no HTTP."""

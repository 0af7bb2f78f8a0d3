"""案件: what was found to be so and is punished. Gathers clues; its outcome is only ever added to."""

"""The habits of docs/house.md, kept by tests. A failing one says which line of which file, and what to do instead."""

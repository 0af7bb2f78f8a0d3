"""时限: what is owed, by whom, until when. Every clock is a row; close-off reads duties only."""

from casework.duties.actions import cancel, meet, owe, pause, resume

__all__ = ["cancel", "meet", "owe", "pause", "resume"]

"""举报: what one person said. Sealed as it arrives, never edited afterwards."""

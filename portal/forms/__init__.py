"""Forms check shape: what is missing, too long or not a number. What it means is the domain's to say."""

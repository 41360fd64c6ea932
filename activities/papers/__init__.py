"""Papers of activities: what is printed, signed, handed out and can be verified."""

"""The demonstration: real public twinning cases, and a few invented people and days around today."""

"""The report of an evaluation on paper: the PDF that can be verified, the Word file."""

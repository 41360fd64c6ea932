"""Papers of partnerships: the PDF that is signed and can be verified, the Word file for those who negotiate in Word."""

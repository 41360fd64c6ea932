"""Reports as files: PDF by typst, Word, Excel and CSV, all of the same parts."""

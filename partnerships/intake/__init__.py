"""Reading lists of institutions that people bring: file → rows → values → what becomes of each row.

`child` reads the file in a process of its own, `reading` starts it, `columns` finds out what each column is, `checking` turns
cells into values, `comparing` looks at the register, `findings` says in words what was found.
"""

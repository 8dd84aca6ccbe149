"""What a user would pick instead, each set up as its own documentation recommends.

Each peer has a module with `validate(path, rules)`, which reads the file and counts its failing
rows. All get the same rules (`rules.py`), taken from the dataset: types, what is required,
lengths, patterns, code lists, ranges, the key that must be unique, schools that must be on the
list of schools, and four statements about two cells of a row, such as "where the category is 1 or
2, the number is filled". None of them gets check digits, real
dates in three spellings, parts of numbers, or majors of a catalogue. None normalises, so harmless
noise fails too.

The peers live in a virtual environment of their own and import nothing of yrdx.
"""

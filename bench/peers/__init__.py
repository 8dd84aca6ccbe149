"""What a user would pick instead, each set up as its own documentation recommends.

Each peer has a module with `validate(path, rules)`, which reads the file and counts its failing
rows. All get the same rules (`rules.py`), taken from the dataset: types, what is required,
lengths, patterns, code lists, ranges, and the key that must be unique. None of them gets what it
cannot state: check digits, real dates, statements across columns, majors of a catalogue, schools
that must be on the list of schools. None normalises, so harmless noise fails too.

The peers live in a virtual environment of their own and import nothing of yrdx.
"""

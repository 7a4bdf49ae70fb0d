"""How it is painted: eight handlings of the same shapes, one school per file.

scene.py      what a painter is given, and colours by its palette
sketch.py     the coloured sketch many painters start from
flow.py       directions for brush marks
planes.py     pictures broken into planes
borders.py    what is set around a picture by more than one school
borrowing.py  the small habits painters borrow from one another
painting.py   all handlings by name
"""

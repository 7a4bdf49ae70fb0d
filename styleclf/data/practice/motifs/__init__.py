"""What is shown: a dozen motifs, each a list of shapes from back to front, free of any style.

The same harbour can be painted in all eight styles, so a classifier cannot go by the subject.

shapes.py, view.py                a shape, the place of a thing, a motif in the making
backdrop.py, plants.py, boats.py  what several motifs share
repertoire.py                     all motifs by name
"""

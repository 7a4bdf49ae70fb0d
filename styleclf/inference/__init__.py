"""What a network makes of images without training: features, predictions, embeddings.

backbone.py         which frozen network looks at images, and how they reach it
features.py         what its body sees, kept beside the pixels
embed.py            embeddings
learner_parts.py    the one door for learners: what is needed of one
learner_facts.py    what a learner keeps beside its weights
picture_profile.py  what pictures it was trained on, and how others differ
predict.py          what a learner makes of files
truth.py            predictions beside the truth that folders name
answer_lines.py     predictions on the screen
spreadsheet.py      in tables for spreadsheets
web_annotations.py  for museums' programs
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The app in the browser: answers for pictures that are dropped, and a queue in which people accept or correct them.

engines.py        a bundle or a learner, asked in one way
decisions.py      what people decided, in a table that survives a killed process
review.py         which picture comes next, undo, progress
review_order.py   an order of pictures that a table hands in
folder.py         the pictures of a folder to review, answered while people look at the first of them
desks.py          what belongs to one browser: its pictures, its queue
uploads.py        limits of what is dropped
kept_pictures.py  dropped pictures that a decision names
neighbours.py     the nearest training paintings by other painters
thumbnails.py     pictures as text in a page
cards.py          answers as HTML
reasons.py        what a browser is told of an exception
events.py         what happens at each click, without the page
page.py           the page, in Gradio
server.py         the page served, to this machine unless asked otherwise
space.py          a folder that starts on a Hugging Face Space
options.py        what the app is started with
__main__.py       `python -m styleclf.app model.zip`, which needs no torch
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

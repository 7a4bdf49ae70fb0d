"""The atlas: one HTML file with a map of all images, to be opened offline and shared.

data.py     what the page knows of every image
sprite.py   all thumbnails in one picture
page.py     both, with Plotly, in one file
page.html, page.js   how it looks, and what answers a reader
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

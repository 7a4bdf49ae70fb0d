"""The atlas: one HTML file with a map of all images, to be opened offline and shared.

data.py     what the page knows of every image
sprite.py   all thumbnails in one picture
page.py     both, with Plotly, in one file
page.html, page.js   how it looks, and what answers a reader
"""

from styleclf.atlas.data import atlas_data, with_evolution
from styleclf.atlas.page import atlas_page, plotly_script, write_atlas
from styleclf.atlas.sprite import Sprite, make_sprite

__all__ = ["Sprite", "atlas_data", "atlas_page", "make_sprite", "plotly_script", "with_evolution", "write_atlas"]

"""Explanations: which parts of an image speak for a style, and which against it, as maps of the image's pixels.

attribution.py        the one door: any method, for any learner of styleclf
map_options.py        the options of a map as one value
inputs.py             images as the network sees them, the styles that are asked about, what covers a part
occlusion.py          how a probability changes when parts are covered, many windows and images at a time
incremental.py        the same with less to compute: a tensor that knows where a covered copy differs from its image
changed_blocks.py     where that is, and what a convolution makes of it
gradients.py          Captum's methods, which need gradients
model_copy.py         a copy of the network to work on, so that the user's is never touched
map_geometry.py       a map put back onto the picture, whatever the fit
pictures.py           maps and pictures as figures show them
selection.py          which images of a design, or files, are worth a look
report.py             what an explanation leaves in its folder: maps as .npz, overlays, figures
evidence.py           the training paintings by others that lie nearest, and what matters in them
deletion_curves.py    a probability while the cells of an image go and come, in the order of a map
randomisation.py      maps of a network whose weights are shuffled
faithfulness.py       which methods can be trusted for a learner
whole_design.py       occlusion of every image of a design, chunk by chunk
patches.py            what a style looks like: the patches that raise its probability most
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

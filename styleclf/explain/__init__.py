"""Explanations: which parts of an image speak for a style, and which against it, as maps of the image's pixels.

attribution.py  the one door: any method, for any learner of styleclf
inputs.py       images as the network sees them, the styles that are asked about, what takes the place of a part
occlusion.py    how a probability changes when parts are covered, many windows and images at a time
gradients.py    Captum's methods, which need gradients
network.py      a copy of the network to work on, so that the user's is never touched
folded.py       the same copy, faster, for occlusion
place.py        a map put back onto the whole picture, whatever the fit
picks.py        which images of a design are worth a look
curves.py       a probability while the cells of an image go and come, in the order of a map
shuffled.py     maps of a network whose weights are shuffled
faithfulness.py which methods can be trusted for a learner
evidence.py     the training paintings by others that lie nearest, and what matters in them
whole.py        occlusion of every image of a design, chunk by chunk
patches.py      what a style looks like: the patches that raise its probability most
marker.py       a planted truth: whether explanations point at a marker that a learner goes by
written.py      maps as .npz and as transparent overlays
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

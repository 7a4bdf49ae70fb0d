"""A model to take anywhere: weights, a JSON file, an ONNX graph and a card, none of which runs code when it is opened.

network_spec.py     the network in words and numbers, and made of them again
rebuilding.py       that network, made again before a bundle is written, as a check
graph.py            the ONNX graph, in float32 or fewer bits
agreement.py        how far what was written differs from the learner
facts.py            what a run has left beside its model: metrics, design, licence
manifest_values.py  what bundle.json says of a learner
card.py             the model card
export.py           a learner written as a bundle
learner_files.py    what a file is that is taken for an exported learner
loading.py          a bundle, or an exported learner, as a learner
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

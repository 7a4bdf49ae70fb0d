"""A model taken from a bundle into places without torch: numpy, Pillow and onnxruntime are all it needs.

    from styleclf.light import open_model
    model = open_model("model.zip")
    model.predict(["painting.jpg"])[0].likeliest

answers.py       the wider word that a hierarchy allows
contents.py      the files of a bundle, a folder or a zip file, read with suspicion
descriptions.py  what is said of a picture
manifest.py      bundle.json: everything but the weights
facts.py         what bundle.json says of the training
novelty.py       what recognises pictures of no style that was taught
painters.py      hashed names of painters, to ask whether one was in the training
graph_checks.py  what an ONNX graph may contain
session.py       onnxruntime, with a limit to memory and time
runtime.py       predictions
__main__.py      `python -m styleclf.light model.zip pictures`
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""A model taken from a bundle into places without torch: numpy, Pillow and onnxruntime are all it needs.

    from styleclf.light import open_model
    model = open_model("model.zip")
    model.predict(["painting.jpg"])[0].likeliest

answers.py       the wider word that a hierarchy allows
contents.py      the files of a bundle, a folder or a zip file, read with suspicion
descriptions.py  what is said of a picture
manifest.py      bundle.json: everything but the weights
novelty.py       what tells pictures of no style that was taught
painters.py      hashed names of painters, to ask whether one was in the training
graph_checks.py  what an ONNX graph may contain
runtime.py       predictions
__main__.py      `python -m styleclf.light model.zip pictures`

The doors of other packages want lazy-loader, so this one imports what it offers, and image decoding and the
model of novelty by their modules.
"""

from styleclf.light.answers import (
    WiderAnswers as WiderAnswers,
    wider_answers as wider_answers,
)
from styleclf.light.contents import (
    CARD_FILE as CARD_FILE,
    GRAPH_FILE as GRAPH_FILE,
    MANIFEST_FILE as MANIFEST_FILE,
    NOVELTY_FILE as NOVELTY_FILE,
    WEIGHTS_FILE as WEIGHTS_FILE,
    BundleContents as BundleContents,
    is_bundle_path as is_bundle_path,
    open_contents as open_contents,
)
from styleclf.light.descriptions import (
    Descriptions as Descriptions,
    PicturePrediction as PicturePrediction,
)
from styleclf.light.graph_checks import check_graph as check_graph
from styleclf.light.manifest import (
    FORMAT as FORMAT,
    FORMAT_VERSION as FORMAT_VERSION,
    Manifest as Manifest,
    check_pattern as check_pattern,
    read_manifest as read_manifest,
)
from styleclf.light.novelty import (
    NONE_OF_THESE as NONE_OF_THESE,
    novelty_bytes as novelty_bytes,
    read_novelty as read_novelty,
)
from styleclf.light.painters import (
    PainterHashes as PainterHashes,
    hash_painters as hash_painters,
)
from styleclf.light.runtime import (
    LightModel as LightModel,
    LightPredictions as LightPredictions,
    check_logits as check_logits,
    open_model as open_model,
    softmax as softmax,
)

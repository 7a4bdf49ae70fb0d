from .answers import (
    WiderAnswers as WiderAnswers,
    wider_answers as wider_answers,
)
from .contents import (
    CARD_FILE as CARD_FILE,
    GRAPH_FILE as GRAPH_FILE,
    MANIFEST_FILE as MANIFEST_FILE,
    NOVELTY_FILE as NOVELTY_FILE,
    WEIGHTS_FILE as WEIGHTS_FILE,
    BundleContents as BundleContents,
    is_bundle_path as is_bundle_path,
    open_contents as open_contents,
)
from .descriptions import (
    Descriptions as Descriptions,
    PicturePrediction as PicturePrediction,
)
from .graph_checks import check_graph as check_graph
from .manifest import (
    FORMAT as FORMAT,
    FORMAT_VERSION as FORMAT_VERSION,
    Manifest as Manifest,
    check_pattern as check_pattern,
    read_manifest as read_manifest,
)
from .novelty import (
    check_width as check_width,
    novelty_bytes as novelty_bytes,
    read_novelty as read_novelty,
)
from .painters import (
    PainterHashes as PainterHashes,
    hash_painters as hash_painters,
)
from .runtime import (
    LightModel as LightModel,
    LightPredictions as LightPredictions,
    check_logits as check_logits,
    logistic as logistic,
    open_model as open_model,
    softmax as softmax,
)

from .architectures import (
    ImageStats as ImageStats,
    arch_name as arch_name,
)
from .batchnorm_folding import fold_batchnorm as fold_batchnorm
from .body_sources import (
    BESIDE as BESIDE,
    body_source as body_source,
    check_arch as check_arch,
    image_stats as image_stats,
    weights_at_hand as weights_at_hand,
)
from .copies import copy_model as copy_model
from .cosine_head import (
    CosineHead as CosineHead,
    unit_directions as unit_directions,
)
from .image_size import (
    check_image_size as check_image_size,
    smaller_size as smaller_size,
    takes_image_size as takes_image_size,
)
from .memory import (
    free_memory as free_memory,
    in_parts as in_parts,
    is_out_of_memory as is_out_of_memory,
    keep_freed_memory as keep_freed_memory,
    smaller_part as smaller_part,
)
from .network import (
    Features as Features,
    create_body as create_body,
    create_model as create_model,
    freeze_batchnorm as freeze_batchnorm,
    parameter_groups as parameter_groups,
)
from .precision import (
    FittingPrecision as FittingPrecision,
    Precision as Precision,
    autocast_context as autocast_context,
    channels_last as channels_last,
    hold_convolutions as hold_convolutions,
    resolve_precision as resolve_precision,
    set_layout as set_layout,
)
from .side_by_side import (
    BodyView as BodyView,
    SideBySide as SideBySide,
)
from .sources import (
    OWN_WEIGHTS as OWN_WEIGHTS,
    USUAL_SIZE as USUAL_SIZE,
    BodySource as BodySource,
)
from .style_statistics import (
    StyleBody as StyleBody,
    cache_sized_parts as cache_sized_parts,
    mean_and_deviation as mean_and_deviation,
)
from .weights import load_weights as load_weights

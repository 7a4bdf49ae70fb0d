from .attribution import (
    METHODS as METHODS,
    attribute as attribute,
    explained_images as explained_images,
    explanations as explanations,
    methods_of as methods_of,
    predictor as predictor,
)
from .faithfulness import rows_to_judge as rows_to_judge
from .gradients import check_captum as check_captum
from .inputs import network_inputs as network_inputs
from .map_options import MapOptions as MapOptions
from .model_copy import private_copy as private_copy
from .occlusion import (
    Windows as Windows,
    occlusion_maps as occlusion_maps,
    sliding_windows as sliding_windows,
    window_losses as window_losses,
)
from .patches import (
    BOX as BOX,
    patch_of_row as patch_of_row,
    window_boxes as window_boxes,
)
from .pictures import (
    maps_on_pictures as maps_on_pictures,
    small_pictures as small_pictures,
    smooth_map as smooth_map,
)
from .report import (
    FoldQuestions as FoldQuestions,
    explain_images as explain_images,
    write_explanations as write_explanations,
)
from .whole_design import (
    occlude_all as occlude_all,
    patch_windows as patch_windows,
    write_best_patches as write_best_patches,
)

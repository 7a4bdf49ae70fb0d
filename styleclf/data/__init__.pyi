from .annotation.catalog import (
    annotate as annotate,
    conflicting_copies as conflicting_copies,
    make_catalogue as make_catalogue,
    rejection_summary as rejection_summary,
)
from .annotation.column_map import (
    MappedTable as MappedTable,
    mapped_table as mapped_table,
)
from .annotation.folders import (
    files_below as files_below,
    image_files as image_files,
    is_shown_by_kernel as is_shown_by_kernel,
)
from .annotation.hierarchies import read_hierarchy as read_hierarchy
from .annotation.layouts import author_in_name as author_in_name
from .annotation.own_tables import read_own_table as read_own_table
from .annotation.people import author_name as author_name
from .annotation.style_ids import (
    STYLE_ID as STYLE_ID,
    style_ids as style_ids,
)
from .annotation.tables import (
    names_outside as names_outside,
    read_annotation as read_annotation,
    read_text_table as read_text_table,
)
from .augment import Shrink as Shrink
from .authors import (
    VAL as VAL,
    AuthorSplitter as AuthorSplitter,
    author_groups as author_groups,
    check_validation_set as check_validation_set,
    cv_folds as cv_folds,
    folds_that_mix_painters as folds_that_mix_painters,
    has_validation_set as has_validation_set,
    people_by_row as people_by_row,
    trained_on as trained_on,
)
from .batches import (
    alternate_groups as alternate_groups,
    check_style_sizes as check_style_sizes,
    diverse_batches as diverse_batches,
    images_per_style as images_per_style,
)
from .collect.choice import PictureChoice as PictureChoice
from .collect.columns import fields_text as fields_text
from .collect.downloads import (
    DownloadLimits as DownloadLimits,
    PoliteClient as PoliteClient,
)
from .collect.run import (
    collect_pictures as collect_pictures,
    read_manifests as read_manifests,
)
from .dataloaders import (
    ImagePath as ImagePath,
    Picture as Picture,
    get_dls as get_dls,
    normalisation as normalisation,
    style_block as style_block,
    takes_several_labels as takes_several_labels,
    target_block as target_block,
)
from .decision_table import DECISION_COLUMNS as DECISION_COLUMNS
from .decisions import (
    decided_design as decided_design,
    revised_design as revised_design,
    undone_design as undone_design,
)
from .design import (
    design_digest as design_digest,
    lacks_validation_set as lacks_validation_set,
    make_design as make_design,
    read_design as read_design,
    read_without_validation as read_without_validation,
)
from .fold_balance import (
    design_table as design_table,
    judged_on as judged_on,
)
from .groups import (
    FOLD_NAME as FOLD_NAME,
    FOLDS_BY as FOLDS_BY,
    check_folds_by_painter as check_folds_by_painter,
    check_styles_can_be_judged as check_styles_can_be_judged,
    left_out_folds as left_out_folds,
    single_styles as single_styles,
    styles_text as styles_text,
)
from .images.colours import (
    ignored_profiles as ignored_profiles,
    profile_name as profile_name,
    profiles_sentence as profiles_sentence,
)
from .images.decoding import (
    FITS as FITS,
    Fit as Fit,
    UnreadableImageError as UnreadableImageError,
    decode as decode,
    fit_to_square as fit_to_square,
    is_image_file as is_image_file,
    open_image as open_image,
    open_rgb as open_rgb,
    to_rgb as to_rgb,
    upright as upright,
)
from .images.formats import (
    IMAGE_SUFFIXES as IMAGE_SUFFIXES,
    readable_formats as readable_formats,
)
from .images.inspection import inspect_files as inspect_files
from .images.masters import full_size as full_size
from .images.pixel_cache import (
    PixelStore as PixelStore,
    cached_pixels as cached_pixels,
    pixels_key as pixels_key,
)
from .label_history import (
    LABEL_HISTORY as LABEL_HISTORY,
    confirmed_labels as confirmed_labels,
    read_label_history as read_label_history,
)
from .label_sets import (
    check_labels_can_be_told as check_labels_can_be_told,
    check_single_labels as check_single_labels,
    images_of_groups as images_of_groups,
    rows_by_label as rows_by_label,
)
from .named_pictures import named_filenames as named_filenames
from .one_vs_rest import (
    against_rest as against_rest,
    is_against_rest as is_against_rest,
    style_against_rest as style_against_rest,
    thin_rest as thin_rest,
)
from .paintings import (
    Paintings as Paintings,
    check_design_columns as check_design_columns,
    check_images_are_there as check_images_are_there,
    read_paintings as read_paintings,
)
from .practice import paint_samples as paint_samples
from .reports import (
    catalogue_text as catalogue_text,
    design_text as design_text,
    write_catalogue as write_catalogue,
    write_design as write_design,
)
from .withheld_styles import (
    judged_rows as judged_rows,
    training_rows as training_rows,
    without_styles as without_styles,
)
from .years import (
    DATE_COLUMNS as DATE_COLUMNS,
    dated_images as dated_images,
    dating_of as dating_of,
)

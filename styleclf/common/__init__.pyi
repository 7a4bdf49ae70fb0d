from .checks import (
    check_one_of as check_one_of,
    check_path as check_path,
    check_paths as check_paths,
    check_whole as check_whole,
    is_number as is_number,
    is_whole_number as is_whole_number,
    needs_package as needs_package,
    select_names as select_names,
    short_repr as short_repr,
    suggestion as suggestion,
)
from .expectations import (
    expect_end_in as expect_end_in,
    expect_rest as expect_rest,
    expect_trainings as expect_trainings,
    foresight as foresight,
    foretell_by_epoch as foretell_by_epoch,
    pass_before_epochs as pass_before_epochs,
    variables_of_end as variables_of_end,
)
from .files import (
    check_file as check_file,
    check_folder as check_folder,
    check_page as check_page,
    full_disk_sentence as full_disk_sentence,
    remove_unfinished as remove_unfinished,
    whole_file as whole_file,
    write_image as write_image,
    write_json as write_json,
    write_table as write_table,
    write_text as write_text,
)
from .flags import (
    OF_RUN as OF_RUN,
    Remembered as Remembered,
    RememberedBy as RememberedBy,
    UsedWith as UsedWith,
    UsedWithAny as UsedWithAny,
    UsedWithOne as UsedWithOne,
    UsedWithout as UsedWithout,
    idle_flags as idle_flags,
)
from .lines import (
    be_quiet as be_quiet,
    complain as complain,
    conclude as conclude,
    flush_output as flush_output,
    is_quiet as is_quiet,
    lines_said_once as lines_said_once,
    note as note,
    prefixed_lines as prefixed_lines,
    say as say,
    say_once as say_once,
)
from .locks import (
    alone_in as alone_in,
    holds_only_lock as holds_only_lock,
    in_turn as in_turn,
)
from .progress import (
    on_terminal as on_terminal,
    time_left as time_left,
    with_progress as with_progress,
)
from .ranges import (
    Choice as Choice,
    Count as Count,
    CountFromTwo as CountFromTwo,
    CountFromZero as CountFromZero,
    CountFromZeroOrNone as CountFromZeroOrNone,
    CountOrNone as CountOrNone,
    Embedding as Embedding,
    FeaturesName as FeaturesName,
    FitName as FitName,
    NumberFromZero as NumberFromZero,
    Pixels as Pixels,
    PixelsOrNone as PixelsOrNone,
    PositiveNumber as PositiveNumber,
    PositiveNumberOrNone as PositiveNumberOrNone,
    PrecisionName as PrecisionName,
    PrecisionNameOrNone as PrecisionNameOrNone,
    Range as Range,
    Resamples as Resamples,
    Seed as Seed,
    Share as Share,
    ShareOrNone as ShareOrNone,
    SomeOf as SomeOf,
    check_values as check_values,
)
from .resume import (
    as_json as as_json,
    check_made_alike as check_made_alike,
)
from .saved import (
    file_digest as file_digest,
    read_json as read_json,
)
from .saved_tables import (
    cached_array as cached_array,
    keep_python_strings as keep_python_strings,
    read_arrays as read_arrays,
    read_table as read_table,
)
from .several_values import (
    SEVERAL_VALUES as SEVERAL_VALUES,
    Decimals as Decimals,
    Names as Names,
    Numbers as Numbers,
    Pairs as Pairs,
    Shares as Shares,
)
from .signatures import (
    accepts_none as accepts_none,
    among as among,
    fact_of as fact_of,
    flag_name as flag_name,
    keywords_of as keywords_of,
    type_of as type_of,
)
from .words import (
    count_of as count_of,
    cut_name as cut_name,
    is_control as is_control,
    names_with_counts as names_with_counts,
    reason_of as reason_of,
    screen_width as screen_width,
    shown_name as shown_name,
    shown_text as shown_text,
    spoken_seconds as spoken_seconds,
    typed_command as typed_command,
    without_middle as without_middle,
    written_painter as written_painter,
    written_title as written_title,
)

from .answers import (
    AnswerRule as AnswerRule,
    answer_rates as answer_rates,
    answer_sentence as answer_sentence,
    cross_answers as cross_answers,
    fitted_rule as fitted_rule,
    judged_answers as judged_answers,
    rule_facts as rule_facts,
    rule_of_facts as rule_of_facts,
)
from .arithmetic import (
    one_hot as one_hot,
    ratio as ratio,
)
from .author_quantiles import author_quantile as author_quantile
from .by_style import (
    MIN_PAINTER_IMAGES as MIN_PAINTER_IMAGES,
    REPORT_RATES as REPORT_RATES,
    confusion_counts as confusion_counts,
    confusion_shares as confusion_shares,
    mean_recall as mean_recall,
    painter_sizes as painter_sizes,
    painters_table as painters_table,
    recall_table as recall_table,
    report_averages as report_averages,
    report_table as report_table,
)
from .calibration import (
    CALIBRATION_METHODS as CALIBRATION_METHODS,
    Calibrator as Calibrator,
    TemperedPredictions as TemperedPredictions,
    cross_calibrated as cross_calibrated,
    fitted_calibrator as fitted_calibrator,
    reliability_table as reliability_table,
    tempered_predictions as tempered_predictions,
    with_probas as with_probas,
)
from .comparison import (
    align_runs as align_runs,
    compare as compare,
    compare_part as compare_part,
    comparison_text as comparison_text,
    verdicts as verdicts,
)
from .conformal_sets import (
    COVERAGE as COVERAGE,
    conformal_thresholds as conformal_thresholds,
    coverage_sentence as coverage_sentence,
    coverage_table as coverage_table,
    cross_thresholds as cross_thresholds,
    prediction_sets as prediction_sets,
)
from .decades import (
    decade_cells as decade_cells,
    decade_labels as decade_labels,
    shares_of_later as shares_of_later,
    unbalanced_chances as unbalanced_chances,
)
from .estimates import (
    TOO_FEW as TOO_FEW,
    Estimate as Estimate,
    bounds_text as bounds_text,
    interval_text as interval_text,
    named_interval as named_interval,
)
from .hierarchy import (
    ANY_STYLE as ANY_STYLE,
    HIERARCHY_COLUMNS as HIERARCHY_COLUMNS,
    Hierarchy as Hierarchy,
    level_sentences as level_sentences,
    level_table as level_table,
    predictions_at as predictions_at,
)
from .intervals import (
    N_RESAMPLES as N_RESAMPLES,
    AuthorBootstrap as AuthorBootstrap,
    SetShares as SetShares,
    author_units as author_units,
    image_units as image_units,
)
from .joint_works import (
    GROUP as GROUP,
    count_authors as count_authors,
    group_names_by_row as group_names_by_row,
    judged_kind as judged_kind,
    people_by_row as people_by_row,
    people_of as people_of,
    rows_by_person as rows_by_person,
)
from .label_coverage import (
    cross_label_set_thresholds as cross_label_set_thresholds,
    label_coverage_sentence as label_coverage_sentence,
    label_coverage_table as label_coverage_table,
    label_set_thresholds as label_set_thresholds,
)
from .labels import (
    LABEL_SEPARATOR as LABEL_SEPARATOR,
    has_several_labels as has_several_labels,
    joined_labels as joined_labels,
    label_matrix as label_matrix,
    label_vocab as label_vocab,
    labels_of as labels_of,
    noun_for_labels as noun_for_labels,
    rarest_labels as rarest_labels,
)
from .linking import linked_groups as linked_groups
from .metrics import (
    COLUMNS as COLUMNS,
    chance_levels as chance_levels,
    estimate_texts as estimate_texts,
    mean_over_styles as mean_over_styles,
    metric_values as metric_values,
    metrics_table as metrics_table,
    metrics_text as metrics_text,
    top_1_accuracy as top_1_accuracy,
    top_2_accuracy as top_2_accuracy,
    top_3_accuracy as top_3_accuracy,
    top_k_accuracy as top_k_accuracy,
)
from .multilabel import (
    ALL_LABELS as ALL_LABELS,
    LABEL_METRICS as LABEL_METRICS,
    best_thresholds as best_thresholds,
    cross_label_thresholds as cross_label_thresholds,
    label_table as label_table,
    label_text as label_text,
    mean_average_precision as mean_average_precision,
    with_labels as with_labels,
)
from .novelty import (
    ALARM_RATE as ALARM_RATE,
    LeftOut as LeftOut,
    cross_novelty_thresholds as cross_novelty_thresholds,
    novelty_sentences as novelty_sentences,
    novelty_table as novelty_table,
    novelty_threshold as novelty_threshold,
)
from .novelty_model import (
    NONE_OF_THESE as NONE_OF_THESE,
    NoveltyModel as NoveltyModel,
    fitted_novelty as fitted_novelty,
    inner_novelty as inner_novelty,
)
from .plain_words import (
    chance_of_ten as chance_of_ten,
    ends_of_ten as ends_of_ten,
    of_ten as of_ten,
    plain_answer as plain_answer,
    untaught_sentence as untaught_sentence,
)
from .precision_recall_curves import (
    REST as REST,
    precision_recall as precision_recall,
)
from .predictions import (
    VAL as VAL,
    design_columns as design_columns,
    prediction_columns as prediction_columns,
    probas_of as probas_of,
    probas_of_truth as probas_of_truth,
    read_run as read_run,
    targets as targets,
    targets_of as targets_of,
    true_ranks as true_ranks,
    vocab_of as vocab_of,
    with_pred_ids as with_pred_ids,
)
from .screen_tables import (
    file_lines as file_lines,
    screen_text as screen_text,
)
from .tables import (
    check_columns as check_columns,
    checked_vocab as checked_vocab,
    ranks_of as ranks_of,
    rows_of_metrics as rows_of_metrics,
)
from .year_answers import (
    YearAnswers as YearAnswers,
    median_years as median_years,
    year_text as year_text,
)
from .years import (
    half_width as half_width,
    style_means as style_means,
    with_ranges as with_ranges,
    year_sentences as year_sentences,
    year_table as year_table,
)

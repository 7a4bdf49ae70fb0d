from .practice_set import paint_samples as paint_samples

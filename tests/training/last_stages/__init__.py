"""Ways to fine-tune the last stages of a body, on the same folds and views: the parts of `compare_last_stages`."""

"""styleclf: train painting-style classifiers fast and judge them on painters they have never seen."""

__version__ = "0.1.0"

"""From pretrained weights to a trained learner: losses, probe, fine-tuning, history, export."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The league of bodies: which frozen network knows most about painters never seen, at what cost and licence."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""The league of bodies: which frozen network knows most about painters never seen, at what cost and licence."""

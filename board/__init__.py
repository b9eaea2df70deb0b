"""The truth: a board as a deterministic state machine over an ordered log of operations. Pure."""

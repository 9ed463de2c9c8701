"""Speaks to the command line on this machine: how a running server is asked for a pairing code."""

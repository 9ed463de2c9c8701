"""The home's own certificates: an authority that vouches for this home alone, and what it signs.

Only `wattledger certificate` comes here; a running server reads the files that it made.
"""

"""The home's own certificates: an authority that vouches for this home alone, and what it signs.

`wattledger certificate`, setup and the renewal come here; what serves reads the files alone.
"""

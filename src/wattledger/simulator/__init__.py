"""Pretend Shelly Pro 3EM meters on real sockets, for the demo and the tests.

The other side of the wire: shares no decoding, key list or netting with the product.
"""

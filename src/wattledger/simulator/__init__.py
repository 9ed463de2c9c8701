"""Pretend Shelly Pro 3EM meters on real sockets, for the demo and the tests.

The other side of the wire: shares no decoding, key list or netting with the product.

    meter         one pretend meter; `identity` and `quirks` say what it is and how it behaves
    feed          what flows through it; `plain_feeds` are the simplest
    clock         the time it lives in, which may run faster
    memory/       what it knows
    answers/      what it says
    line/         how it says it
    troubles      what can be done to it; `control` takes the orders of other processes
    mdns          makes it known in the network
"""
